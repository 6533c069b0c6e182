"""How values look to a person: numbers, dates, times and durations in a locale and a zone.

Western digits everywhere: Arabic pages too show amounts and numbers of cases with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from engines.duration import format_duration
from engines.plain import plain
from engines.values import LocaleText, Value


@plain
class Display:
    """Who looks: their locale and zone, and the names of the things that ids stand for."""

    locale: str
    zone: ZoneInfo
    names: Mapping[str, str] = field(
        default_factory=dict
    )  # id of a user, record or file -> its name


class Manner(NamedTuple):
    """What differs between languages when numbers and dates are written."""

    thousands: str
    point: str
    date: str
    months: tuple[str, ...]
    yes: str
    no: str
    units: tuple[str, str, str, str]  # day, hour, minute, second
    list_sign: str


_MANNERS: Mapping[str, Manner] = MappingProxyType(
    {
        "en": Manner(
            ",", ".", "{day} {month} {year}",
            ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
            "Yes", "No", (" d", " h", " min", " s"), ", ",
        ),
        "zh": Manner(
            ",", ".", "{year}年{month}月{day}日",
            tuple(str(month) for month in range(1, 13)),
            "是", "否", ("天", "小时", "分钟", "秒"), "、",
        ),
        "es": Manner(
            ".", ",", "{day} {month} {year}",
            ("ene", "feb", "mar", "abr", "may", "jun",
             "jul", "ago", "sep", "oct", "nov", "dic"),
            "Sí", "No", (" d", " h", " min", " s"), ", ",
        ),
        "ar": Manner(
            ",", ".", "{day} {month} {year}",
            ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
             "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
            "نعم", "لا", (" ي", " س", " د", " ث"), "، ",
        ),
    }
)  # fmt: skip

_UNIT_SECONDS = (86_400, 3_600, 60, 1)


def manner(locale: str) -> Manner:
    """The manner of `locale`, of its language, or the English one."""
    return _MANNERS.get(locale) or _MANNERS.get(locale.split("-", 1)[0]) or _MANNERS["en"]


def names(*, en: str, zh: str, es: str, ar: str) -> LocaleText:
    """A text of ours in the four languages that the product itself speaks."""
    return LocaleText((("en", en), ("zh", zh), ("es", es), ("ar", ar)))


def number_text(number: Decimal | int, locale: str, scale: int | None = None) -> str:
    """`1,234.50`, in Spanish `1.234,50`; `scale` fixes the digits after the point."""
    how = manner(locale)
    pattern = f",.{scale}f" if scale is not None else ",f"
    plain = format(Decimal(number), pattern)
    if scale is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.translate({ord(","): how.thousands, ord("."): how.point})


def date_text(day: date, locale: str) -> str:
    """`2 Mar 2026`, `2026年3月2日`."""
    how = manner(locale)
    return how.date.format(day=day.day, month=how.months[day.month - 1], year=day.year)


def datetime_text(instant: datetime, display: Display) -> str:
    """`2 Mar 2026 10:30` in the viewer's zone."""
    local = instant.astimezone(display.zone)
    return f"{date_text(local.date(), display.locale)} {local:%H:%M}"


def duration_text(length: timedelta, locale: str) -> str:
    """`1 d 12 h`: every unit that counts, the largest first."""
    seconds = int(length.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    units = manner(locale).units
    parts = [
        f"{amount}{unit}" for amount, unit in zip(_split(seconds), units, strict=True) if amount
    ]
    return sign + " ".join(parts or [f"0{units[2]}"])


def plain_text(value: Value, display: Display, scale: int | None = None) -> str:
    """Any plain value for a person's eyes, where no control says more about it."""
    if isinstance(value, list):
        sign = manner(display.locale).list_sign
        return sign.join(plain_text(element, display, scale) for element in value)
    if isinstance(value, dict):
        return " ".join(plain_text(element, display, scale) for element in value.values())
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number_text(value, display.locale, scale)
    return _WRITERS.get(type(value), _as_is)(value, display)


def plain_json(value: Value) -> Any:
    """Any plain value in JSON: numbers with decimals, dates and durations as texts."""
    if isinstance(value, list):
        return [plain_json(element) for element in value]
    if isinstance(value, dict):
        return {key: plain_json(element) for key, element in value.items()}
    encode = _ENCODERS.get(type(value))
    return encode(value) if encode else value


def iso_instant(instant: datetime) -> str:
    """`2026-03-02T10:30:00Z`; fractions of a second only where there are some."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _split(seconds: int) -> list[int]:
    amounts = []
    for size in _UNIT_SECONDS:
        amount, seconds = divmod(seconds, size)
        amounts.append(amount)
    return amounts


def _yes_or_no(value: bool, display: Display) -> str:  # noqa: FBT001
    how = manner(display.locale)
    return how.yes if value else how.no


def _as_is(value: Value, display: Display) -> str:
    return "" if value is None else display.names.get(str(value), str(value))


_WRITERS: Mapping[type, Callable[[Any, Display], str]] = MappingProxyType(
    {
        bool: _yes_or_no,
        date: lambda value, display: date_text(value, display.locale),
        datetime: datetime_text,
        timedelta: lambda value, display: duration_text(value, display.locale),
    }
)
_ENCODERS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        Decimal: lambda value: format(value, "f"),
        date: date.isoformat,
        datetime: iso_instant,
        timedelta: format_duration,
    }
)
