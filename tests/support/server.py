"""A real `dougong serve --demo` process on a free port, with a data directory of its own.

`server` is the demo of one definition for a whole session; `serve_demo` starts more of them:

    def test_x(server): ... server.base_url, server.links["smith"], server.link("smith")
    with serve_demo(tmp_path / "data", app_file) as other: ...
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import gettempdir

import pytest

from runtime.adapters.control import ask

ROOT = Path(__file__).resolve().parents[2]
REPAIRS = ROOT / "tests" / "support" / "demo.yaml"
READY_WITHIN_S = 240  # a loaded machine, two cores
STOP_WITHIN_S = 60
_LINK = re.compile(r"^  (?P<who>\w+)(?: of (?P<app>\w+))?: (?P<link>http\S+)$", re.MULTILINE)


@dataclass
class Server:
    """A running process; `links` are the one-time sign-in links it printed, by role."""

    port: int
    data_dir: Path
    process: subprocess.Popen[bytes]
    output: Path
    links: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def link(self, role: str) -> str:
        """A fresh one-time link for the demo account of a role."""
        people = [one["email"] for one in ask(self.data_dir, "user.list", {})]
        email = next(one for one in people if one.startswith(f"{role}@"))
        return str(ask(self.data_dir, "user.link", {"email": email})["link"])

    def kill(self) -> None:
        """kill -9, the worker too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and see that it does."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.output.read_text("utf-8", "replace")


def dougong(*arguments: object) -> str:
    """What a `dougong` command prints; its failure fails the test."""
    command = [sys.executable, "-m", "builder.cli", *map(str, arguments)]
    done = subprocess.run(  # noqa: S603  our own command
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def started(data_dir: Path, *apps: Path, is_demo: bool = True, browser: str = "") -> Server:
    """A server that answers; `browser` is a command that it opens addresses with."""
    port = free_port()
    output = data_dir.with_name(f"{data_dir.name}.{port}.log")
    command = [sys.executable, "-m", "builder.cli", "serve", "--data", str(data_dir)]
    command += ["--port", str(port), *(["--demo"] if is_demo else [])]
    command += ["--open"] if browser else []
    for app in apps:
        command += ["--app", str(app)]
    with output.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  our own command
            command,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**environment(), **({"BROWSER": browser} if browser else {})},
        )
    server = Server(port, data_dir, process, output)
    _wait_until_ready(server)
    for found in _LINK.finditer(server.said):
        server.links[found["who"]] = found["link"]
    return server


@contextmanager
def serve_demo(data_dir: Path, *apps: Path) -> Iterator[Server]:
    """The demo of some definitions while the block runs."""
    server = started(data_dir, *apps)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server; `parametrize("server", [app_file], indirect=True)` names its definition."""
    app = getattr(request, "param", REPAIRS)
    with serve_demo(tmp_path_factory.mktemp("served") / "data", app) as running:
        yield running


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """Ours for another process, with compiled modules kept: each would compile them all."""
    kept = {name: one for name, one in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = Path(gettempdir()) / f"dougong-compiled-{os.getuid()}"
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONPYCACHEPREFIX": str(compiled)}


def get(server: Server, path: str) -> tuple[int, bytes]:
    """Status and body of a plain GET."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN_S  # noqa: TID251  the test's own patience
    while time.monotonic() < deadline:  # noqa: TID251
        assert server.process.poll() is None, f"it ended at once:\n{server.said}"
        try:
            if get(server, "/ready")[0] == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    server.kill()
    raise AssertionError(f"not ready after {READY_WITHIN_S} s:\n{server.said}")
