"""What records are grouped by, in SQL: a column, a period of time, or a list's elements.

A key goes from the database to a value and back, so that the records of a group can be found by
the very expression that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from engines.errors import BugError
from engines.expression.types import BOOLEAN, DATE, NUMBER
from engines.report.question import Dimension, Grain
from engines.values import FieldId, Value
from runtime.store.columns import RecordColumns
from runtime.store.filter_values import Holds, SqlValue
from runtime.store.layout import ChildPlace, Layout
from runtime.store.local_time import LocalTime
from runtime.store.sql import Dialect

Read = Callable[[Any], Value]

_EPOCH: Final = date(1970, 1, 1)
_DAY_US: Final = 86_400_000_000
_HOUR_US: Final = 3_600_000_000
# Added before a division and taken off after it, so that SQLite's rounds down before 1970 too;
# whole weeks, and the Monday before 1970 stands at 0.
_BIAS_DAYS: Final = 7 * 200_000
_MONDAY: Final = 3  # days from 1970-01-01 back to a Monday


@dataclass(frozen=True, slots=True)
class GroupKey:
    """An expression to group by; `child` is the table that must be joined for it."""

    column: sa.ColumnElement[Any]
    read: Read
    write: Read
    child: ChildPlace | None = None
    has_element: Holds | None = None

    def holds(self, key: Value) -> sa.ColumnElement[bool]:
        """That a record belongs to a group; without a join."""
        if self.has_element is not None:
            return self.has_element(key) if key is not None else sa.not_(self.has_element(None))
        if key is None:
            return self.column.is_(None)
        return self.column == sa.literal(self.write(key), self.column.type)


def group_key(dimension: Dimension, columns: RecordColumns, layout: Layout, zone: str) -> GroupKey:
    """The SQL of a dimension over the records of a form's table."""
    if dimension.is_list:
        child = _required(layout.child_of(FieldId(dimension.key)))
        holds = _required(columns("record", dimension.key)).holds
        return GroupKey(child.table.c.value, _same, _same, child, holds)
    found: SqlValue = _required(columns("record", dimension.key))
    if dimension.grain is not None:
        return _period(_required(found.column), dimension, layout.dialect, zone)
    return _plain(found, dimension)


def _plain(of: SqlValue, dimension: Dimension) -> GroupKey:
    column = _required(of.column)
    if dimension.type == BOOLEAN:
        is_number = isinstance(column.type, sa.Integer)
        return GroupKey(column, bool, int if is_number else _same)
    if dimension.type == NUMBER and of.scale is not None:
        scale = of.scale
        return GroupKey(
            column,
            lambda raw: Decimal(raw).scaleb(-scale),
            lambda key: int(Decimal(key).scaleb(scale)),
        )
    return GroupKey(column, _same, _same)


def _period(column: Any, dimension: Dimension, dialect: Dialect, zone: str) -> GroupKey:
    grain = _required(dimension.grain)
    if dialect is Dialect.POSTGRES:
        local = sa.cast(column, sa.DateTime()) if dimension.type == DATE else None
        return _on_postgres(LocalTime(column, zone) if local is None else local, grain)
    return _on_sqlite(_sqlite_local(column, dimension, zone), grain)


def _on_postgres(local: Any, grain: Grain) -> GroupKey:
    match grain:
        case Grain.HOUR:
            return GroupKey(sa.cast(sa.func.extract("hour", local), sa.Integer()), int, _same)
        case Grain.WEEKDAY:
            return GroupKey(sa.cast(sa.func.extract("isodow", local), sa.Integer()), int, _same)
        case Grain.DAY:
            return GroupKey(sa.cast(local, sa.Date()), _same, _same)
        case Grain.WEEK | Grain.MONTH | Grain.QUARTER | Grain.YEAR:
            start = sa.func.date_trunc(sa.literal_column(f"'{grain.value}'"), local)
            return GroupKey(sa.cast(start, sa.Date()), _same, _same)


def _sqlite_local(column: Any, dimension: Dimension, zone: str) -> Any:
    """Microseconds of local time, moved to where no number is negative."""
    bias = sa.literal_column(str(_BIAS_DAYS * _DAY_US), sa.BigInteger())
    if dimension.type == DATE:
        days = sa.cast(sa.func.julianday(column) - sa.literal_column("2440587.5"), sa.BigInteger())
        return days * sa.literal_column(str(_DAY_US), sa.BigInteger()) + bias
    return sa.type_coerce(LocalTime(column, zone), sa.BigInteger()) + bias


def _on_sqlite(local: Any, grain: Grain) -> GroupKey:
    days = local // _number(_DAY_US)
    match grain:
        case Grain.HOUR:
            return GroupKey(local // _number(_HOUR_US) % _number(24), int, _same)
        case Grain.WEEKDAY:
            return GroupKey((days + _number(_MONDAY)) % _number(7) + _number(1), int, _same)
        case Grain.DAY:
            return GroupKey(days, _day, _days)
        case Grain.WEEK:
            weeks = (days + _number(_MONDAY)) // _number(7)
            return GroupKey(weeks, lambda raw: _day(raw * 7 - _MONDAY), _weeks)
        case Grain.MONTH | Grain.QUARTER | Grain.YEAR:
            return _calendar(days, grain)


def _calendar(days: Any, grain: Grain) -> GroupKey:
    """Months counted from year 0; quarters and years are so many months."""
    seconds = (days - _number(_BIAS_DAYS)) * _number(86_400)
    text = sa.func.strftime(sa.literal_column("'%Y%m'"), seconds, sa.literal_column("'unixepoch'"))
    stamp: Any = sa.cast(text, sa.BigInteger())  # 202603
    if grain is Grain.MONTH:
        return GroupKey(stamp, lambda raw: date(raw // 100, raw % 100, 1), _stamp)
    if grain is Grain.YEAR:
        return GroupKey(stamp // _number(100), lambda raw: date(raw, 1, 1), lambda key: key.year)
    quarter = stamp // _number(100) * _number(4) + (stamp % _number(100) - _number(1)) // _number(
        3
    )
    return GroupKey(quarter, lambda raw: date(raw // 4, raw % 4 * 3 + 1, 1), _quarter)


def _number(value: int) -> Any:
    """A number written into the statement, so that the same expression has the same text."""
    return sa.literal_column(str(value), sa.BigInteger())


def _day(raw: int) -> date:
    return _EPOCH + timedelta(days=raw - _BIAS_DAYS)


def _days(key: date) -> int:
    return (key - _EPOCH).days + _BIAS_DAYS


def _weeks(key: date) -> int:
    return (_days(key) + _MONDAY) // 7


def _stamp(key: date) -> int:
    return key.year * 100 + key.month


def _quarter(key: date) -> int:
    return key.year * 4 + (key.month - 1) // 3


def _required(found: Any) -> Any:
    if found is None:
        raise BugError("a report names what has no column")
    return found


def _same(value: Value) -> Value:
    return value
