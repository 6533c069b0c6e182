"""Schedules in five fields (minute hour day month weekday), and the next time they name. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_FIELDS: Final = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day", 1, 31),
    ("month", 1, 12),
    ("weekday", 0, 7),
)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_HORIZON_DAYS: Final = 366 * 9  # 29 February may be eight years away


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed schedule; `weekdays` count from Sunday = 0.

    As in every cron, day and weekday are alternatives when both are restricted.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool


def parse_cron(text: str) -> Cron:
    """The schedule that `0 9 * * 1-5` writes; raises ValueError with a sentence."""
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"{text!r} has {len(parts)} parts, a schedule has five")
    values = [_values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = values
    cron = Cron(
        text=text,
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=frozenset(days),
        months=frozenset(months),
        weekdays=frozenset(day % 7 for day in weekdays),
        any_day=parts[2] == "*",
        any_weekday=parts[4] == "*",
    )
    if not any(_day_matches(cron, _DAY_ONE + timedelta(days=n)) for n in range(_HORIZON_DAYS)):
        raise ValueError(f"{text!r} names a day that never comes")
    return cron


def next_time(cron: Cron, after: datetime) -> datetime:
    """The first time the schedule names after `after`, on the same wall clock and zone.

    A time that daylight saving skips is taken at the clock's next valid reading.
    """
    zone, wall = after.tzinfo, after.replace(tzinfo=None, second=0, microsecond=0, fold=0)
    day = wall.replace(hour=0, minute=0)
    for _ in range(_HORIZON_DAYS):
        if _day_matches(cron, day):
            for hour in cron.hours:
                for minute in cron.minutes:
                    found = day.replace(hour=hour, minute=minute, tzinfo=zone)
                    if found > after and found.replace(tzinfo=None) > wall:
                        return found
        day += timedelta(days=1)
    raise ValueError(f"{cron.text!r} names no time that comes")


_DAY_ONE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - days of a calendar, no instants


def _day_matches(cron: Cron, day: datetime) -> bool:
    if day.month not in cron.months:
        return False
    in_days = day.day in cron.days
    in_week = day.isoweekday() % 7 in cron.weekdays
    if cron.any_day or cron.any_weekday:
        return in_days and in_week
    return in_days or in_week


def _values(text: str, name: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step_text = part.partition("/")
        step = _number(step_text, name, 1, high) if step_text else 1
        first, last = _span(span, name, low, high, has_step=bool(step_text))
        if first > last:
            raise ValueError(f"{part!r} runs backwards, in the {name} of a schedule")
        found.update(range(first, last + 1, step))
    return found


def _span(text: str, name: str, low: int, high: int, *, has_step: bool) -> tuple[int, int]:
    if text == "*":
        return low, high
    start, dash, end = text.partition("-")
    first = _number(start, name, low, high)
    if dash:
        return first, _number(end, name, low, high)
    return first, (high if has_step else first)


def _number(text: str, name: str, low: int, high: int) -> int:
    names = {"month": dict(zip(_MONTHS, range(1, 13), strict=True)), "weekday": _WEEKDAY_NUMBERS}
    known = names.get(name, {})
    if text in known:
        return known[text]
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ValueError(f"{text!r} is no {name} of a schedule: {low} to {high}")
    return int(text)


_WEEKDAY_NUMBERS: Final = {name: number for number, name in enumerate(_WEEKDAYS)}
