"""Exact arithmetic on numbers, texts, dates and durations, and which types go together.

Null in, null out. A division by zero is null. Rounding happens only beyond 34 digits, half up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from engines.expression.limits import EXACT, number_in_range, text_in_range
from engines.expression.problems import EvaluationError
from engines.expression.tree import Operator
from engines.expression.types import (
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    TEXT,
    Scalar,
    Type,
    is_textual,
)
from engines.values import Value

Number: TypeAlias = int | Decimal
Operation: TypeAlias = Callable[[Value, Value], Value]

_MICROSECOND = timedelta(microseconds=1)
_NO_TIME = timedelta()


def add(left: Number | None, right: Number | None) -> Number | None:
    """The exact sum."""
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return number_in_range(left + right)
    return number_in_range(EXACT.add(_decimal(left), _decimal(right)))


def subtract(left: Number | None, right: Number | None) -> Number | None:
    """The exact difference."""
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return number_in_range(left - right)
    return number_in_range(EXACT.subtract(_decimal(left), _decimal(right)))


def multiply(left: Number | None, right: Number | None) -> Number | None:
    """The product, rounded beyond 34 digits."""
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        # checked before: the product of two giants is what takes long
        number_in_range(left)
        number_in_range(right)
        return number_in_range(left * right)
    return number_in_range(EXACT.multiply(_decimal(left), _decimal(right)))


def divide(left: Number | None, right: Number | None) -> Number | None:
    """The quotient with 34 digits; null when the divisor is zero."""
    if left is None or right is None or right == 0:
        return None
    return number_in_range(EXACT.divide(_decimal(left), _decimal(right)))


def floor_divide(left: Number | None, right: Number | None) -> Number | None:
    """The whole number at or below the quotient: `-7 // 2` is -4 for every kind of number."""
    if left is None or right is None or right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return int(number_in_range(left)) // int(number_in_range(right))
    quotient, rest = _division(_decimal(left), _decimal(right))
    is_below = rest != 0 and (rest < 0) != (right < 0)
    return number_in_range(EXACT.subtract(quotient, Decimal(1)) if is_below else quotient)


def modulo(left: Number | None, right: Number | None) -> Number | None:
    """What is left of `left // right`; has the sign of `right`."""
    if left is None or right is None or right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return int(number_in_range(left)) % int(number_in_range(right))
    divisor = _decimal(right)
    _, rest = _division(_decimal(left), divisor)
    is_below = rest != 0 and (rest < 0) != (divisor < 0)
    return number_in_range(EXACT.add(rest, divisor) if is_below else rest)


def concatenate(left: str | None, right: str | None) -> str | None:
    """Both texts, one after the other."""
    if left is None or right is None:
        return None
    text_in_range(len(left) + len(right))
    return left + right


def later(left: Value, right: Value) -> Value:
    """The sum of an instant or a duration and a duration."""
    if left is None or right is None:
        return None
    return left + right


def day_later(day: date | None, duration: timedelta | None) -> date | None:
    """The date moved by the whole days of a duration; what is left of a day does not count."""
    if day is None or duration is None:
        return None
    whole = abs(duration).days
    return day + timedelta(days=whole if duration > _NO_TIME else -whole)


def day_earlier(day: date | None, duration: timedelta | None) -> date | None:
    """The date moved back by the whole days of a duration."""
    return None if duration is None else day_later(day, -duration)


def earlier(left: Value, right: Value) -> Value:
    """What is left of an instant or a duration, or lies between two dates or instants."""
    if left is None or right is None:
        return None
    return left - right


def stretch(duration: timedelta | None, number: Number | None) -> timedelta | None:
    """`number` times the duration, to the microsecond."""
    if duration is None or number is None:
        return None
    return duration_of(multiply(microseconds(duration), number))


def share(duration: timedelta | None, number: Number | None) -> timedelta | None:
    """The duration divided by a number, to the microsecond."""
    if duration is None or number is None:
        return None
    return duration_of(divide(microseconds(duration), number))


def ratio(left: timedelta | None, right: timedelta | None) -> Number | None:
    """How many times `right` fits into `left`."""
    if left is None or right is None:
        return None
    return divide(microseconds(left), microseconds(right))


def negative(value: Value) -> Value:
    """The number or duration with its sign turned."""
    if value is None:
        return None
    # not the minus sign: on a Decimal it rounds by the thread's own context
    return EXACT.minus(value) if isinstance(value, Decimal) else -value


def microseconds(duration: timedelta) -> int:
    """The whole length of a duration in microseconds."""
    return duration // _MICROSECOND


def duration_of(length: Number | None) -> timedelta | None:
    """A duration of so many microseconds, halves rounded up, away from zero."""
    if length is None:
        return None
    whole = length if isinstance(length, int) else int(length.to_integral_value(context=EXACT))
    try:
        return timedelta(microseconds=whole)
    except OverflowError as error:
        raise EvaluationError("a duration is out of range") from error


def operation(sign: Operator, left: Type, right: Type) -> Operation | None:
    """What computes `left sign right`, or None when one of the types is null's."""
    kinds = [TEXT if is_textual(kind) else kind for kind in (left, right)]
    for (one, *operands), (_, run) in OPERATIONS.items():
        if one is sign and operands == kinds:
            return run
    return None


def kind_of(value: Value) -> Scalar | None:
    """The arithmetic type of a value, or None when it has none."""
    for classes, kind in _KINDS:
        if isinstance(value, classes):
            return None if isinstance(value, bool) else kind
    return None


_KINDS: tuple[tuple[type | tuple[type, ...], Scalar], ...] = (
    ((int, Decimal), NUMBER),
    (str, TEXT),
    (datetime, DATETIME),  # before date: every datetime is a date to Python
    (date, DATE),
    (timedelta, DURATION),
)

# (sign, left, right) -> (type of the result, what computes it)
OPERATIONS: Final[Mapping[tuple[Operator, Scalar, Scalar], tuple[Scalar, Operation]]] = {
    (Operator.ADD, NUMBER, NUMBER): (NUMBER, add),
    (Operator.SUBTRACT, NUMBER, NUMBER): (NUMBER, subtract),
    (Operator.MULTIPLY, NUMBER, NUMBER): (NUMBER, multiply),
    (Operator.DIVIDE, NUMBER, NUMBER): (NUMBER, divide),
    (Operator.FLOOR_DIVIDE, NUMBER, NUMBER): (NUMBER, floor_divide),
    (Operator.MODULO, NUMBER, NUMBER): (NUMBER, modulo),
    (Operator.ADD, TEXT, TEXT): (TEXT, concatenate),
    (Operator.ADD, DATE, DURATION): (DATE, day_later),
    (Operator.ADD, DATETIME, DURATION): (DATETIME, later),
    (Operator.ADD, DURATION, DATE): (DATE, lambda duration, day: day_later(day, duration)),
    (Operator.ADD, DURATION, DATETIME): (DATETIME, later),
    (Operator.ADD, DURATION, DURATION): (DURATION, later),
    (Operator.SUBTRACT, DATE, DURATION): (DATE, day_earlier),
    (Operator.SUBTRACT, DATETIME, DURATION): (DATETIME, earlier),
    (Operator.SUBTRACT, DURATION, DURATION): (DURATION, earlier),
    (Operator.SUBTRACT, DATE, DATE): (DURATION, earlier),
    (Operator.SUBTRACT, DATETIME, DATETIME): (DURATION, earlier),
    (Operator.MULTIPLY, DURATION, NUMBER): (DURATION, stretch),
    (Operator.MULTIPLY, NUMBER, DURATION): (DURATION, lambda n, d: stretch(d, n)),
    (Operator.DIVIDE, DURATION, NUMBER): (DURATION, share),
    (Operator.DIVIDE, DURATION, DURATION): (NUMBER, ratio),
}


def _decimal(number: Number) -> Decimal:
    return number if isinstance(number, Decimal) else Decimal(number_in_range(number))


def _division(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
    return EXACT.divide_int(left, right), EXACT.remainder(left, right)
