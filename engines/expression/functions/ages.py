"""Functions on the time between dates or instants, and since them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from engines.expression.arithmetic import divide, microseconds
from engines.expression.signature import A_DATETIME, A_DAY, Function
from engines.expression.types import DATE, DATETIME, NUMBER, Type

HOUR_US: Final = 3_600_000_000
MINUTE_US: Final = 60_000_000
DAY_US: Final = 86_400_000_000


def days_between(start: date, end: date) -> int | Decimal | None:
    """Days from `start` to `end`; parts of a day count between instants only."""
    return divide(microseconds(end - start), DAY_US)


def hours_between(start: datetime, end: datetime) -> int | Decimal | None:
    """Hours from `start` to `end`, with their fraction."""
    return divide(microseconds(end - start), HOUR_US)


def minutes_between(start: datetime, end: datetime) -> int | Decimal | None:
    """Minutes from `start` to `end`, with their fraction."""
    return divide(microseconds(end - start), MINUTE_US)


def days_since(now: datetime, today: date, day: date) -> int | Decimal | None:
    """Days from `day` to today, or from an instant to now with their fraction."""
    return days_between(day, now if isinstance(day, datetime) else today)


def hours_since(now: datetime, moment: datetime) -> int | Decimal | None:
    """Hours from `moment` to now, with their fraction."""
    return divide(microseconds(now - moment), HOUR_US)


def minutes_since(now: datetime, moment: datetime) -> int | Decimal | None:
    """Minutes from `moment` to now, with their fraction."""
    return divide(microseconds(now - moment), MINUTE_US)


def _same_kind(types: tuple[Type, ...]) -> Type:
    days = {kind for kind in types if kind in (DATE, DATETIME)}
    if len(days) > 1:
        raise ValueError("a date and a date and time do not go together. Write date(…) round one")
    return NUMBER


_DAY: Final = (("day", A_DAY),)
_DAYS: Final = (("start", A_DAY), ("end", A_DAY))
_INSTANT: Final = (("moment", A_DATETIME),)
_INSTANTS: Final = (("start", A_DATETIME), ("end", A_DATETIME))

FUNCTIONS: Final = (
    Function(
        "days_between",
        _DAYS,
        _same_kind,
        days_between,
        "Days from the first to the second; between instants with their fraction.",
        (("days_between(date('2026-02-28'), date('2026-03-02'))", "2"),),
    ),
    Function(
        "hours_between",
        _INSTANTS,
        NUMBER,
        hours_between,
        "Hours from the first instant to the second, with their fraction.",
        (("hours_between(datetime('2026-03-01T00:00Z'), datetime('2026-03-01T01:30Z'))", "1.5"),),
    ),
    Function(
        "minutes_between",
        _INSTANTS,
        NUMBER,
        minutes_between,
        "Minutes from the first instant to the second.",
        (("minutes_between(datetime('2026-03-01T00:00Z'), datetime('2026-03-01T01:30Z'))", "90"),),
    ),
    Function(
        "days_since",
        _DAY,
        NUMBER,
        days_since,
        "Days from a date to today, or from an instant to now.",
        (("days_since(add_days(today, -3))", "3"),),
        needs=("now", "today"),
    ),
    Function(
        "hours_since",
        _INSTANT,
        NUMBER,
        hours_since,
        "Hours from an instant to now, with their fraction.",
        (("hours_since(now - minutes(90))", "1.5"),),
        needs=("now",),
    ),
    Function(
        "minutes_since",
        _INSTANT,
        NUMBER,
        minutes_since,
        "Minutes from an instant to now.",
        (("minutes_since(now - hours(2))", "120"),),
        needs=("now",),
    ),
)
