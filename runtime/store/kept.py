"""The rows a unit has read or written: each is asked for once, and its changes are written once.

A change of a kept row waits until a statement names its table, or the commit; several changes of a
row so become one UPDATE of the columns that differ. Only for the length of one unit: the next one,
of whatever process, asks the database again. Knows no statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Write: TypeAlias = Callable[[Any, Any], None]  # (row as stored, row as it is now)


@dataclass(slots=True, eq=False)
class _Kept:
    """One row."""

    shape: object  # how it was read; another way of reading may know other columns
    now: Any
    stored: Any
    is_locked: bool  # nobody else changes it before this unit ends
    write: Write | None = None  # what to do with a change that waits


class KeptRows:
    """Rows by table and id. A row has a `revision` that rises with every change."""

    __slots__ = ("_rows", "waiting")

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, _Kept]] = {}
        self.waiting: dict[str, list[_Kept]] = {}  # changes by table; nobody else alters it

    def clear(self) -> None:
        """Forget all, changes that wait too."""
        self._rows.clear()
        self.waiting.clear()

    def find(self, table: str, id_: str, shape: object, *, lock: bool = False) -> Any | None:
        """The row, if it was read in this shape, under a lock where one is asked for."""
        rows = self._rows.get(table)
        kept = rows.get(id_) if rows is not None else None
        if kept is None or kept.shape is not shape or (lock and not kept.is_locked):
            return None
        return kept.now

    def find_any(self, table: str, id_: str) -> Any | None:
        """The row in whatever shape."""
        rows = self._rows.get(table)
        kept = rows.get(id_) if rows is not None else None
        return None if kept is None else kept.now

    def first(self, table: str, shape: object, fits: Callable[[Any], bool]) -> Any | None:
        """A kept row that fits."""
        rows = self._rows.get(table, {}).values()
        return next((one.now for one in rows if one.shape is shape and fits(one.now)), None)

    def keep(
        self, table: str, id_: str, shape: object, row: Any, *, is_locked: bool = True
    ) -> None:
        """Keep a row that was just read or added."""
        self._rows.setdefault(table, {})[id_] = _Kept(shape, row, row, is_locked)

    def change(
        self, table: str, id_: str, shape: object, revision: int, after: Any, write: Write
    ) -> bool:
        """Let a change wait; False when the row is not kept as of this revision."""
        rows = self._rows.get(table)
        kept = rows.get(id_) if rows is not None else None
        if kept is None or kept.shape is not shape or kept.now.revision != revision:
            return False
        if kept.write is None:
            kept.write = write
            self.waiting.setdefault(table, []).append(kept)
        kept.now = after
        return True

    def write_out(self, tables: Iterable[str] | None = None) -> None:
        """Write the changes that wait, of some tables or of all."""
        if not self.waiting:
            return
        for table in [*self.waiting] if tables is None else tables:
            for kept in self.waiting.pop(table, ()):
                write, stored, kept.stored = kept.write, kept.stored, kept.now
                kept.write = None
                if write is not None:
                    write(stored, kept.now)

    def drop(self, table: str) -> None:
        """Forget the rows of a table that is written by other means."""
        self._rows.pop(table, None)

    def before(self, tables: frozenset[str], alters: str | None) -> None:
        """Make ready for a statement that names `tables` and changes rows of one of them."""
        if self.waiting:
            self.write_out([one for one in tables if one in self.waiting])
        if alters is not None:
            self.drop(alters)
