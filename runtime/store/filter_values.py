"""Values of an expression as a column's raw values: scaled numbers, microseconds, ISO dates.

Exact whatever the column can hold: a limit between two values of the column becomes a whole one.
What is compared with what is decided in `filters`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from engines.expression.functions.ages import DAY_US
from engines.expression.tree import Comparison
from engines.expression.types import DATE, DATETIME, DURATION, NUMBER, Type
from engines.values import Value

Column: TypeAlias = sa.ColumnElement[Any]
Condition: TypeAlias = sa.ColumnElement[bool]
Holds: TypeAlias = Callable[[str | None], Condition]

SECOND_US: Final = 1_000_000
_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_INT64: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SqlValue:
    """A field as the database has it.

    `folded` is the stored folded form of a text; `scale` that of a decimal kept as an integer
    (None for NUMERIC and whole numbers). A list has `holds` in place of a column: whether it holds
    an element, or any at all when given None. Of an encrypted field `column` has the fingerprints,
    and `fingerprint` makes that of a value: only whole values can be compared.
    """

    column: Column | None
    folded: Column | None = None
    scale: int | None = None
    holds: Holds | None = None
    fingerprint: Callable[[Value], str] | None = None


@dataclass(frozen=True, slots=True)
class WholeCode:
    """Values counted in whole units: what one counts, what the column holds for a count."""

    count: Callable[[Value], Fraction]
    raw: Callable[[int], Any]
    least: int
    most: int


_SIGNS: Final[Mapping[Comparison, Callable[[Any, Any], Any]]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.LESS: operator.lt,
    Comparison.LESS_OR_EQUAL: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.GREATER_OR_EQUAL: operator.ge,
}
TURNED: Final[Mapping[Comparison, Comparison]] = {
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.LESS: Comparison.GREATER,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER_OR_EQUAL,
    Comparison.GREATER: Comparison.LESS,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS_OR_EQUAL,
}


def compared(sign: Comparison, left: Any, right: Any) -> Condition:
    """`left sign right` of two SQL values or a SQL value and a raw one; null where one is null."""
    found: Condition = _SIGNS[sign](left, right)
    return found


def against_value(sign: Comparison, kind: Type, of: SqlValue, value: Value) -> Condition:
    """A column compared with a value that is not null."""
    if of.fingerprint is not None:
        return compared(sign, _present(of), of.fingerprint(value))
    code = code_of(kind, of)
    if code is None:
        return compared(sign, _present(of), _literal(_present(of), value))
    return against_count(sign, _present(of), code, code.count(value))


def against_count(sign: Comparison, column: Column, code: WholeCode, count: Fraction) -> Condition:
    """A column compared with a count of its units that need not be whole."""
    if sign is Comparison.EQUAL and count.denominator != 1:
        return sa.false()
    whole = whole_limit(sign, count)
    inside = min(max(whole, code.least), code.most)
    if inside != whole:
        is_true = _SIGNS[sign](0, whole)  # beyond all values: the same for every one
        return column.is_not(None) if is_true else sa.false()
    return compared(sign, column, _literal(column, code.raw(whole)))


def whole_limit(sign: Comparison, count: Fraction) -> int:
    """The whole number that a comparison of whole numbers with `count` comes down to."""
    is_floor = sign in (Comparison.GREATER, Comparison.LESS_OR_EQUAL)
    return floor(count) if is_floor else ceil(count)


def raw_values(kind: Type, of: SqlValue, values: list[Value]) -> list[Any]:
    """What the column holds for these values, without those it cannot hold."""
    if of.fingerprint is not None:
        return [of.fingerprint(value) for value in values]
    code = code_of(kind, of)
    if code is None:
        return values
    counts = [code.count(value) for value in values]
    return [
        code.raw(int(count))
        for count in counts
        if count.denominator == 1 and code.least <= count <= code.most
    ]


def code_of(kind: Type, of: SqlValue) -> WholeCode | None:
    """How the column counts, or None when it holds the values themselves."""
    stored = _present(of).type
    if kind == NUMBER and not isinstance(stored, sa.Numeric):
        factor = 10 ** (of.scale or 0)
        return WholeCode(lambda value: Fraction(value) * factor, _same, -_INT64, _INT64)
    if kind == DURATION:
        return WholeCode(_seconds, _same, -_INT64, _INT64)
    if kind == DATETIME:
        return _instants(is_native=isinstance(stored, sa.DateTime))
    if kind == DATE:
        return _days(is_native=isinstance(stored, sa.Date))
    return None


def aligned(kind: Type, left: SqlValue, right: SqlValue) -> tuple[Column, Column]:
    """Two columns of one type in common units."""
    ours, theirs = _present(left), _present(right)
    if kind != NUMBER:
        return ours, theirs
    apart = (left.scale or 0) - (right.scale or 0)
    if apart < 0:
        return ours * 10**-apart, theirs
    return ours, (theirs * 10**apart if apart else theirs)


def distance(kind: Type, start: SqlValue, end: SqlValue) -> Column:
    """From one date or instant to another: whole days, or microseconds."""
    first, last = _present(start), _present(end)
    if isinstance(first.type, sa.DateTime):
        return sa.extract("epoch", last - first) * SECOND_US
    if kind == DATE and not isinstance(first.type, sa.Date):
        days = sa.func.julianday(last) - sa.func.julianday(first)
        return sa.cast(days, sa.Integer)
    return last - first


def micros_of(duration: timedelta) -> int:
    """The whole length of a duration in microseconds."""
    return duration // _MICROSECOND


def unit_us(kind: Type) -> int:
    """What one count of a date's or instant's code is, in microseconds."""
    return DAY_US if kind == DATE else 1


def _seconds(duration: timedelta) -> Fraction:
    return Fraction(micros_of(duration), SECOND_US)


def _instants(*, is_native: bool) -> WholeCode:
    def moment(count: int) -> datetime:
        return _EPOCH + timedelta(microseconds=count)

    least, most = (_micros(one) for one in (_FIRST, _LAST))
    return WholeCode(
        lambda value: Fraction(_micros(value)), moment if is_native else _same, least, most
    )


def _days(*, is_native: bool) -> WholeCode:
    def written(count: int) -> str:
        return date.fromordinal(count).isoformat()

    least, most = date.min.toordinal(), date.max.toordinal()
    return WholeCode(
        lambda value: Fraction(value.toordinal()),
        date.fromordinal if is_native else written,
        least,
        most,
    )


def _micros(moment: datetime) -> int:
    return micros_of(moment - _EPOCH)


def _literal(column: Column, value: Value) -> Column:
    if isinstance(value, bool):
        return sa.literal(value, sa.Boolean())
    if isinstance(value, int | Decimal) and isinstance(column.type, sa.Numeric):
        return sa.literal(Decimal(value), sa.Numeric())
    return sa.literal(value, column.type)


def _present(of: SqlValue) -> Column:
    if of.column is None:
        raise TypeError("a list has no column to compare")
    return of.column


def _same(count: int) -> int:
    return count
