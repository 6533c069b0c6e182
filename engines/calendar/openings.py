"""The opening hours of one year as a table of instants, made once and searched by halving.

A moment is open when the wall clock of the zone shows a time inside the hours of its day. So a
day on which the clock jumps forward is an hour shorter, and one on which it goes back is an hour
longer, wherever in the day that happens. Not here: how hours are written, and the arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

Hours: TypeAlias = tuple[tuple[int, int], ...]  # ((540, 720), (810, 1080)): minutes of a day

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE_US: Final = 60_000_000
_DAY_US: Final = 86_400_000_000
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Openings:
    """The openings of one UTC year in order; all numbers are microseconds since 1970."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sums: tuple[int, ...]  # open time until the start of each, and of the whole year at the end

    @property
    def total(self) -> int:
        """Open time of the year."""
        return self.sums[-1]

    def before(self, moment: int) -> int:
        """Open time of the year until `moment`."""
        number = bisect_right(self.starts, moment) - 1
        if number < 0:
            return 0
        return self.sums[number] + min(moment, self.ends[number]) - self.starts[number]

    def contains(self, moment: int) -> bool:
        """Whether `moment` is open; the end of an opening is not."""
        number = bisect_right(self.starts, moment) - 1
        return number >= 0 and moment < self.ends[number]

    def earliest(self, amount: int) -> int:
        """The first moment until which `amount` (more than none, at most all) has been open."""
        number = bisect_left(self.sums, amount) - 1
        return self.starts[number] + amount - self.sums[number]

    def latest(self, amount: int) -> int:
        """The last moment until which no more than `amount` (less than all) has been open."""
        number = bisect_right(self.sums, amount) - 1
        return self.starts[number] + amount - self.sums[number]


def micros(moment: datetime) -> int:
    """An instant as microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


def instant(moment: int) -> datetime:
    """Microseconds since 1970 as an instant in UTC."""
    return EPOCH + timedelta(microseconds=moment)


def openings_of(year: int, zone: ZoneInfo, hours: Callable[[date], Hours]) -> Openings:
    """The table of one UTC year; about a millisecond."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _stretches(year, zone, hours):
        if ends and start <= ends[-1]:  # open through midnight, or through a change of the clock
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    return Openings(tuple(starts), tuple(ends), tuple(accumulate(lengths, initial=0)))


def _stretches(
    year: int, zone: ZoneInfo, hours: Callable[[date], Hours]
) -> Iterator[tuple[int, int]]:
    """Open stretches of the year in order, cut at midnights and where the offset changes."""
    for start, end, offset in _spans(year, zone):
        first, last = (start + offset) // _DAY_US, (end + offset - 1) // _DAY_US
        for day in range(first, last + 1):
            midnight = day * _DAY_US - offset
            for opens, closes in hours(date.fromordinal(day + _EPOCH_DAY)):
                opening = max(start, midnight + opens * _MINUTE_US)
                closing = min(end, midnight + closes * _MINUTE_US)
                if opening < closing:
                    yield opening, closing


def _spans(year: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The year in spans of one offset from UTC each: (start, end, offset)."""
    start = micros(datetime(year, 1, 1, tzinfo=UTC))
    last = micros(datetime(year + 1, 1, 1, tzinfo=UTC))
    offset = _offset(start, zone)
    for day in range(start + _DAY_US, last + 1, _DAY_US):
        after = _offset(day, zone)
        if after != offset:
            change = _change(day - _DAY_US, day, zone)
            yield start, change, offset
            start, offset = change, after
    if start < last:
        yield start, last, offset


def _change(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second with another offset than `before`, no later than `after`."""
    old = _offset(before, zone)
    low, high = before // 1_000_000, after // 1_000_000
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * 1_000_000, zone) == old:
            low = middle
        else:
            high = middle
    return high * 1_000_000


def _offset(moment: int, zone: ZoneInfo) -> int:
    return (instant(moment).astimezone(zone).utcoffset() or timedelta(0)) // _MICROSECOND
