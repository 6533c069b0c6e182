"""Functions that reckon in the open time of a calendar of the app, named in quotes.

When a calendar is open is `engines/calendar`'s; each function gets the calendar in front of all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from engines.expression.arithmetic import divide, duration_of, microseconds, multiply
from engines.expression.functions.ages import HOUR_US
from engines.expression.problems import EvaluationError
from engines.expression.scope import OpenTime
from engines.expression.signature import A_CALENDAR, A_DATE, A_DATETIME, A_NUMBER, Function
from engines.expression.types import BOOLEAN, DATETIME, NUMBER

_LONGEST: Final = timedelta(days=36_525)  # a hundred years: each year asked for makes a table
_MOST_DAYS: Final = 3_660
_TOO_FAR: Final = "a length of open time is out of range"


def open_hours_between(
    calendar: OpenTime, start: datetime, end: datetime, _name: str
) -> int | Decimal | None:
    """Open hours from `start` to `end`; negative when `end` comes first."""
    if abs(end - start) > _LONGEST:
        raise EvaluationError(_TOO_FAR)
    if end < start:
        return divide(-microseconds(calendar.between(end, start)), HOUR_US)
    return divide(microseconds(calendar.between(start, end)), HOUR_US)


def open_hours_since(
    calendar: OpenTime, now: datetime, moment: datetime, name: str
) -> int | Decimal | None:
    """Open hours from `moment` to now."""
    return open_hours_between(calendar, moment, now, name)


def add_open_hours(
    calendar: OpenTime, moment: datetime, count: int | Decimal, _name: str
) -> datetime:
    """When so many open hours have passed since `moment`; fewer than none go back."""
    length = duration_of(multiply(count, HOUR_US)) or timedelta(0)
    if abs(length) > _LONGEST:
        raise EvaluationError(_TOO_FAR)
    if length < timedelta(0):
        return calendar.subtract(moment, -length)
    return calendar.add(moment, length)


def add_open_days(
    calendar: OpenTime, moment: datetime, count: int | Decimal, _name: str
) -> datetime:
    """The same time of day so many open days later, moved on to when it is open."""
    if not -_MOST_DAYS <= count <= _MOST_DAYS:
        raise EvaluationError(_TOO_FAR)
    days = int(count)
    return calendar.subtract_days(moment, -days) if days < 0 else calendar.add_days(moment, days)


def open_days_between(calendar: OpenTime, first: date, last: date, _name: str) -> int:
    """How many days from `first` to `last`, both counted, have open hours; none backwards."""
    length = (last - first).days + 1
    if abs(length) > _MOST_DAYS:
        raise EvaluationError(_TOO_FAR)
    return sum(calendar.is_open_on(first + timedelta(days=n)) for n in range(length))


def is_open(calendar: OpenTime, moment: datetime, _name: str) -> bool:
    """Whether the calendar is open at `moment`."""
    return calendar.is_open(moment)


_CALENDAR: Final = ("calendar", A_CALENDAR)
_FRIDAY: Final = "datetime('2026-02-27T17:00Z')"
_MONDAY: Final = "datetime('2026-03-02T10:00Z')"

FUNCTIONS: Final = (
    Function(
        "open_hours_between",
        (("start", A_DATETIME), ("end", A_DATETIME), _CALENDAR),
        NUMBER,
        open_hours_between,
        "Hours from the first instant to the second that the calendar is open.",
        ((f"open_hours_between({_FRIDAY}, {_MONDAY}, 'office')", "2"),),
        takes_calendar=True,
    ),
    Function(
        "open_hours_since",
        (("moment", A_DATETIME), _CALENDAR),
        NUMBER,
        open_hours_since,
        "Hours from an instant to now that the calendar is open.",
        (("open_hours_since(now - hours(1), 'office') <= 1", "true"),),
        needs=("now",),
        takes_calendar=True,
    ),
    Function(
        "add_open_hours",
        (("moment", A_DATETIME), ("count", A_NUMBER), _CALENDAR),
        DATETIME,
        add_open_hours,
        "When so many open hours have passed; 0 is the next open moment, less goes back.",
        ((f"add_open_hours({_FRIDAY}, 2, 'office')", _MONDAY),),
        takes_calendar=True,
    ),
    Function(
        "add_open_days",
        (("moment", A_DATETIME), ("count", A_NUMBER), _CALENDAR),
        DATETIME,
        add_open_days,
        "The same time of day so many open days later, moved on to when it is open.",
        ((f"add_open_days({_FRIDAY}, 1, 'office')", "datetime('2026-03-02T17:00Z')"),),
        takes_calendar=True,
    ),
    Function(
        "open_days_between",
        (("first", A_DATE), ("last", A_DATE), _CALENDAR),
        NUMBER,
        open_days_between,
        "Days with open hours, the first and the last counted; none when the last comes first.",
        (("open_days_between(date('2026-02-27'), date('2026-03-03'), 'office')", "3"),),
        takes_calendar=True,
    ),
    Function(
        "is_open",
        (("moment", A_DATETIME), _CALENDAR),
        BOOLEAN,
        is_open,
        "Whether the calendar is open at an instant; when it closes it is not.",
        (("is_open(datetime('2026-03-01T12:00Z'), 'office')", "false"),),
        takes_calendar=True,
    ),
)
