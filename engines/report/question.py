"""What a report asks of the records: dimensions, measures, a condition, an order. No answers here.

Parsed by `parse`, answered by the store, given its form back by `shape`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engines.expression.compile import Expression
from engines.expression.types import Type
from engines.values import FormId, LocaleText


class Grain(StrEnum):
    """How finely a time is told apart, in the app's own zone."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    HOUR = "hour"  # of the day: 0 to 23
    WEEKDAY = "weekday"  # 1 Monday to 7 Sunday

    @property
    def is_cyclic(self) -> bool:
        """Whether it comes round again; its keys are numbers, of the others first days."""
        return self in (Grain.HOUR, Grain.WEEKDAY)


class Aggregate(StrEnum):
    """How the values of a group become one."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What groups are made by. `key` may lead through links: `buyer.tier`."""

    name: str  # of the column: the key, with the grain where there is one
    key: str
    title: LocaleText
    type: Type
    grain: Grain | None = None
    options: tuple[tuple[str, LocaleText], ...] = ()  # of choices, in the author's order
    links_to: FormId | None = None  # "user" for people
    is_list: bool = False  # a record counts under each element

    @property
    def is_time_line(self) -> bool:
        """Whether its keys are days that follow each other."""
        return self.grain is not None and not self.grain.is_cyclic


@dataclass(frozen=True, slots=True)
class Measure:
    """A number told of each group. An empty `key` counts records."""

    id: str
    title: LocaleText
    aggregate: Aggregate
    type: Type  # of the answer
    key: str = ""
    percent: int = 0  # of a percentile: 1 to 99
    currency: str = ""  # of an amount of money; other currencies do not count


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a column; empty values last."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a report asks of the records of one form."""

    form: FormId
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    where: Expression | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Every field of the record that takes part, links' fields dotted; for the gate."""
        return frozenset(_keys(self))


def _keys(question: Question) -> Iterable[str]:
    yield from (one.key for one in question.dimensions)
    yield from (one.key for one in question.measures if one.key)
    if question.where is not None:
        yield from (key for root, key in question.where.paths if root == "record" and key)
