"""All look-ups of a rule set or a table at once: from facts to the alternatives still possible."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from engines.expression.scope import PathKey
from engines.expression.types import BOOLEAN, Choice, TreeType, Type
from engines.rules.index import Axis, Constraint, build_axis
from engines.values import Facts, Value

_RECORD: Final = "record"
_MOST_KEPT: Final = 4096  # combinations of options whose answer is kept


@dataclass(frozen=True, slots=True)
class Column:
    """One value that alternatives make demands on, and the demands of each of them."""

    evaluate: Callable[[Facts], Value]
    path: PathKey | None  # where it is a plain fact
    type: Type
    constraints: Sequence[tuple[Constraint, ...]]


class Matcher:
    """Finds the alternatives whose demands all hold, as bits.

    The answers for combinations of options (few, and asked again and again) are kept; numbers are
    searched among the bounds; everything else is looked up one by one. What is kept only saves
    work, it never changes an answer.
    """

    __slots__ = ("_above", "_below", "_everything", "_kept", "_options", "_others", "_read")

    def __init__(self, columns: Sequence[Column], count: int) -> None:
        axes = [(column, build_axis(column.constraints)) for column in columns]
        options = [one for one in axes if _has_few_values(one[0])]
        if len(options) < 2:  # one alone is looked up as fast as a combination
            options = []
        rest = [one for one in axes if one not in options]
        ranged = [one for one in rest if _is_only_ranged(one[0], one[1])]
        self._everything = (1 << count) - 1
        self._options = tuple((_key(column), axis) for column, axis in options)
        self._read: Callable[[Any], tuple[Value, ...]] | None = (
            itemgetter(*(key for key, _ in self._options)) if options else None
        )
        self._kept: dict[tuple[Value, ...], int] = {}
        self._below = tuple(
            (_key(column), axis.below.points, axis.below.masks, axis.unordered)
            for column, axis in ranged
            if axis.below is not None
        )
        self._above = tuple(
            (_key(column), axis.above.points, axis.above.masks, axis.unordered)
            for column, axis in ranged
            if axis.above is not None
        )
        others = [one for one in rest if one not in ranged]
        self._others = tuple((column.evaluate, axis) for column, axis in others)

    def possible(self, facts: Facts) -> int:
        """The alternatives that the facts leave possible."""
        record = facts[_RECORD]
        mask = self._everything
        if self._read is not None:
            try:
                mask = self._kept[self._read(record)]
            except KeyError:  # a new combination, or a field that is not there
                mask = self._combined(record)
        for key, points, masks, unordered in self._below:
            value = record.get(key)
            mask &= unordered if value is None else masks[bisect_left(points, value)]
        for key, points, masks, unordered in self._above:
            value = record.get(key)
            mask &= unordered if value is None else masks[bisect_right(points, value)]
        for evaluate, axis in self._others:
            if not mask:
                return 0
            mask &= axis.possible(evaluate(facts))
        return mask

    def _combined(self, record: Any) -> int:
        values = tuple(record.get(key) for key, _ in self._options)
        mask = self._everything
        for value, (_, axis) in zip(values, self._options, strict=True):
            mask &= axis.possible(value)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[values] = mask
        return mask


def reader(root: str, key: str) -> Callable[[Facts], Value]:
    """A function that reads one fact; null where its root is null."""

    def read(facts: Facts) -> Value:
        values = facts[root]
        return values.get(key) if values is not None else None

    return read


def _key(column: Column) -> str:
    return column.path[1] if column.path is not None else ""


def _is_of_record(column: Column) -> bool:
    return column.path is not None and column.path[0] == _RECORD


def _has_few_values(column: Column) -> bool:
    return _is_of_record(column) and (
        column.type == BOOLEAN or isinstance(column.type, Choice | TreeType)
    )


def _is_only_ranged(column: Column, axis: Axis) -> bool:
    return _is_of_record(column) and not axis.by_value
