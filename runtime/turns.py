"""Working places and turns: how many threads may do something at once, in the order they came.

Python runs one thread at a time. Where many want to run, each short call that lets go of the
interpreter lets another one in, and getting it back costs more than the call: sixteen threads
writing to PostgreSQL cost 45 % more CPU a request than one. A few at a time, who give their turn
away while they wait for the database, do as much with less.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_S = 0.1  # a turn may be held by something long; who waits longer goes on without one


class Places:
    """So many places, given to those who wait in the order they came.

    A semaphore lets whoever happens to run take the place of one who waits: at 64 connections a
    request in a hundred waited five times as long as the middle one.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._free = count
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def take_free(self) -> bool:
        """Take a place if one is free."""
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def take(self, within_s: float = -1) -> bool:
        """Take a place when it is this one's turn; False when that took longer than `within_s`."""
        turn = threading.Lock()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=within_s):  # until somebody leaves
            return True
        with self._lock:
            if turn not in self._waiting:  # it was given in this moment
                return True
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        """Give the place to the one who waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Turns:
    """Lets few threads at once run Python. A thread has at most one turn."""

    def __init__(self, count: int, patience_s: float = _PATIENCE_S) -> None:
        self._places = Places(count)
        self._patience_s = patience_s
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """With a turn, or after some waiting without."""
        self._mine.has = self._places.take(self._patience_s)
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Waiting for somebody else: the turn, if this thread has one, is another's meanwhile."""
        if not self._give_back():
            yield
            return
        try:
            yield
        finally:
            self._mine.has = self._places.take(self._patience_s)

    def _give_back(self) -> bool:
        had = getattr(self._mine, "has", False)
        if had:
            self._mine.has = False
            self._places.leave()
        return had
