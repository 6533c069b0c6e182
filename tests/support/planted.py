"""What was made once in a database in memory, copied into every further one that begins alike.

Most tests begin with our tables and one published app, and making those is most of what a small
test costs. The copy has what the making left there, page by page, and ids go on from where it
ended. A database in a file or of PostgreSQL is made anew each time. Knows no table but one.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import closing
from dataclasses import dataclass

from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.ids import CountingIds

KEPT = 32


@dataclass(frozen=True, slots=True)
class Made:
    """A whole database, and the last id that making it took."""

    pages: bytes
    last_id: int


class Nursery:
    """The databases made so far, the ones used last."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, Made] = OrderedDict()

    def plant(
        self, store: SqliteStore | PostgresStore, name: Hashable, make: Callable[[], object]
    ) -> None:
        """Do `make`, or put there what the `make` of that name did in a store as new as this."""
        raw, ids = _memory_of(store), store._shared.ids
        if raw is None or not isinstance(ids, CountingIds):
            make()
            return
        # what was written and counted before: the name speaks of a beginning
        key = (name, store._shared.clock.now(), ids.last, raw.total_changes)
        found = self._made.get(key)
        if found is not None:
            self._made.move_to_end(key)
            _copy(found, raw)
            ids.last = found.last_id
            return
        make()
        self._keep(key, raw, ids.last)

    def _keep(self, key: Hashable, raw: sqlite3.Connection, last_id: int) -> None:
        if raw.execute("SELECT 1 FROM dg_key").fetchone():
            return  # wrapped by a master key that only this store has
        self._made[key] = Made(raw.serialize(), last_id)
        if len(self._made) > KEPT:
            self._made.popitem(last=False)


NURSERY = Nursery()


def _memory_of(store: SqliteStore | PostgresStore) -> sqlite3.Connection | None:
    if not isinstance(store, SqliteStore) or store._memory is None:
        return None
    raw = store._memory.session.raw
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _copy(made: Made, into: sqlite3.Connection) -> None:
    # not deserialized in place: the database would be of another kind than those of a sandbox
    with closing(sqlite3.connect(":memory:")) as original:
        original.deserialize(made.pages)
        original.backup(into)
