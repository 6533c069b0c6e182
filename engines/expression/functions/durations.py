"""Functions that make durations of numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from engines.expression.arithmetic import duration_of, multiply
from engines.expression.signature import A_NUMBER, Function
from engines.expression.types import DURATION


def days(count: int | Decimal) -> timedelta | None:
    """So many times 24 hours."""
    return duration_of(multiply(count, 86_400_000_000))


def hours(count: int | Decimal) -> timedelta | None:
    """So many hours."""
    return duration_of(multiply(count, 3_600_000_000))


def minutes(count: int | Decimal) -> timedelta | None:
    """So many minutes."""
    return duration_of(multiply(count, 60_000_000))


def seconds(count: int | Decimal) -> timedelta | None:
    """So many seconds."""
    return duration_of(multiply(count, 1_000_000))


_COUNT: Final = (("count", A_NUMBER),)

FUNCTIONS: Final = (
    Function(
        "days",
        _COUNT,
        DURATION,
        days,
        "A duration of so many times 24 hours.",
        (("days(1)", "hours(24)"),),
    ),
    Function(
        "hours",
        _COUNT,
        DURATION,
        hours,
        "A duration of so many hours.",
        (("hours(1.5)", "minutes(90)"),),
    ),
    Function(
        "minutes",
        _COUNT,
        DURATION,
        minutes,
        "A duration of so many minutes.",
        (("minutes(2)", "seconds(120)"),),
    ),
    Function(
        "seconds",
        _COUNT,
        DURATION,
        seconds,
        "A duration of so many seconds.",
        (("seconds(60) / minutes(1)", "1"),),
    ),
)
