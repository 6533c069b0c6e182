"""Clocks: the system's, and one that stands until it is told to move (sandbox, tests)."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()

    def cpu_s(self) -> float:
        return time.thread_time()


class SettableClock:
    """A time that only moves when it is moved; back only as somebody sets a wall clock."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._elapsed_s = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._elapsed_s

    def cpu_s(self) -> float:
        return self._elapsed_s

    def advance(self, by: timedelta) -> datetime:
        """Move on; the new time. Raises ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("time does not run backwards")
        with self._lock:
            self._now += by
            self._elapsed_s += by.total_seconds()
            return self._now

    def jump(self, by: timedelta) -> datetime:
        """The wall clock is set, forward or back, while no time passes; the new time."""
        with self._lock:
            self._now += by
            return self._now
