"""Rows of our own tables as dataclasses, and back. Runs no statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from runtime.store.sql import Flag, Moment, bind, micros, moment_of

R = TypeVar("R")


def guarded_update(table: sa.Table, names: Iterable[str]) -> sa.Update:
    """An UPDATE of some columns of one row, if it still has the expected revision."""
    guard = sa.and_(table.c.id == bind("id_"), table.c.revision == bind("expected"))
    return sa.update(table).where(guard).values({name: bind(name) for name in names})


class RowMap(Generic[R]):
    """A table and the dataclass of its rows: every field has a column of its name."""

    def __init__(self, table: sa.Table, row_type: Callable[..., R]) -> None:
        names = [one.name for one in fields(row_type)]  # type: ignore[arg-type]
        self.table = table
        self.columns = tuple(table.c[name] for name in names)
        self._row_type = row_type
        self._names = tuple(names)
        self._cells_of = attrgetter(*names)
        self._readers = tuple(
            (index, _reader(column))
            for index, column in enumerate(self.columns)
            if isinstance(column.type, Moment | Flag)
        )
        self._moments = tuple(c.name for c in self.columns if isinstance(c.type, Moment))
        self._places = range(len(names))
        stored = [column for column in table.c if column.name in names]
        self._cells_in_order = attrgetter(*(column.name for column in stored))
        self._moments_in_order = tuple(
            place for place, column in enumerate(stored) if isinstance(column.type, Moment)
        )
        self._updates: dict[tuple[int, ...], _Changed] = {}

    def params(self, row: R, **more: Any) -> dict[str, Any]:
        """The values of a row by column."""
        found: dict[str, Any] = dict(zip(self._names, self._cells_of(row), strict=True))
        for name in self._moments:
            if found[name] is not None:
                found[name] = micros(found[name])
        return {**found, **more} if more else found

    def cells(self, row: R) -> list[Any]:
        """The same in the order of the table's columns, as an INSERT of all of them takes them."""
        found = list(self._cells_in_order(row))
        for place in self._moments_in_order:
            if found[place] is not None:
                found[place] = micros(found[place])
        return found

    def update(self, before: R, after: R) -> tuple[sa.Update, dict[str, Any]]:
        """The UPDATE of what differs, guarded by the revision before, with its parameters."""
        was, will_be = self._cells_of(before), self._cells_of(after)
        others = compress(self._places, map(is_not, was, will_be))
        places = tuple([place for place in others if was[place] != will_be[place]])
        changed = self._updates.get(places) or self._changed(places)
        cells = dict(zip(changed.names, [will_be[place] for place in places], strict=True))
        for name in changed.moments:
            if cells[name] is not None:
                cells[name] = micros(cells[name])
        cells["id_"], cells["expected"] = before.id, before.revision  # type: ignore[attr-defined]
        return changed.statement, cells

    def _changed(self, places: tuple[int, ...]) -> _Changed:
        names = tuple(self._names[place] for place in places)
        moments = tuple(name for name in names if name in self._moments)
        made = _Changed(guarded_update(self.table, names), names, moments)
        self._updates[places] = made
        return made

    def row(self, values: Sequence[Any]) -> R:
        """The dataclass of a database row that starts with this map's columns."""
        found = list(values[: len(self._names)])
        for index, read in self._readers:
            if found[index] is not None:
                found[index] = read(found[index])
        return self._row_type(*found)

    def rows(self, many: Iterable[Sequence[Any]]) -> tuple[R, ...]:
        """All of them."""
        return tuple(map(self.row, many))


@dataclass(frozen=True, slots=True)
class _Changed:
    """The UPDATE of some columns."""

    statement: sa.Update
    names: tuple[str, ...]
    moments: tuple[str, ...]  # of these


def _reader(column: sa.Column[Any]) -> Callable[[Any], Any]:
    return moment_of if isinstance(column.type, Moment) else bool
