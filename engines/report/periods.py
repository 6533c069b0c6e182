"""Days, weeks, months, quarters and years: what follows one, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from engines.report.question import Grain
from engines.values import LocaleText, Value

_WEEKDAYS: Final = (
    LocaleText((("en", "Mon"), ("zh", "周一"), ("es", "lun"), ("ar", "الاثنين"))),
    LocaleText((("en", "Tue"), ("zh", "周二"), ("es", "mar"), ("ar", "الثلاثاء"))),
    LocaleText((("en", "Wed"), ("zh", "周三"), ("es", "mié"), ("ar", "الأربعاء"))),
    LocaleText((("en", "Thu"), ("zh", "周四"), ("es", "jue"), ("ar", "الخميس"))),
    LocaleText((("en", "Fri"), ("zh", "周五"), ("es", "vie"), ("ar", "الجمعة"))),
    LocaleText((("en", "Sat"), ("zh", "周六"), ("es", "sáb"), ("ar", "السبت"))),
    LocaleText((("en", "Sun"), ("zh", "周日"), ("es", "dom"), ("ar", "الأحد"))),
)
_MONTHS: Final[Mapping[Grain, int]] = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
_DAYS: Final[Mapping[Grain, int]] = {Grain.DAY: 1, Grain.WEEK: 7}


def key_of(grain: Grain, day: date, hour: int) -> Value:
    """The key of a local time: the first day of its period, or the number of hour or weekday."""
    match grain:
        case Grain.HOUR:
            return hour
        case Grain.WEEKDAY:
            return day.isoweekday()
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH | Grain.QUARTER | Grain.YEAR:
            length = _MONTHS[grain]
            return date(day.year, day.month - (day.month - 1) % length, 1)


def following(grain: Grain, day: date) -> date:
    """The first day of the next period. Raises OverflowError or ValueError at the end of time."""
    if grain in _DAYS:
        return day + timedelta(days=_DAYS[grain])
    months = day.year * 12 + day.month - 1 + _MONTHS[grain]
    return date(months // 12, months % 12 + 1, 1)


def between(grain: Grain, first: date, last: date, most: int) -> tuple[date, ...]:
    """Every period from `first` to `last`; none at all when there are more than `most`."""
    found: list[date] = []
    for day in _from(grain, first):
        if day > last:
            break
        if len(found) == most:
            return ()
        found.append(day)
    return tuple(found)


def label(grain: Grain, key: Value, locale: str) -> str:
    """`2026-03-02`, `2026-W10`, `2026-03`, `2026 Q1`, `2026`, `14:00`, `Mon`."""
    if grain is Grain.WEEKDAY:
        return _WEEKDAYS[key - 1].in_locale(locale)
    return _LABELS[grain](key)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _from(grain: Grain, first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        try:
            day = following(grain, day)
        except (OverflowError, ValueError):
            return


_LABELS: Final[Mapping[Grain, Callable[[Value], str]]] = {
    Grain.DAY: date.isoformat,
    Grain.WEEK: _week,
    Grain.MONTH: lambda day: f"{day:%Y-%m}",
    Grain.QUARTER: lambda day: f"{day.year} Q{(day.month + 2) // 3}",
    Grain.YEAR: lambda day: f"{day.year}",
    Grain.HOUR: lambda hour: f"{hour:02d}:00",
}
