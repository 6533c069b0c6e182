"""Fixed statements on one SQLite connection. What needs no answer waits, by table.

It waits until a statement names its table, at the latest for the commit, and so for the units that
come after: every row that SQLite is given by itself lets another thread have the interpreter in
between, and where many wait, getting it back costs more than the row. Several rows of a table
leave as one statement.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

from runtime.store.sql import Params, Ready, Row

_TOGETHER = (32, 16, 8, 4, 2, 1)  # rows of one statement: few numbers, that few are prepared
_HERE = nullcontext()
_MOST_VALUES = 900  # of one statement; SQLite may be built with no more than 999
_ONE_ROW = re.compile(r"(INSERT INTO .* VALUES )(\((?:\?, )*\?\))", re.DOTALL)


@dataclass(slots=True)
class _Waiting:
    """Rows for one statement."""

    ready: Ready
    rows: list[Sequence[Any]]
    earlier: int  # how many of them are of the units before


class SqliteDriver:
    """`Driver` of a connection in this process."""

    __slots__ = ("_changes", "_execute", "_raw", "_waiting", "is_torn", "waits", "written")

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._execute = raw.execute
        self._waiting: dict[str, _Waiting] = {}  # by the table they go to
        self._changes = 0  # of the connection, without those of the running unit
        self.is_torn = False  # something that waited failed, of whatever unit
        self.written: set[str] = set()  # tables, since somebody cleared it
        self.waits = True  # whether it pays: where no other unit comes, rows leave at once

    def rows(self, ready: Ready, params: Params | None) -> list[Row]:
        """All rows."""
        self._prepare(ready)
        return self._execute(ready.text, ready.values(params)).fetchall()

    def first(self, ready: Ready, params: Params | None) -> Row | None:
        """The first row."""
        self._prepare(ready)
        row: Row | None = self._execute(ready.text, ready.values(params)).fetchone()
        return row

    def change(self, ready: Ready, params: Params | None) -> int:
        """How many rows it wrote."""
        self._prepare(ready)
        return self._execute(ready.text, ready.values(params)).rowcount

    def later(self, ready: Ready, params: Params) -> None:
        """Let it wait."""
        self.many_rows(ready, (ready.values(params),))

    def many(self, ready: Ready, params: Sequence[Params]) -> None:
        """One for each of `params`, like `later`."""
        self.many_rows(ready, list(map(ready.values, params)))

    def many_rows(self, ready: Ready, rows: Sequence[Sequence[Any]]) -> None:
        """One for each of `rows`, like `later`."""
        self.written.add(ready.writes)
        if not self.waits:
            self._send_few(ready.text, rows)
            return
        waiting = self._waiting.get(ready.writes)
        if waiting is not None and waiting.ready is ready:
            waiting.rows.extend(rows)
            return
        if waiting is not None:
            self._write(ready.writes)
        self._waiting[ready.writes] = _Waiting(ready, [*rows], earlier=0)

    def add_rows(self, table: str, cells: str, rows: Sequence[Sequence[Any]]) -> None:
        """At once, several rows a statement."""
        self.settle()
        self.written.add(table)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._send(f"INSERT INTO {cells} VALUES ({marks})", rows)  # noqa: S608

    def settle(self) -> sqlite3.Connection:
        """The connection, with nothing waiting."""
        self.write_out()
        return self._raw

    def away(self) -> AbstractContextManager[None]:
        """Nothing: the database is in this thread."""
        return _HERE

    def lend(self) -> sqlite3.Connection:
        """The same."""
        return self.settle()

    def begin_unit(self) -> None:
        """What is written and waits from now on is of another unit."""
        self._changes = self._raw.total_changes
        for waiting in self._waiting.values():
            waiting.earlier = len(waiting.rows)

    @property
    def has_written(self) -> bool:
        """Whether something of the running unit has reached SQLite."""
        return self._raw.total_changes != self._changes

    def forget_unit(self) -> None:
        """Drop what waits of the running unit."""
        for table, waiting in [*self._waiting.items()]:
            del waiting.rows[waiting.earlier :]
            if not waiting.rows:
                del self._waiting[table]

    def forget_all(self) -> None:
        """Drop what waits: its transaction was rolled back."""
        self._waiting.clear()
        self.is_torn = False

    def write_out(self) -> None:
        """Write all that waits."""
        for table in [*self._waiting]:
            self._write(table)

    def _prepare(self, ready: Ready) -> None:
        if ready.writes:
            self.written.add(ready.writes)
        if not self._waiting:
            return
        for table in ready.tables & self._waiting.keys():
            self._write(table)

    def _write(self, table: str) -> None:
        waiting = self._waiting.pop(table)
        try:
            if waiting.earlier:
                before = self._raw.total_changes
                self._send(waiting.ready.text, waiting.rows[: waiting.earlier])
                self._changes += self._raw.total_changes - before
            if waiting.earlier < len(waiting.rows):
                self._send(waiting.ready.text, waiting.rows[waiting.earlier :])
        except BaseException:
            self.is_torn = True
            raise

    def _send_few(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            self._execute(text, rows[0])
        elif len(rows) < _TOGETHER[0]:
            self._raw.executemany(text, rows)
        else:
            self._send(text, rows)

    def _send(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            self._execute(text, rows[0])
            return
        if not _is_of_one_row(text):
            self._raw.executemany(text, rows)
            return
        at, most = 0, _MOST_VALUES // len(rows[0])
        for count in _TOGETHER:
            while count <= max(most, 1) and len(rows) - at >= count:
                self._execute(_of_rows(text, count), _in_a_row(rows[at : at + count]))
                at += count


def _in_a_row(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [cell for row in rows for cell in row]


@cache
def _is_of_one_row(text: str) -> bool:
    """Whether it is an INSERT of values and nothing else, which may be given several rows."""
    return _ONE_ROW.fullmatch(text) is not None


@cache
def _of_rows(text: str, count: int) -> str:
    found = _ONE_ROW.fullmatch(text)
    return found[1] + ", ".join([found[2]] * count) if found is not None else ""
