"""Functions on dates and instants, in the zone of the fact `zone` (UTC when absent)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from engines.expression.limits import number_in_range
from engines.expression.problems import EvaluationError
from engines.expression.signature import (
    A_DATETIME,
    A_DAY,
    A_NUMBER,
    DATE_SOURCE,
    DATETIME_SOURCE,
    Function,
)
from engines.expression.types import DATE, DATETIME, NULL, NUMBER, UNKNOWN, Type

_WRITTEN: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Python alone takes week dates, too
_CLOCK: Final = re.compile(
    r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def to_date(zone: str | None, value: str | date) -> date | None:
    """The day of an instant in the zone, or the day a text (2026-03-01) shows, else null."""
    if isinstance(value, datetime):
        return _local(zone, value).date()
    if isinstance(value, date):
        return value
    written = value.strip(" \t")
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def to_datetime(zone: str | None, value: str | date) -> datetime | None:
    """The first instant of a day in the zone, or what `2026-03-01T09:30[:00][Z|+08:00]` shows."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return _midnight(zone, value)
    day, separator, clock = value.strip(" \t").replace(" ", "T").partition("T")
    on = to_date(zone, day)
    if on is None or not separator or not _CLOCK.fullmatch(clock):
        return None
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))
    return aware.astimezone(UTC)


def year(zone: str | None, day: date) -> int:
    """The year."""
    return _local_day(zone, day).year


def month(zone: str | None, day: date) -> int:
    """The month, 1 to 12."""
    return _local_day(zone, day).month


def day_of_month(zone: str | None, day: date) -> int:
    """The day of the month, 1 to 31."""
    return _local_day(zone, day).day


def weekday(zone: str | None, day: date) -> int:
    """The day of the week: Monday is 1, Sunday 7."""
    return _local_day(zone, day).isoweekday()


def hour(zone: str | None, moment: datetime) -> int:
    """The hour in the zone, 0 to 23."""
    return _local(zone, moment).hour


def start_of_day(zone: str | None, day: date) -> datetime:
    """The first instant of the day in the zone."""
    return _midnight(zone, _local_day(zone, day))


def start_of_month(zone: str | None, day: date) -> date:
    """The first day of the month."""
    return _local_day(zone, day).replace(day=1)


def end_of_month(zone: str | None, day: date) -> date:
    """The last day of the month."""
    local = _local_day(zone, day)
    return local.replace(day=monthrange(local.year, local.month)[1])


def add_days(day: date, count: int | Decimal) -> date:
    """So many whole days later; an instant moves by 24 hours each."""
    return day + timedelta(days=_whole(count))


def add_months(day: date, count: int | Decimal) -> date:
    """So many months later, on the month's last day where the day does not exist."""
    months = day.year * 12 + day.month - 1 + _whole(count)
    in_year, in_month = months // 12, months % 12 + 1
    if not 1 <= in_year <= 9999:
        raise EvaluationError("a date is out of range")
    last = monthrange(in_year, in_month)[1]
    return day.replace(year=in_year, month=in_month, day=min(day.day, last))


def _zone(zone: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(zone or "UTC")
    except (KeyError, ValueError) as error:
        raise EvaluationError(f"unknown time zone {zone!r}") from error


def _local(zone: str | None, moment: datetime) -> datetime:
    return moment.astimezone(_zone(zone))


def _local_day(zone: str | None, day: date) -> date:
    return _local(zone, day).date() if isinstance(day, datetime) else day


def _midnight(zone: str | None, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=_zone(zone)).astimezone(UTC)


def _whole(count: int | Decimal) -> int:
    whole = int(number_in_range(count))
    if abs(whole) > 4_000_000:
        raise EvaluationError("a date is out of range")
    return whole


def _day_kind(types: tuple[Type, ...]) -> Type:
    return DATE if types[0] in (NULL, UNKNOWN) else types[0]


_DAY: Final = (("day", A_DAY),)
_INSTANT: Final = (("moment", A_DATETIME),)
_ZONED: Final = ("zone",)

FUNCTIONS: Final = (
    Function(
        "date",
        (("value", DATE_SOURCE),),
        DATE,
        to_date,
        "The day of an instant, or the day a text shows; null when it shows none.",
        (("date('2026-03-01')", "add_days(date('2026-02-28'), 1)"), ("date('1 March')", "null")),
        needs=_ZONED,
    ),
    Function(
        "datetime",
        (("value", DATETIME_SOURCE),),
        DATETIME,
        to_datetime,
        "The first instant of a day, or the instant a text shows; null when it shows none.",
        (
            ("datetime('2026-03-01T08:00+08:00')", "datetime('2026-03-01T00:00Z')"),
            ("datetime('noon')", "null"),
        ),
        needs=_ZONED,
    ),
    Function(
        "year",
        _DAY,
        NUMBER,
        year,
        "The year.",
        (("year(date('2026-03-01'))", "2026"),),
        needs=_ZONED,
    ),
    Function(
        "month",
        _DAY,
        NUMBER,
        month,
        "The month, 1 to 12.",
        (("month(date('2026-03-01'))", "3"),),
        needs=_ZONED,
    ),
    Function(
        "day",
        _DAY,
        NUMBER,
        day_of_month,
        "The day of the month.",
        (("day(date('2026-03-01'))", "1"),),
        needs=_ZONED,
    ),
    Function(
        "weekday",
        _DAY,
        NUMBER,
        weekday,
        "The day of the week: Monday is 1, Sunday 7.",
        (("weekday(date('2026-03-01'))", "7"),),
        needs=_ZONED,
    ),
    Function(
        "hour",
        _INSTANT,
        NUMBER,
        hour,
        "The hour, 0 to 23.",
        (("hour(datetime('2026-03-01T09:30Z'))", "9"),),
        needs=_ZONED,
    ),
    Function(
        "start_of_day",
        _DAY,
        DATETIME,
        start_of_day,
        "The first instant of the day.",
        (("start_of_day(date('2026-03-01'))", "datetime('2026-03-01T00:00')"),),
        needs=_ZONED,
    ),
    Function(
        "start_of_month",
        _DAY,
        DATE,
        start_of_month,
        "The first day of the month.",
        (("start_of_month(date('2026-03-15'))", "date('2026-03-01')"),),
        needs=_ZONED,
    ),
    Function(
        "end_of_month",
        _DAY,
        DATE,
        end_of_month,
        "The last day of the month.",
        (("end_of_month(date('2028-02-01'))", "date('2028-02-29')"),),
        needs=_ZONED,
    ),
    Function(
        "add_days",
        (("day", A_DAY), ("count", A_NUMBER)),
        _day_kind,
        add_days,
        "The day so many whole days later.",
        (("add_days(date('2026-02-28'), 1)", "date('2026-03-01')"),),
    ),
    Function(
        "add_months",
        (("day", A_DAY), ("count", A_NUMBER)),
        _day_kind,
        add_months,
        "The day so many months later; the month's last day where there is no such day.",
        (("add_months(date('2026-01-31'), 1)", "date('2026-02-28')"),),
    ),
)
