"""Working places and turns: how many requests are at work, and how many of them run at once.

Python runs one thread at a time. Where many want to run, each short call that lets go of the
interpreter lets another one in, and getting it back costs more than the call: sixteen threads
writing to PostgreSQL cost 45 % more CPU a request than one. So one runs, in the order they came,
and gives its turn away while it waits for the database.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

_PATIENCE_S = 0.05  # who runs longer, while others wait, goes on without its turn
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


class Waiting(NamedTuple):
    """A thread that waits until its `call`, a lock that it holds, is released."""

    thread: int
    call: threading.Lock


class Turns:
    """Lets so many threads be at work, and fewer of them run Python at once.

    Threads come to work in the order they asked: a semaphore lets whoever happens to run in first,
    and at 64 connections a request in a hundred waited five times as long as the middle one. Who
    comes back from waiting goes before who is new, so that what was begun is ended; who works for
    all of them goes last, when they have said what there is to do.

    Who runs while nobody else was called for `patience_s` loses its turn and goes on without one:
    a large page that is being rendered slows others down and stops nobody.
    """

    def __init__(self, running: int, patience_s: float = _PATIENCE_S) -> None:
        self._lock = threading.Lock()
        self._turns = running
        self._places = running
        self._patience_s = patience_s
        self._calls = 0  # how often somebody got a turn
        self._runs: dict[int, None] = {}  # threads that have a turn, the longest first
        self._back: deque[Waiting] = deque()
        self._new: deque[Waiting] = deque()
        self._last: Waiting | None = None

    def open(self, places: int) -> None:
        """Let so many be at work. Said before anybody is."""
        self._places = places

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._back) + len(self._new) + (self._last is not None)

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
        """Come to work, with a turn."""
        with self._lock:
            if self._turns and self._places and not self._new:
                self._places -= 1
                self._give(threading.get_ident())
                return
            patience_s = self._patience_s + len(self._new) * _PATIENCE_EACH_S
            mine = waiting_here()
            self._new.append(mine)
        self._wait(mine.call, patience_s)

    def leave(self) -> None:
        """Go from work."""
        with self._lock:
            self._places += 1
            self._take_back(threading.get_ident())
            self._call()

    def has_one(self) -> bool:
        """Whether this thread has a turn."""
        return threading.get_ident() in self._runs

    def give_away(self) -> bool:
        """Let another one have this thread's turn; whether it had one."""
        me = threading.get_ident()
        if me not in self._runs:
            return False
        with self._lock:
            had = self._take_back(me)
            self._call()
        return had

    def take_again(self) -> None:
        """Go on with a turn; nothing for who has one."""
        me = threading.get_ident()
        if me in self._runs:
            return
        with self._lock:
            if self._turns:
                self._give(me)
                return
            mine = waiting_here()
            self._back.append(mine)
        self._wait(mine.call, self._patience_s)

    def take_last(self) -> None:
        """Take a turn when nobody else would have it, or after some waiting as who is back.

        For one thread, which does what the others wait for.
        """
        with self._lock:
            if self._turns and not (self._new and self._places):
                self._give(threading.get_ident())
                return
            mine = self._last = waiting_here()
        if mine.call.acquire(timeout=self._patience_s):
            return
        with self._lock:
            if self._last is mine:
                self._last = None
                self._back.appendleft(mine)
        self._wait(mine.call, self._patience_s)

    def wait(self, mine: Waiting) -> None:
        """Wait until called by who works for all of them, or by `go_on`."""
        self._wait(mine.call, self._patience_s)

    def go_on(self, waiting: Iterable[Waiting]) -> None:
        """Call these, in this order, each when it can have a turn."""
        with self._lock:
            self._back.extend(waiting)
            self._call()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Waiting for somebody else: the turn, if this thread has one, is another's meanwhile."""
        had = self.give_away()
        try:
            yield
        finally:
            if had:
                self.take_again()

    def _wait(self, call: threading.Lock, patience_s: float) -> None:
        seen = self._calls
        while not call.acquire(timeout=patience_s):
            with self._lock:
                if seen == self._calls and self._runs and self._is_anybody_ready():
                    self._take_back(next(iter(self._runs)))
                    self._call()
                seen = self._calls

    def _is_anybody_ready(self) -> bool:
        """Whether all that somebody lacks is a turn."""
        if self._turns:
            return False
        return bool(self._back or (self._new and self._places) or self._last)

    def _call(self) -> None:
        """Give free turns to those who wait for them."""
        while self._turns:
            if self._back:
                next_one = self._back.popleft()
            elif self._new and self._places:
                next_one = self._new.popleft()
                self._places -= 1
            elif self._last is not None:
                next_one, self._last = self._last, None
            else:
                return
            self._give(next_one.thread)
            next_one.call.release()

    def _give(self, thread: int) -> None:
        self._turns -= 1
        self._calls += 1
        self._runs[thread] = None

    def _take_back(self, thread: int) -> bool:
        """The turn of this thread, if it has not lost it; whether it had one."""
        if thread not in self._runs:
            return False
        del self._runs[thread]
        self._turns += 1
        return True


def waiting_here() -> Waiting:
    """This thread, and a lock that is held until it is called."""
    call = threading.Lock()
    call.acquire()
    return Waiting(threading.get_ident(), call)
