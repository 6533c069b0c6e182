"""Answer a report in the database, in one pass over the records.

Sums never overflow, means are worked out from sum and count, and a percentile is a value that
occurs: every answer is exact and the same on both databases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any, Final

import sqlalchemy as sa

from engines.errors import BugError
from engines.expression.types import DATE, DATETIME, DURATION, Type
from engines.report.query import AggregateQuery, Aggregates, Group, mean_of
from engines.report.question import Aggregate, Dimension, Measure
from engines.values import Value
from runtime.ports import RecordQuery
from runtime.store.columns import RecordColumns
from runtime.store.filter_values import SqlValue
from runtime.store.form_access import FormAccess, FormAccesses
from runtime.store.group_keys import GroupKey, group_key
from runtime.store.pages import condition_of
from runtime.store.percentile import percentile
from runtime.store.sql import Dialect, Row, Session, moment_of

_HALF: Final = 1_000_000_000  # sums of 64-bit numbers on SQLite go in two halves
_DIGITS: Final = 60

Read = Callable[[Any], Value]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A measure as columns of the statement, and the answer made of their raw values."""

    columns: tuple[sa.ColumnElement[Any], ...]
    read: Callable[[Sequence[Any]], Value]


def aggregate(
    session: Session,
    accesses: FormAccesses,
    access: FormAccess,
    query: AggregateQuery,
    rows: RecordQuery,
) -> Aggregates:
    """The groups of a query over the records of a form that `rows` lets pass."""
    return _Aggregation(session, accesses, access, query, rows).answer()


def cell_condition(
    session: Session,
    accesses: FormAccesses,
    access: FormAccess,
    query: AggregateQuery,
    keys: Sequence[Value],
) -> sa.ColumnElement[bool]:
    """That a record belongs to the group of these keys."""
    columns = RecordColumns(session, accesses, access.layout)
    found = [group_key(one, columns, access.layout, query.zone) for one in query.dimensions]
    holds = (one.holds(key) for one, key in zip(found, keys, strict=True))
    return sa.and_(sa.true(), *holds)


class _Aggregation:
    """One query while it is worked out."""

    def __init__(
        self,
        session: Session,
        accesses: FormAccesses,
        access: FormAccess,
        query: AggregateQuery,
        rows: RecordQuery,
    ) -> None:
        self._session = session
        self._layout = access.layout
        self._query = query
        self._columns = RecordColumns(session, accesses, access.layout)
        self._condition = condition_of(session, accesses, access.layout, rows)
        self._keys = [self._key(one) for one in query.dimensions]

    def answer(self) -> Aggregates:
        limit = self._query.max_groups
        asked = [self._asked(one) for one in self._query.measures]
        rows = self._session.select(self._statement(asked).limit(limit + 1))
        groups = tuple(self._group(row, asked) for row in rows[:limit])
        return Aggregates(groups, is_cut=len(rows) > limit)

    def _key(self, dimension: Dimension) -> GroupKey:
        return group_key(dimension, self._columns, self._layout, self._query.zone)

    def _group(self, row: Row, asked: Sequence[_Asked]) -> Group:
        at = len(self._keys)
        keys = [
            None if raw is None else key.read(raw)
            for key, raw in zip(self._keys, row[:at], strict=True)
        ]
        values = []
        for one in asked:
            values.append(one.read(row[at : at + len(one.columns)]))
            at += len(one.columns)
        return Group(tuple(keys), tuple(values))

    def _statement(self, asked: Sequence[_Asked]) -> sa.Select[Any]:
        keys = [key.column.label(f"_k{at}") for at, key in enumerate(self._keys)]
        cells = [column for one in asked for column in one.columns]
        statement = sa.select(*keys, *cells).select_from(self._from()).where(self._condition)
        # by label: two copies of an expression with parameters would be two expressions
        return statement.group_by(*(sa.literal_column(one.name) for one in keys))

    def _from(self) -> sa.FromClause:
        found: sa.FromClause = self._layout.table
        for child in {key.child.field: key.child for key in self._keys if key.child}.values():
            found = found.outerjoin(child.table, child.table.c.record == self._layout.table.c.id)
        return found

    def _asked(self, measure: Measure) -> _Asked:
        if not measure.key:
            return _Asked((sa.func.count(),), _only)
        value = self._value(measure)
        column, read = value
        match measure.aggregate:
            case Aggregate.COUNT:
                return _Asked((sa.func.count(column),), _only)
            case Aggregate.SUM:
                parts, total = self._sum(column, read)
                return _Asked(parts, total)
            case Aggregate.MEAN:
                parts, total = self._sum(column, read)
                counted = (*parts, sa.func.count(column))
                return _Asked(counted, lambda raw: mean_of(total(raw[:-1]), raw[-1]))
            case Aggregate.MIN | Aggregate.MAX:
                chosen = sa.func.min if measure.aggregate is Aggregate.MIN else sa.func.max
                return _Asked((chosen(column),), lambda raw: _read_one(raw[0], read))
            case Aggregate.PERCENTILE:
                found = percentile(column, measure.percent, self._session.dialect)
                return _Asked((found,), lambda raw: _read_one(raw[0], read))

    def _sum(
        self, column: sa.ColumnElement[Any], read: Read
    ) -> tuple[tuple[sa.ColumnElement[Any], ...], Callable[[Sequence[Any]], Value]]:
        if self._session.dialect is Dialect.POSTGRES:
            return (sa.func.sum(column),), lambda raw: _read_one(raw[0], read)
        half = sa.literal_column(str(_HALF), sa.BigInteger())
        halves = (sa.func.sum(column // half), sa.func.sum(column % half))

        def total(raw: Sequence[Any]) -> Value:
            return None if raw[0] is None else read(raw[0] * _HALF + raw[1])

        return halves, total

    def _value(self, measure: Measure) -> tuple[sa.ColumnElement[Any], Read]:
        """A measured column, in the wanted currency only, and its raw values as values."""
        found = self._named(measure.key)
        column: Any = found.column
        if measure.currency:
            base = measure.key.removesuffix(".amount")
            currency: Any = self._named(f"{base}.currency").column
            column = sa.case((currency == sa.literal(measure.currency, sa.Text()), column))
        return column, _reader(found, measure.type)

    def _named(self, key: str) -> SqlValue:
        found = self._columns("record", key)
        if found is None or found.column is None:
            raise BugError(f"a report measures {key}, which is no column")
        return found


def _reader(found: SqlValue, type_: Type) -> Read:
    """Raw numbers, dates and instants of a column as values."""
    if type_ == DURATION:
        return lambda raw: timedelta(seconds=int(raw))
    if type_ == DATETIME:
        return lambda raw: moment_of(raw) if isinstance(raw, int) else raw
    if type_ == DATE:
        return lambda raw: date.fromisoformat(raw) if isinstance(raw, str) else raw
    if found.scale is not None:
        return _unscaled(found.scale)
    is_whole = found.column is not None and isinstance(found.column.type, sa.Integer)
    return int if is_whole else _same


def _unscaled(scale: int) -> Read:
    def unscaled(raw: int) -> Decimal:
        with localcontext(prec=_DIGITS):
            return Decimal(raw).scaleb(-scale)

    return unscaled


def _read_one(raw: Any, read: Read) -> Value:
    return None if raw is None else read(raw)


def _only(raw: Row | Sequence[Any]) -> Value:
    return raw[0]


def _same(value: Value) -> Value:
    return value
