"""A process of the product to be killed: `python -m tests.crash.process KIND JSON`.

`serve` does everything (SQLite); `web` answers only, `worker` does the jobs and `chores` imports
and publishes (PostgreSQL). JSON holds the settings.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from builder.cli.acts import carry_out
from builder.cli.serve import run_server
from runtime.bootstrap import open_runtime
from runtime.settings import Settings, load_settings
from tests.crash.chores import chores


def settings_from(given: dict[str, Any]) -> Settings:
    """The settings of a process, from its argument."""
    return load_settings({**given, "data_dir": Path(given["data_dir"])}, {})


def work(settings: Settings) -> None:
    """Run jobs until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    runtime = open_runtime(settings, migrates=False)
    runtime.jobs.start()
    ended.wait()
    runtime.close()


def do_chores(settings: Settings) -> None:
    """Import and publish until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    runtime = open_runtime(settings, migrates=False)
    chores(partial(carry_out, runtime), settings.data_dir.parent, ended)
    runtime.close()


def main() -> None:
    """What the arguments say."""
    kind, settings = sys.argv[1], settings_from(json.loads(sys.argv[2]))
    if kind == "worker":
        work(settings)
    elif kind == "chores":
        do_chores(settings)
    else:
        run_server(settings, runs_jobs=kind == "serve")


if __name__ == "__main__":
    main()
