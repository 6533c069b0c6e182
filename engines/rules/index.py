"""Which of many alternatives a value leaves possible, as the bits of an integer.

Serves rules (conditions on fields) and decision tables (cells of a column) alike: a thousand
alternatives cost little more than ten, since a look-up gives all of them at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engines.values import Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of these; null may be among them."""

    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The value is none of these."""

    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Between:
    """The value is ordered so; null never is. None means no bound on that side."""

    low: Value = None
    high: Value = None
    has_low: bool = True  # the bound itself is in
    has_high: bool = True

    def takes(self, value: Any) -> bool:
        """Whether `value`, which is not null, lies within."""
        if self.low is not None and (value < self.low or (value == self.low and not self.has_low)):
            return False
        return not (
            self.high is not None
            and (value > self.high or (value == self.high and not self.has_high))
        )


Constraint: TypeAlias = OneOf | NoneOf | Between


@dataclass(frozen=True, slots=True)
class Axis:
    """The alternatives by one value: bit n is set where alternative n is still possible."""

    by_value: Mapping[Value, int]
    otherwise: int  # of a value that nobody names
    points: tuple[Any, ...] = ()  # the bounds of all ranges, ascending
    segments: tuple[int, ...] = ()  # below the first point, on it, between it and the next, …
    unordered: int = -1  # of null, where ranges are asked for

    def possible(self, value: Value) -> int:
        """The alternatives that `value` leaves possible."""
        mask = self.by_value.get(value, self.otherwise)
        if not self.points:
            return mask
        if value is None:
            return mask & self.unordered
        place = bisect_left(self.points, value)
        is_on = place < len(self.points) and self.points[place] == value
        return mask & self.segments[2 * place + is_on]


def build_axis(constraints: Sequence[tuple[Constraint, ...]]) -> Axis:
    """The axis of alternatives, each with all its constraints on the one value; () takes any."""
    everything = (1 << len(constraints)) - 1
    named = {
        value
        for own in constraints
        for one in own
        if not isinstance(one, Between)
        for value in one.values
    }
    by_value = {value: _mask(constraints, lambda one, v=value: _takes(one, v)) for value in named}
    points = _points(constraints)
    if not points:
        return Axis(by_value, _mask(constraints, lambda one: not isinstance(one, OneOf)))
    return Axis(
        by_value,
        _mask(constraints, lambda one: not isinstance(one, OneOf)),
        points,
        _segments(constraints, points),
        _mask(constraints, lambda one: not isinstance(one, Between)) & everything,
    )


def overlap(left: tuple[Constraint, ...], right: tuple[Constraint, ...]) -> bool:
    """Whether some value satisfies both; true in doubt between the numbers of a range."""
    both = (*left, *right)
    lists = [one.values for one in both if isinstance(one, OneOf)]
    if lists:
        common = frozenset.intersection(*lists)
        return any(all(_takes_any(one, value) for one in both) for value in common)
    ranges = [one for one in both if isinstance(one, Between)]
    return all(_meet(one, other) for one in ranges for other in ranges)


def _takes(one: Constraint, value: Value) -> bool:
    """Of a named value; ranges are looked up apart."""
    match one:
        case OneOf():
            return value in one.values
        case NoneOf():
            return value not in one.values
        case Between():
            return True


def _takes_any(one: Constraint, value: Value) -> bool:
    if isinstance(one, Between):
        return value is not None and one.takes(value)
    return _takes(one, value)


def _mask(constraints: Sequence[tuple[Constraint, ...]], holds: Any) -> int:
    mask = 0
    for number, own in enumerate(constraints):
        if all(holds(one) for one in own):
            mask |= 1 << number
    return mask


def _points(constraints: Sequence[tuple[Constraint, ...]]) -> tuple[Any, ...]:
    ranges = [one for own in constraints for one in own if isinstance(one, Between)]
    bounds = {bound for one in ranges for bound in (one.low, one.high) if bound is not None}
    return tuple(sorted(bounds))


def _segments(
    constraints: Sequence[tuple[Constraint, ...]], points: tuple[Any, ...]
) -> tuple[int, ...]:
    """For 3 points: below p0, p0, between, p1, between, p2, above p2."""
    return tuple(
        _mask(constraints, lambda one, p=place: _covers(one, points, p))
        for place in range(2 * len(points) + 1)
    )


def _covers(one: Constraint, points: tuple[Any, ...], place: int) -> bool:
    """Whether a range holds on a point (odd places) or between two (even ones)."""
    if not isinstance(one, Between):
        return True
    number, is_on = divmod(place, 2)
    if is_on:
        return one.takes(points[number])
    starts_before = one.low is None or (number > 0 and one.low <= points[number - 1])
    ends_after = one.high is None or (number < len(points) and one.high >= points[number])
    return starts_before and ends_after


def _meet(one: Between, other: Between) -> bool:
    for low_side, high_side in ((one, other), (other, one)):
        if low_side.low is None or high_side.high is None:
            continue
        if low_side.low > high_side.high:
            return False
        is_touching = low_side.low == high_side.high
        if is_touching and not (low_side.has_low and high_side.has_high):
            return False
    return True
