"""What the store is asked for a report, and what it answers: plain data, nothing of a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import floor
from typing import Final

from engines.report.question import Dimension, Measure, Question
from engines.values import FormId, Value

MAX_GROUPS: Final = 10_000
_MEAN_DIGITS: Final = Decimal("0.000001")
_PRECISION: Final = 60
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """Groups and their measures over the records that a RecordQuery lets pass.

    Keys are values of the dimension's type; of a time the first day of its period in `zone`, or
    the number of the hour or weekday. A mean is exact to six digits (see `mean_of`); a percentile
    is the smallest value that at least so many percent do not exceed.
    """

    form: FormId
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    zone: str
    max_groups: int = MAX_GROUPS

    @property
    def in_all(self) -> AggregateQuery:
        """The same measures over all records together."""
        return replace(self, dimensions=())


@dataclass(frozen=True, slots=True)
class Group:
    """One key for each dimension, one answer for each measure."""

    keys: tuple[Value, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Aggregates:
    """The groups, in no order; `is_cut` when there were more than `max_groups`."""

    groups: tuple[Group, ...]
    is_cut: bool = False


def aggregate_query(question: Question, zone: str) -> AggregateQuery:
    """What a report asks of the store."""
    return AggregateQuery(question.form, question.dimensions, question.measures, zone)


def mean_of(total: Value, count: int) -> Value:
    """The mean of `count` values that add up to `total`; None when there are no values.

    Exact to six digits, lengths of time to a microsecond, half up, on every database.
    """
    if not count or total is None:
        return None
    if isinstance(total, timedelta):
        return _half_up(Fraction(total // _MICROSECOND, count)) * _MICROSECOND
    with localcontext() as context:
        context.prec = _PRECISION
        mean = Decimal(total) / count
        return mean.quantize(_MEAN_DIGITS, rounding=ROUND_HALF_UP)


def _half_up(number: Fraction) -> int:
    """The nearest whole number, of two the one farther from zero."""
    whole = floor(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole
