"""Working places and turns: how many requests are at work, and how many of them run at once.

Python runs one thread at a time. Where many want to run, each short call that lets go of the
interpreter lets another one in, and getting it back costs more than the call: sixteen threads
writing to PostgreSQL cost 45 % more CPU a request than one. So one runs, in the order they came,
and gives its turn away while it waits for the database.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_S = 0.1  # a turn may be held by something long; who waits longer goes on without one
_PATIENCE_EACH_S = 0.005  # more for each one before: nobody should wake up only to wait on


class Places:
    """So many places, counted."""

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._free = count

    def take_free(self) -> bool:
        """Take a place if one is free."""
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def leave(self) -> None:
        """Give it back."""
        with self._lock:
            self._free += 1


class Turns:
    """Lets so many threads be at work, and fewer of them run Python at once.

    Threads come to work in the order they asked: a semaphore lets whoever happens to run in first,
    and at 64 connections a request in a hundred waited five times as long as the middle one. Who
    comes back from waiting goes before who is new, so that what was begun is ended.
    """

    def __init__(self, running: int, patience_s: float = _PATIENCE_S) -> None:
        self._lock = threading.Lock()
        self._turns = running
        self._places = running
        self._patience_s = patience_s
        self._back: deque[threading.Lock] = deque()
        self._new: deque[threading.Lock] = deque()
        self._mine = threading.local()

    def open(self, places: int) -> None:
        """Let so many be at work. Said before anybody is."""
        self._places = places

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._back) + len(self._new)

    @property
    def free(self) -> tuple[int, int]:
        """Turns and places that nobody has."""
        return self._turns, self._places

    @contextmanager
    def taken(self) -> Iterator[None]:
        """At work."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def enter(self) -> None:
        """Come to work with a turn, or after some waiting for one without."""
        with self._lock:
            if self._turns and self._places and not self._new:
                self._turns -= 1
                self._places -= 1
                self._mine.has = True
                return
            call = threading.Lock()
            call.acquire()
            patience_s = self._patience_s + len(self._new) * _PATIENCE_EACH_S
            self._new.append(call)
        while not call.acquire(timeout=patience_s):
            with self._lock:
                if call not in self._new:  # called in this moment
                    break
                if self._places and self._new[0] is call:
                    self._new.popleft()
                    self._places -= 1
                    self._mine.has = False
                    return
        self._mine.has = True

    def leave(self) -> None:
        """Go from work."""
        with self._lock:
            self._places += 1
            self._turns += self._mine.has
            self._mine.has = False
            self._call()

    def give_away(self) -> bool:
        """Let another one have this thread's turn; whether it had one."""
        if not getattr(self._mine, "has", False):
            return False
        self._mine.has = False
        with self._lock:
            self._turns += 1
            self._call()
        return True

    def take_again(self) -> None:
        """Go on with a turn, or after some waiting without."""
        with self._lock:
            if self._turns:
                self._turns -= 1
                self._mine.has = True
                return
            call = threading.Lock()
            call.acquire()
            self._back.append(call)
        self._mine.has = call.acquire(timeout=self._patience_s) or not self._gone(call)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Waiting for somebody else: the turn, if this thread has one, is another's meanwhile."""
        had = self.give_away()
        try:
            yield
        finally:
            if had:
                self.take_again()

    def _gone(self, call: threading.Lock) -> bool:
        """Wait no longer; False when the call came in this moment."""
        with self._lock:
            if call not in self._back:
                return False
            self._back.remove(call)
            return True

    def _call(self) -> None:
        """Give free turns to those who wait for them."""
        while self._turns:
            if self._back:
                call = self._back.popleft()
            elif self._new and self._places:
                call = self._new.popleft()
                self._places -= 1
            else:
                return
            self._turns -= 1
            call.release()
