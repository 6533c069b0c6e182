"""Read the cells of a decision table: what an input may be, what an output is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engines.diagnostics import did_you_mean, one_of
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    LinkType,
    Type,
    is_textual,
    options_of,
)
from engines.rules.index import Between, Constraint, NoneOf, OneOf
from engines.values import Value

ANY: Final = "any"
_NULL: Final = "null"
OUTPUT_TYPES: Final[Mapping[str, Type]] = {
    "text": TEXT,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
}

_ORDER = re.compile(r"(<=|>=|<|>)\s*(\S.*)")
_SPAN = re.compile(r"(\S+)\s*\.\.\s*(\S+)")
_NOT = re.compile(r"not\s+(\S.*)")


class CellError(ValueError):
    """A cell cannot be read; carries the sentence and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def read_cell(data: object, kind: Type) -> tuple[Constraint, ...]:
    """What a cell demands of its input; `any` demands nothing. Raises CellError."""
    if data is None:
        return (OneOf(frozenset({None})),)
    if isinstance(data, list):
        return (OneOf(frozenset(_value(one, kind) for one in data)),)
    text = _as_text(data)
    if text == ANY:
        return ()
    if kind in _ORDERED and (found := _range(text, kind)) is not None:
        return (found,)
    if (negated := _NOT.fullmatch(text)) is not None:
        return (NoneOf(frozenset({_value(negated[1], kind)})),)
    return (OneOf(frozenset({read_literal(text, kind)})),)


def read_literal(data: object, kind: Type) -> Value:
    """A written value as one of the type. Raises CellError."""
    text = _as_text(data)
    if is_textual(kind) or isinstance(kind, LinkType):
        options = options_of(kind)
        if options is not None and text not in options:
            raise CellError(
                f"{text!r} is not an option", did_you_mean(text, options) or one_of(options)
            )
        return text
    reader = _READERS.get(str(kind))
    if reader is None:
        raise CellError(f"a {kind} cannot stand in a table", "Use a field with single values.")
    return reader(text)


def _value(data: object, kind: Type) -> Value:
    """A literal, or null for nothing and for the word `null`."""
    return None if data is None or data == _NULL else read_literal(data, kind)


def _range(text: str, kind: Type) -> Constraint | None:
    order = _ORDER.fullmatch(text)
    if order is not None:
        sign, bound = order[1], read_literal(order[2], kind)
        if sign[0] == ">":
            return Between(low=bound, has_low=sign == ">=")
        return Between(high=bound, has_high=sign == "<=")
    span = _SPAN.fullmatch(text)
    if span is None:
        return None
    low, high = read_literal(span[1], kind), read_literal(span[2], kind)
    if low > high:
        raise CellError(f"the range {text!r} runs backwards", f"Write {span[2]}..{span[1]}.")
    return Between(low, high)


def _as_text(data: object) -> str:
    if isinstance(data, bool):
        return "true" if data else "false"
    return str(data).strip()


def _number(text: str) -> Value:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellError(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise CellError(f"{text!r} is not a number")
    return int(number) if number == number.to_integral_value() else number


def _boolean(text: str) -> Value:
    if text not in ("true", "false"):
        raise CellError(f"{text!r} is not true or false", "Write true or false.")
    return text == "true"


def _date(text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(f"{text!r} is not a date", "Write it like 2026-03-01.") from None


def _datetime(text: str) -> Value:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CellError(
            f"{text!r} is not a date and time", "Write it like 2026-03-01T09:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


_ORDERED: Final = (NUMBER, DATE, DATETIME)
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
