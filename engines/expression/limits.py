"""How large an expression and its values may be.

Sizes and steps only, never time: a decision repeated later must come out the same.
"""

from __future__ import annotations

from collections.abc import Sized
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

from engines.expression.problems import EvaluationError

MAX_SOURCE: Final = 2_000  # characters
MAX_NODES: Final = 400
MAX_DEPTH: Final = 40
MAX_STEPS: Final = 20_000  # of the reference evaluator
MAX_TEXT: Final = 20_000  # characters of a text that an expression builds
MAX_LIST: Final = 5_000  # elements of a list that a function walks
DIGITS: Final = 34
NUMBER_LIMIT: Final = 10**DIGITS
DECIMAL_LIMIT: Final = Decimal(NUMBER_LIMIT)

# Only its methods are used, never the thread's current context: that would leak our rounding.
EXACT: Final = Context(
    prec=DIGITS,
    Emax=400,
    Emin=-400,
    rounding=ROUND_HALF_UP,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


def number_in_range(number: int | Decimal) -> int | Decimal:
    """`number` itself; raises EvaluationError when it has more than 34 digits before the point."""
    if isinstance(number, Decimal):
        if number.is_finite() and abs(number) < DECIMAL_LIMIT:
            return number
    elif -NUMBER_LIMIT < number < NUMBER_LIMIT:
        return number
    raise EvaluationError("a number has more than 34 digits before the point")


def text_in_range(length: int) -> None:
    """Raise EvaluationError when a text of `length` characters is more than may be built."""
    if length > MAX_TEXT:
        raise EvaluationError(f"a text would be longer than {MAX_TEXT} characters")


def list_in_range(values: Sized) -> None:
    """Raise EvaluationError when a list is longer than may be walked."""
    if len(values) > MAX_LIST:
        raise EvaluationError(f"a list has more than {MAX_LIST} elements")
