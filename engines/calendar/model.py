"""A calendar: opening hours by weekday and by date in a time zone, and reckoning in open time.

Lengths of time are elapsed time while open: `9h` from Friday 17:00 to Monday in an office that is
open from 9 to 18 ends on Monday at 17:00. Not here: how calendars are written (`parse.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from engines.calendar.openings import Hours, Openings, instant, micros, openings_of
from engines.values import LocaleText

_MICROSECOND: Final = timedelta(microseconds=1)
_LAST_YEAR: Final = 9_990  # beyond it instants leave the calendar
_MOST_DAYS: Final = 36_525


class Time(Protocol):
    """What a length of time is counted in."""

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The earliest instant by which `length` has passed since `start`."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` counts; none when `end` comes first."""
        ...


class AllHours:
    """Every hour of every day counts."""

    __slots__ = ()

    def add(self, start: datetime, length: timedelta) -> datetime:
        return start + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))


ALL_HOURS: Final = AllHours()


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time and what it is counted in; `now + span` is when it has passed."""

    length: timedelta
    time: Time = ALL_HOURS

    def __radd__(self, start: datetime) -> datetime:
        return self.time.add(start, self.length)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours; `days` stand in place of the weekday's. Instants are aware, answers UTC.

    Some day must have hours: `parse.py` refuses a calendar that is never open.
    """

    id: str
    title: LocaleText
    zone: str
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]  # from Monday on
    days: Mapping[date, Hours]
    # Tables by year, filled as they are asked for; two threads at worst make the same one twice.
    _years: dict[int, Openings] = field(default_factory=dict, repr=False, compare=False)

    def hours_on(self, day: date) -> Hours:
        """The hours of one day."""
        found = self.days.get(day)
        return self.week[day.weekday()] if found is None else found

    def is_open_on(self, day: date) -> bool:
        """Whether the day has any open hours."""
        return bool(self.hours_on(day))

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open; at the minute it closes it is not."""
        at = micros(moment)
        return self._year(instant(at).year).contains(at)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`; none when `end` comes first."""
        first, last = micros(start), micros(end)
        if last <= first:
            return timedelta(0)
        years = range(instant(first).year, instant(last).year)
        whole = sum(self._year(year).total for year in years)
        into = self._year(instant(last).year).before(last)
        return (whole + into - self._year(instant(first).year).before(first)) * _MICROSECOND

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The earliest instant by which `length` has been open; for none, the next open instant.

        Raises ValueError for a negative length, OverflowError when time ends before.
        """
        amount, at = _amount(length), micros(start)
        year = instant(at).year
        if amount == 0:
            return self._next_open(at, year)
        amount += self._year(year).before(at)
        while amount > self._year(year).total:
            amount -= self._year(year).total
            year = _possible(year + 1)
        return instant(self._year(year).earliest(amount))

    def subtract(self, start: datetime, length: timedelta) -> datetime:
        """The latest instant from which `length` has been open until `start`; as `add`, back."""
        amount, at = _amount(length), micros(start)
        year = instant(at).year
        if amount == 0:
            return self._last_open(at, year)
        left = self._year(year).before(at) - amount
        while left < 0:
            year = _possible(year - 1)
            left += self._year(year).total
        return instant(self._year(year).latest(left))

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` open days later, moved on to when it is open."""
        moved = self._moved(start, days, forward=True)
        return self.add(moved, timedelta(0))

    def subtract_days(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` open days earlier, moved back to when it was open."""
        moved = self._moved(start, days, forward=False)
        return self.subtract(moved, timedelta(0))

    def _moved(self, start: datetime, days: int, *, forward: bool) -> datetime:
        if not 0 <= days <= _MOST_DAYS:
            raise ValueError(f"{days} is no number of days that can be counted")
        local = start.astimezone(ZoneInfo(self.zone))
        step = timedelta(days=1 if forward else -1)
        day = local.date()
        while days:
            day += step
            days -= bool(self.hours_on(day))
        return datetime.combine(day, local.timetz())

    def _next_open(self, at: int, year: int) -> datetime:
        while True:
            table = self._year(year)
            done = table.before(at)
            if table.contains(at):
                return instant(at)
            if done < table.total:
                return instant(table.latest(done))
            year = _possible(year + 1)

    def _last_open(self, at: int, year: int) -> datetime:
        while True:
            table = self._year(year)
            done = table.before(at)
            if done:
                return instant(min(at, table.earliest(done)))
            year = _possible(year - 1)

    def _year(self, year: int) -> Openings:
        found = self._years.get(year)
        if found is None:
            zone = ZoneInfo(self.zone)
            found = self._years[year] = openings_of(year, zone, self.hours_on)
        return found


def _amount(length: timedelta) -> int:
    amount = length // _MICROSECOND
    if amount < 0:
        raise ValueError("a length of time cannot be negative")
    return amount


def _possible(year: int) -> int:
    if not 1 < year < _LAST_YEAR:
        raise OverflowError("this calendar does not open often enough for so long a time")
    return year
