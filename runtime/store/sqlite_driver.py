"""Fixed statements on one SQLite connection: the driver's own calls, nothing put off."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from runtime.store.sql import Params, Ready, Row


class SqliteDriver:
    """`Driver` of a connection in this process, where a statement costs no journey."""

    __slots__ = ("_execute", "_raw")

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._execute = raw.execute

    def rows(self, ready: Ready, params: Params | None) -> list[Row]:
        """All rows."""
        return self._execute(ready.text, ready.values(params)).fetchall()

    def first(self, ready: Ready, params: Params | None) -> Row | None:
        """The first row."""
        row: Row | None = self._execute(ready.text, ready.values(params)).fetchone()
        return row

    def change(self, ready: Ready, params: Params | None) -> int:
        """How many rows it wrote."""
        return self._execute(ready.text, ready.values(params)).rowcount

    def later(self, ready: Ready, params: Params) -> None:
        """At once."""
        self._execute(ready.text, ready.values(params))

    def many(self, ready: Ready, params: Sequence[Params]) -> None:
        """One for each of `params`."""
        self._raw.executemany(ready.text, list(map(ready.values, params)))

    def many_rows(self, ready: Ready, rows: Sequence[Sequence[Any]]) -> None:
        """One for each of `rows`."""
        self._raw.executemany(ready.text, rows)

    def settle(self) -> sqlite3.Connection:
        """The connection; nothing waits."""
        return self._raw

    def lend(self) -> sqlite3.Connection:
        """The same."""
        return self._raw
