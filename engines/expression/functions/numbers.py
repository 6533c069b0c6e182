"""Functions on numbers: exact, half up, with null for null."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from engines.expression.limits import EXACT, number_in_range
from engines.expression.problems import EvaluationError
from engines.expression.signature import A_NUMBER, NUMBER_SOURCE, Function
from engines.expression.types import NUMBER
from engines.values import Value

MAX_PLACES: Final = 10
_WRITTEN: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


def number(value: Value) -> int | Decimal | None:
    """The number a text shows, or null; never `1_000`, `1e9`, `NaN` or digits of other scripts."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if not isinstance(value, str):
        return number_in_range(value)
    written = value.strip(" \t")
    return Decimal(written) if _WRITTEN.fullmatch(written) else None


def rounded(value: int | Decimal, digits: int | Decimal = 0) -> int | Decimal:
    """`value` with so many digits after the point (-10 to 10), halves away from zero."""
    places = int(min(max(-MAX_PLACES, number_in_range(digits)), MAX_PLACES))
    if places >= 0 and isinstance(value, int):
        return number_in_range(value)
    return _quantized(value, -places, ROUND_HALF_UP)


def floor(value: int | Decimal) -> int | Decimal:
    """The whole number at or below."""
    return number_in_range(value) if isinstance(value, int) else _quantized(value, 0, ROUND_FLOOR)


def ceil(value: int | Decimal) -> int | Decimal:
    """The whole number at or above."""
    if isinstance(value, int):
        return number_in_range(value)
    return _quantized(value, 0, ROUND_CEILING)


def absolute(value: int | Decimal) -> int | Decimal:
    """The distance from zero."""
    number_in_range(value)
    return EXACT.abs(value) if isinstance(value, Decimal) else abs(value)


def _quantized(value: int | Decimal, exponent: int, rounding: str) -> Decimal:
    exact = Decimal(number_in_range(value))
    if exact.adjusted() - exponent >= EXACT.prec:
        return exact  # already coarser than what 34 digits can show
    try:
        return exact.quantize(Decimal(1).scaleb(exponent), rounding=rounding, context=EXACT)
    except ArithmeticError as error:
        raise EvaluationError("a number cannot be rounded") from error


FUNCTIONS: Final = (
    Function(
        "number",
        (("value", NUMBER_SOURCE),),
        NUMBER,
        number,
        "The number that a text shows, or null when it shows none.",
        (
            ("number(' 12.50 ')", "12.5"),
            ("number('a dozen')", "null"),
            ("number('1_000')", "null"),
        ),
    ),
    Function(
        "round",
        (("number", A_NUMBER), ("digits", A_NUMBER)),
        NUMBER,
        rounded,
        "The number with so many digits after the point (0 if left out); halves go away from 0.",
        (
            ("round(2.5)", "3"),
            ("round(-2.5)", "-3"),
            ("round(1.005, 2)", "1.01"),
            ("round(1250, -2)", "1300"),
        ),
        optional=1,
    ),
    Function(
        "floor",
        (("number", A_NUMBER),),
        NUMBER,
        floor,
        "The whole number at or below.",
        (("floor(2.9)", "2"), ("floor(-2.1)", "-3")),
    ),
    Function(
        "ceil",
        (("number", A_NUMBER),),
        NUMBER,
        ceil,
        "The whole number at or above.",
        (("ceil(2.1)", "3"), ("ceil(-2.9)", "-2")),
    ),
    Function(
        "abs",
        (("number", A_NUMBER),),
        NUMBER,
        absolute,
        "The number without its sign.",
        (("abs(-2.5)", "2.5"), ("abs(null)", "null")),
    ),
)
