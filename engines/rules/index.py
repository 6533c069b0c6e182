"""Which of many alternatives a value leaves possible, as the bits of an integer.

Serves rules (conditions on fields) and decision tables (cells of a column) alike: a thousand
alternatives cost little more than ten, since a look-up gives all of them at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
class Ranges:
    """The alternatives by the place of a number among bounds: bit n of `masks[place]`."""

    points: tuple[Any, ...]  # ascending
    masks: tuple[int, ...]  # below the first point, …, above the last: one more than points


@dataclass(frozen=True, slots=True)
class Axis:
    """The alternatives by one value: bit n is set where alternative n is still possible."""

    by_value: Mapping[Value, int]
    otherwise: int  # of a value that nobody names
    below: Ranges | None = None  # bounds to which the bound itself belongs from below: > 5, <= 5
    above: Ranges | None = None  # and from above: >= 5, < 5
    unordered: int = -1  # of null, where ranges are asked for

    def possible(self, value: Value) -> int:
        """The alternatives that `value` leaves possible."""
        mask = self.by_value.get(value, self.otherwise)
        if value is None:
            return mask & self.unordered
        if self.below is not None:
            mask &= self.below.masks[bisect_left(self.below.points, value)]
        if self.above is not None:
            mask &= self.above.masks[bisect_right(self.above.points, value)]
        return mask


def build_axis(constraints: Sequence[tuple[Constraint, ...]]) -> Axis:
    """The axis of alternatives, each with all its constraints on the one value; () takes any."""
    named = {
        value
        for own in constraints
        for one in own
        if not isinstance(one, Between)
        for value in one.values
    }
    return Axis(
        by_value={
            value: _mask(constraints, lambda one, v=value: _takes(one, v)) for value in named
        },
        otherwise=_mask(constraints, lambda one: not isinstance(one, OneOf)),
        below=_ranges(constraints, is_below=True),
        above=_ranges(constraints, is_below=False),
        unordered=_mask(constraints, lambda one: not isinstance(one, Between)),
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


def _ranges(constraints: Sequence[tuple[Constraint, ...]], *, is_below: bool) -> Ranges | None:
    """The bounds of one kind, with the alternatives possible at each place among them.

    `> 5` and `<= 5` change between 5 and what follows it, `>= 5` and `< 5` between 5 and what
    comes before: each kind needs one binary search only.
    """
    ranges = [[_one_kind(one, is_below=is_below) for one in own] for own in constraints]
    kept = [tuple(one for one in own if one is not None) for own in ranges]
    bounds = {b for own in kept for one in own for b in (one.low, one.high) if b is not None}
    points = tuple(sorted(bounds))
    if not points:
        return None
    masks = tuple(
        _mask(kept, lambda one, p=place: _covers(one, points, p))
        for place in range(len(points) + 1)
    )
    return Ranges(points, masks)


def _one_kind(one: Constraint, *, is_below: bool) -> Between | None:
    """The part of a range whose bounds are of one kind."""
    if not isinstance(one, Between):
        return None
    low = one.low if one.has_low is not is_below else None
    high = one.high if one.has_high is is_below else None
    return Between(low, high) if low is not None or high is not None else None


def _covers(one: Constraint, points: tuple[Any, ...], place: int) -> bool:
    """Whether a range holds between the points before and after a place."""
    if not isinstance(one, Between):
        return True
    starts_before = one.low is None or (place > 0 and one.low <= points[place - 1])
    ends_after = one.high is None or (place < len(points) and one.high >= points[place])
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
