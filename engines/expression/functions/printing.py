"""Values as text, as text() and concat() write them: for machines, the same everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from engines.expression.limits import EXACT, number_in_range
from engines.expression.problems import EvaluationError
from engines.values import Value


def print_value(value: Value) -> str:
    """A value as text: numbers in plain digits, dates as ISO 8601, instants in UTC."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    number_in_range(value)
    return _plain(value) if isinstance(value, Decimal) else str(value)


def _plain(number: Decimal) -> str:
    if number == 0:
        return "0"
    if number.adjusted() < -400:
        raise EvaluationError("a number is too small to be written out")
    return format(number.normalize(EXACT), "f")
