"""Ids that a test can name beforehand. Those of the product stand in `runtime/adapters/ids`."""

from __future__ import annotations

from threading import Lock


class CountingIds:
    """Ids that count up, so that a test can name them; tokens likewise."""

    def __init__(self) -> None:
        self.last = 0
        self._lock = Lock()

    def new(self) -> str:
        return f"{self._next():08d}-0000-7000-8000-000000000000"

    def many(self, count: int) -> list[str]:
        return [self.new() for _ in range(count)]

    def token(self) -> str:
        return f"token-{self._next()}"

    def _next(self) -> int:
        with self._lock:
            self.last += 1
            return self.last
