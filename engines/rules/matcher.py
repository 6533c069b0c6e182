"""All look-ups of a rule set or a table at once: from facts to the alternatives still possible."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, TypeAlias

from engines.expression.scope import PathKey
from engines.expression.types import BOOLEAN, Choice, TreeType, Type
from engines.rules.index import Axis, Constraint, build_axis
from engines.values import Facts, Value, Values

_RECORD: Final = "record"
_MOST_KEPT: Final = 4096  # combinations of options whose answer is kept
_UNKNOWN: Final = -1  # no set of alternatives: those have no bits beyond their number


@dataclass(frozen=True, slots=True)
class Column:
    """One value that alternatives make demands on, and the demands of each of them."""

    evaluate: Callable[[Facts], Value]
    path: PathKey | None  # where it is a plain fact
    type: Type
    constraints: Sequence[tuple[Constraint, ...]]


# How to search, the bounds of a number, the alternatives between them, those of null.
_Range: TypeAlias = tuple[Callable[..., int], tuple[Any, ...], tuple[int, ...], int]
_Values: TypeAlias = tuple[Value, ...]


class Matcher:
    """Finds the alternatives whose demands all hold, as bits.

    The answers for combinations of options (few, and asked again and again) are kept; numbers are
    searched among the bounds; everything else is looked up one by one. What is kept only saves
    work, it never changes an answer.
    """

    __slots__ = (
        "_everything", "_kept", "_nulls", "_options", "_others", "_ranges", "_read_numbers",
        "_read_options",
    )  # fmt: skip

    def __init__(self, columns: Sequence[Column], count: int) -> None:
        axes = [(column, build_axis(column.constraints)) for column in columns]
        options = [one for one in axes if _has_few_values(one[0])]
        ranged = [one for one in axes if one not in options and _is_only_ranged(*one)]
        others = [one for one in axes if one not in options and one not in ranged]
        ranges = [one for column, axis in ranged for one in _ranges(_key(column), axis)]
        names, numbers = [_key(column) for column, _ in options], [key for key, _ in ranges]
        self._everything = (1 << count) - 1
        self._options = tuple(axis for _, axis in options)
        self._ranges = tuple(one for _, one in ranges)
        self._others = tuple((column.evaluate, axis) for column, axis in others)
        self._read_options = _all_of(names)
        self._read_numbers = _all_of(numbers)
        self._nulls: Values = dict.fromkeys([*names, *numbers])
        self._kept: dict[_Values, int] = {}

    def possible(self, facts: Facts) -> int:
        """The alternatives that the facts leave possible."""
        record = facts[_RECORD]
        try:
            values, numbers = self._read_options(record), self._read_numbers(record)
        except KeyError:  # a field that is not there is null
            filled = {**self._nulls, **record}
            values, numbers = self._read_options(filled), self._read_numbers(filled)
        mask = self._kept.get(values, _UNKNOWN)
        if mask == _UNKNOWN:
            mask = self._combined(values)
        for number, (search, points, masks, unordered) in zip(  # noqa: B905 - same length, hot
            numbers, self._ranges
        ):
            mask &= unordered if number is None else masks[search(points, number)]
        for evaluate, axis in self._others:
            if not mask:
                return 0
            mask &= axis.possible(evaluate(facts))
        return mask

    def _combined(self, values: _Values) -> int:
        mask = self._everything
        for value, axis in zip(values, self._options, strict=False):
            mask &= axis.possible(value)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[values] = mask
        return mask


def _ranges(key: str, axis: Axis) -> list[tuple[str, _Range]]:
    """One search for each kind of bound that the axis has."""
    kinds = ((bisect_left, axis.below), (bisect_right, axis.above))
    return [
        (key, (search, ranges.points, ranges.masks, axis.unordered))
        for search, ranges in kinds
        if ranges is not None
    ]


def _all_of(keys: Sequence[str]) -> Callable[[Values], _Values]:
    """A function that reads these keys at once; raises KeyError when one is not there."""
    if not keys:
        return lambda _record: ()
    # one key alone would come without its tuple: read it twice, the second one is not looked at
    return itemgetter(*keys) if len(keys) > 1 else itemgetter(keys[0], keys[0])


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
