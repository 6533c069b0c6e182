"""Forms of expressions that can be computed in a shorter way, with exactly the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from engines.expression import tree as ir
from engines.expression.folding import fold
from engines.expression.functions.ages import DAY_US, HOUR_US, MINUTE_US
from engines.expression.limits import EXACT
from engines.expression.tree import Comparison, Node
from engines.expression.types import DATETIME
from engines.values import Value

AGES: Final[Mapping[str, int]] = {
    "hours_since": HOUR_US,
    "minutes_since": MINUTE_US,
    "days_since": DAY_US,
}
MAX_PLACES: Final = 10  # with more, the 34 digits of the quotient could round onto the limit


@dataclass(frozen=True, slots=True)
class Age:
    """`hours_since(moment) > 4` as `now - moment > limit`."""

    moment: Node
    sign: str
    limit: timedelta


def age_comparison(node: ir.Compare) -> Age | None:
    """The comparison of an age with a number written out, or None when `node` is none."""
    call, literal = node.left, node.right
    if not isinstance(call, ir.Call) or not isinstance(literal, ir.Literal):
        return None
    unit_us = AGES.get(call.function.name)
    if unit_us is None or call.arguments[0].type != DATETIME or literal.value is None:
        return None
    limit = whole_limit(literal.value, unit_us, node.operator)
    if limit is None:
        return None
    return Age(call.arguments[0], node.operator.value, timedelta(microseconds=limit))


def whole_limit(number: int | Decimal, unit_us: int, operator: Comparison) -> int | None:
    """The whole microseconds that an ordering with `number` units comes down to.

    A length in whole microseconds is more than 1.5 exactly when it is more than 1, and less than
    1.5 exactly when it is less than 2. None when no exact limit can be given.
    """
    exact = Decimal(number)
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > MAX_PLACES or abs(exact) > 10_000_000:
        return None
    length = EXACT.multiply(exact, Decimal(unit_us))
    is_floor = operator in (Comparison.GREATER, Comparison.LESS_OR_EQUAL)
    return int(length.to_integral_value(ROUND_FLOOR if is_floor else ROUND_CEILING))


def literal_elements(node: Node) -> tuple[Value, ...] | frozenset[str] | None:
    """The elements of a list that is written out, or None when one is computed."""
    if not isinstance(node, ir.Items):
        return None
    values = [one.value for one in node.elements if isinstance(one, ir.Literal)]
    if len(values) != len(node.elements):
        return None
    is_long = len(values) > 4 and all(isinstance(value, str) for value in values)
    return frozenset(values) if is_long else tuple(values)


def inlined(node: ir.Call, arguments: list[str]) -> str | None:
    """The text of a call that needs no call: a search for a text that is written out."""
    write = _INLINE.get(node.function.name)
    sought = node.arguments[1] if write is not None else None
    if write is None or not isinstance(sought, ir.Literal) or not isinstance(sought.value, str):
        return None
    text = arguments[0]
    if not text.isidentifier():
        return None
    folded = f"({text}.lower() if {text}.isascii() else fold({text}))"
    return write(folded, repr(fold(sought.value)))


_INLINE: Final[Mapping[str, Callable[[str, str], str]]] = {
    "contains": lambda text, part: f"{part} in {text}",
    "starts_with": lambda text, part: f"{text}.startswith({part})",
    "ends_with": lambda text, part: f"{text}.endswith({part})",
    "equals_ignore_case": lambda text, part: f"{text} == {part}",
}
