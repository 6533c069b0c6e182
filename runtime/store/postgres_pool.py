"""The connections of one PostgreSQL store: so many at once, kept open, replaced when lost."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from runtime.ports import Unavailable
from runtime.store.unit import StoredReader
from runtime.store.wire import Wire


@dataclass(frozen=True, slots=True)
class Pooled:
    """A connection with the parts of the store on it."""

    wire: Wire
    reader: StoredReader

    def close(self) -> None:
        """Leave the server."""
        self.reader.session.core.close()


class Pool:
    """Lends connections with a transaction open."""

    def __init__(self, open_: Callable[[], Pooled], size: int, wait_s: float) -> None:
        self._open = open_
        self._wait_s = wait_s
        self._free = threading.BoundedSemaphore(size)
        self._idle: deque[Pooled] = deque()  # the last one used is the first one lent

    @contextmanager
    def transaction(self, begin: str) -> Iterator[Pooled]:
        """A connection that begins with `begin`; rolled back unless it was committed.

        Raises Unavailable when none comes free in time.
        """
        if not self._free.acquire(timeout=self._wait_s):
            raise Unavailable("All connections to the database are in use.")
        try:
            pooled = self._begun(begin)
            try:
                yield pooled
            finally:
                self._take_back(pooled)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what is idle; nobody works any more."""
        while self._idle:
            self._idle.pop().close()

    def _begun(self, begin: str) -> Pooled:
        """Connections that were lost are found here, before anything was said on them."""
        while (pooled := self._from_idle()) is not None:
            try:
                pooled.wire.begin(begin)
            except psycopg.Error:
                pooled.close()
            else:
                return pooled
        pooled = self._open()
        pooled.wire.begin(begin)
        return pooled

    def _from_idle(self) -> Pooled | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _take_back(self, pooled: Pooled) -> None:
        pooled.wire.rollback()
        if pooled.wire.is_fit():
            self._idle.append(pooled)
        else:
            pooled.close()
