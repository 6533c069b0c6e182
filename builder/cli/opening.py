"""Open a browser once a server answers: `python -m builder.cli.opening HOST PORT ADDRESS`.

A process of its own. The server forks, and what another thread holds in that moment (the lock of a
module being imported) nobody gives back in the child: every request would wait for ever.
"""

from __future__ import annotations

import subprocess
import sys
import time
import webbrowser
from http.client import HTTPConnection, HTTPException

READY_WITHIN_S = 30
_PAUSE_S = 0.2


def open_when_ready(host: str, port: int, address: str) -> None:
    """Start it. Nobody waits for it; it ends by itself."""
    command = [sys.executable, "-m", "builder.cli.opening", host, str(port), address]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603  our own


def main(host: str, port: str, address: str) -> None:
    """Wait for the server, then show the address; give up silently, as it was printed too."""
    for _ in range(int(READY_WITHIN_S / _PAUSE_S)):
        if _is_ready(host, int(port)):
            webbrowser.open(address)
            return
        time.sleep(_PAUSE_S)


def _is_ready(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
