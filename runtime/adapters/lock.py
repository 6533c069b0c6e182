"""The data directory's lock: exactly one process works on an embedded store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from engines.errors import AppBuilderError

LOCK_FILE = "dougong.lock"


class DirectoryInUse(AppBuilderError):
    """Another process holds the data directory; `pid` is its number where it is known."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        self.pid = pid
        who = f"process {pid}" if pid is not None else "another process"
        super().__init__(f"{directory} is in use by {who}. Stop it, or use another --data.")


class DirectoryLock:
    """Held from `taken` to `release`; the system lets go of it when the process dies."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def taken(cls, directory: Path) -> DirectoryLock:
        """The lock of a directory. Raises DirectoryInUse when somebody holds it."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _pid(os.pread(handle, 32, 0))
            os.close(handle)
            raise DirectoryInUse(directory, pid) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        return cls(handle)

    def release(self) -> None:
        """Let others work on the directory."""
        os.close(self._handle)

    def __enter__(self) -> DirectoryLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _pid(text: bytes) -> int | None:
    return int(text) if text.isdigit() else None
