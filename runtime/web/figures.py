"""Numbers of reports in words: exact, in the visitor's locale, with their unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engines.form.display import Display, date_text, datetime_text, duration_text, number_text

_NONE = "–"
_CENT = Decimal("0.01")


def figure(value: Any, column: Mapping[str, Any], display: Display) -> str:
    """A measure's value as `engines/report/plain.py` gives it, for a person."""
    if value is None:
        return _NONE
    write = _WRITERS.get(str(column.get("unit")))
    if write is not None:
        return write(value, display)
    currency = column.get("currency")
    number = _rounded(Decimal(str(value)))
    text = number_text(number, display.locale, 2 if currency else None)
    return f"{text} {currency}" if currency else text


def _rounded(number: Decimal) -> Decimal:
    has_more = number != number.quantize(_CENT, ROUND_HALF_UP)
    return number.quantize(_CENT, ROUND_HALF_UP) if has_more else number


def _duration(value: Any, display: Display) -> str:
    minutes = round(Decimal(str(value)) / 60)
    return duration_text(timedelta(minutes=minutes), display.locale)


def _date(value: Any, display: Display) -> str:
    return date_text(date.fromisoformat(value), display.locale)


def _datetime(value: Any, display: Display) -> str:
    return datetime_text(datetime.fromisoformat(value).astimezone(UTC), display)


_WRITERS: Mapping[str, Callable[[Any, Display], str]] = {
    "duration": _duration,
    "date": _date,
    "datetime": _datetime,
}
