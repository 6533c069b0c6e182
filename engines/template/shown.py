"""Plain values as the text a template shows when no filter says otherwise."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from engines.template.limits import BUDGET
from engines.template.problems import RenderError

MAX_DIGITS: Final = 60
_ROUNDING: Final = Context(prec=2 * MAX_DIGITS, rounding=ROUND_HALF_UP)
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def shown(value: Any) -> str:  # noqa: PLR0911  one line a type
    """The text of a value; nothing for null, a list by its elements."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | Decimal() | float():
            return plain_number(value)
        case datetime():
            return local_time(value)
        case date():
            return value.isoformat()
        case timedelta():
            return length(value)
        case list() | tuple():
            return ", ".join(str(shown(one)) for one in value)
        case {"amount": amount, "currency": currency}:
            return f"{shown(amount)} {shown(currency)}".strip()
        case _:
            return ""


def plain_number(value: float | Decimal, places: int | None = None) -> str:
    """Plain digits, never an exponent; `places` after the point, else as many as there are."""
    number = (
        value if isinstance(value, Decimal) else Decimal(str(value)) if _small(value) else None
    )
    if number is None or not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise RenderError("a number is too large to be written out")
    if places is None:
        return format(number, "f")
    exact = number.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
    return format(exact, "f")


def local_time(moment: datetime) -> str:
    """`2026-03-02 15:00` in the zone of the rendering."""
    return in_zone(moment).strftime("%Y-%m-%d %H:%M")


def in_zone(moment: datetime) -> datetime:
    """The moment in the zone of the rendering, UTC when it names none."""
    budget = BUDGET.get()
    try:
        return moment.astimezone(ZoneInfo(budget.zone if budget is not None else "UTC"))
    except (KeyError, ValueError, OverflowError) as error:
        raise RenderError("a time cannot be shown in this zone") from error


def length(duration: timedelta) -> str:
    """`1d 4h 30m`, as durations are written in definitions; parts of a second do not count."""
    left = int(abs(duration).total_seconds())
    parts = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    sign = "-" if duration < timedelta() and parts else ""
    return sign + (" ".join(parts) or "0s")


def as_text(value: Any) -> str:
    """The text of a value; what is safe HTML already stays so."""
    return value if isinstance(value, Markup) else shown(value)


def _small(value: float) -> bool:
    return not isinstance(value, int) or value.bit_length() <= 256
