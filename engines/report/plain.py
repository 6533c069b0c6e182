"""Keys and answers as JSON, and a cell's keys back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from engines.expression.types import BOOLEAN, DURATION, NUMBER, Type
from engines.report.question import Dimension, Measure
from engines.values import Value

_MICROSECOND = timedelta(microseconds=1)
_MOST = 10**18


def plain(value: Value) -> Any:
    """Numbers with digits after the point, days and instants as text, lengths in seconds."""
    if isinstance(value, timedelta):
        seconds = Decimal(value // _MICROSECOND).scaleb(-6)
        return int(seconds) if seconds == int(seconds) else f"{seconds.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def column(measure: Measure, locale: str) -> dict[str, Any]:
    """What a drawing must know of a measure: its name, and in what its numbers count."""
    found = {"id": measure.id, "title": measure.title.in_locale(locale)}
    return {**found, "unit": unit_of(measure.type), "currency": measure.currency}


def unit_of(type_: Type) -> str:
    """`number`, `duration` (in seconds), `date` or `datetime`."""
    return str(type_) if type_ != DURATION else "duration"


def read_cell(dimensions: Sequence[Dimension], keys: Any) -> tuple[Value, ...]:
    """The keys of a cell as `plain` wrote them. Raises ValueError for anything else."""
    if not isinstance(keys, list) or len(keys) != len(dimensions):
        raise ValueError("a cell has one key for each dimension")
    return tuple(_read_key(one, key) for one, key in zip(dimensions, keys, strict=True))


def _read_key(dimension: Dimension, key: Any) -> Value:
    if key is None:
        return None
    if dimension.grain is None:
        return _read_plain(dimension, key)
    if dimension.is_time_line and isinstance(key, str):
        return date.fromisoformat(key)
    if dimension.grain.is_cyclic and type(key) is int and 0 <= key < 24:
        return key
    raise ValueError(f"{key!r} is no {dimension.grain.value}")


def _read_plain(dimension: Dimension, key: Any) -> Value:
    if dimension.type == BOOLEAN and isinstance(key, bool):
        return key
    if dimension.type == NUMBER and isinstance(key, str | int) and not isinstance(key, bool):
        return _number(key)
    if dimension.type not in (BOOLEAN, NUMBER) and isinstance(key, str):
        return key
    raise ValueError(f"{key!r} is no {dimension.type}")


def _number(key: str | int) -> Decimal:
    try:
        found = Decimal(key)
    except InvalidOperation:
        raise ValueError(f"{key!r} is no number") from None
    if not found.is_finite() or abs(found) >= _MOST:
        raise ValueError(f"{key!r} is no number")
    return found
