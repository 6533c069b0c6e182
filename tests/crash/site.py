"""The product's processes over one database: started, killed, stopped, asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.support.server import environment

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 240.0  # two cores may have much else to do


@dataclass
class Site:
    """The product's processes over one database."""

    given: dict[str, Any]
    kinds: tuple[str, ...]
    token: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, kind: str) -> None:
        command = [sys.executable, "-m", "tests.crash.process", kind, json.dumps(self.given)]
        with (Path(self.given["data_dir"]).parent / f"{kind}.log").open("ab") as log:
            self.running[kind] = subprocess.Popen(  # noqa: S603  our own program
                command,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment(),
            )

    def kill(self, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            os.killpg(self.running[kind].pid, signal.SIGKILL)
        for kind in kinds:
            self.running[kind].wait()

    def stop(self, *kinds: str) -> None:
        stopping = [self.running.pop(kind) for kind in kinds]
        for process in stopping:
            process.terminate()
        for process in stopping:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise

    def wait_until_ready(self) -> None:
        wait_until(self._is_ready, READY_WITHIN_S)

    def _is_ready(self) -> bool:
        ended = [kind for kind, process in self.running.items() if process.poll() is not None]
        assert not ended, f"{ended} ended by themselves; their logs stand beside the data"
        try:
            return request(self.given["port"], "GET", "/ready")[0] == 200
        except (OSError, HTTPException):
            return False


def request(
    port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_until(holds: Callable[[], bool], within_s: float) -> None:
    """Wait, and fail when it takes longer."""
    end_s = time.perf_counter() + within_s
    while not holds():
        assert time.perf_counter() < end_s, f"it did not happen within {within_s:.0f} s"
        time.sleep(0.1)
