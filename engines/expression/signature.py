"""What a function of the language declares: parameters, result, meaning of null, examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    JSON,
    NULL,
    NUMBER,
    UNKNOWN,
    ListOf,
    TreeType,
    Type,
    is_textual,
)


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a parameter takes, with the words a message uses for it."""

    words: str
    takes: Callable[[Type], bool] = field(compare=False)


class OnNull(StrEnum):
    """What a call gives when one of its arguments is null."""

    NULL = "null"
    FALSE = "false"
    SEES = "sees"  # the function is called and decides itself


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; `run` gets the needed facts first, then the arguments.

    `prepare` makes of literal arguments, once at publish, what `run` gets in front of all (a
    compiled pattern); a ValueError of it is the author's mistake. `needs` names facts: now, zone.
    With `takes_calendar` the last argument is the id of a calendar, and `run` gets that in front.
    """

    name: str
    parameters: tuple[tuple[str, Accepts], ...]
    result: Type | Callable[[tuple[Type, ...]], Type] = field(compare=False)
    run: Callable[..., Any] = field(compare=False)
    about: str
    examples: tuple[tuple[str, str], ...]  # (expression, an expression of equal value)
    on_null: OnNull = OnNull.NULL
    optional: int = 0  # how many of the last parameters may be left out
    repeats: bool = False  # the last parameter takes one or more arguments
    needs: tuple[str, ...] = ()
    prepare: Callable[..., Any] | None = field(default=None, compare=False)
    takes_calendar: bool = False  # the browser has no calendars; neither has a database

    def result_type(self, arguments: tuple[Type, ...]) -> Type:
        """The type of a call with arguments of these types."""
        return self.result(arguments) if callable(self.result) else self.result

    def parameter_at(self, index: int) -> tuple[str, Accepts]:
        """The parameter that takes the argument at `index`."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def takes_count(self, count: int) -> bool:
        """Whether a call may have `count` arguments."""
        least = len(self.parameters) - self.optional
        return count >= least and (self.repeats or count <= len(self.parameters))

    def usage(self) -> str:
        """`round(number, digits?)`, as shown to authors."""
        words = [name for name, _ in self.parameters]
        if self.optional:
            words[-self.optional :] = [f"{word}?" for word in words[-self.optional :]]
        if self.repeats:
            words[-1] += ", …"
        return f"{self.name}({', '.join(words)})"


def _either(*types: Type) -> Callable[[Type], bool]:
    allowed = (*types, NULL, UNKNOWN)
    return lambda kind: kind in allowed


def _text(kind: Type) -> bool:
    return is_textual(kind) or kind in (NULL, UNKNOWN)


def _list_of(takes: Callable[[Type], bool]) -> Callable[[Type], bool]:
    return lambda kind: (
        kind in (NULL, UNKNOWN) or (isinstance(kind, ListOf) and takes(kind.element))
    )


def _anything(_kind: Type) -> bool:
    return True


A_TEXT = Accepts("text", _text)
A_NUMBER = Accepts("a number", _either(NUMBER))
A_DATE = Accepts("a date", _either(DATE))
A_DATETIME = Accepts("a date and time", _either(DATETIME))
A_DAY = Accepts("a date, or a date and time", _either(DATE, DATETIME))
A_LIST = Accepts("a list", _list_of(_anything))
NUMBERS = Accepts("a list of numbers", _list_of(_either(NUMBER)))
TEXTS = Accepts("a list of texts", _list_of(_text))
NUMBER_SOURCE = Accepts("text or a number", lambda kind: _text(kind) or kind in (NUMBER, JSON))
SIZED = Accepts("text or a list", lambda kind: _text(kind) or _list_of(_anything)(kind))
ANYTHING = Accepts("any value", _anything)
TEXT_OR_NUMBER = Accepts("text or numbers", lambda kind: _text(kind) or kind == NUMBER)
PRINTABLE = Accepts(
    "text, a number, true or false, a date, or a date and time",
    lambda kind: _text(kind) or kind in (NUMBER, BOOLEAN, DATE, DATETIME),
)
DATE_SOURCE = Accepts(
    "text, a date, or a date and time", lambda kind: _text(kind) or kind in (DATE, DATETIME)
)
DATETIME_SOURCE = DATE_SOURCE
A_CALENDAR = Accepts("the id of a calendar in quotes", _text)
A_TREE_OPTION = Accepts("a tree field", lambda kind: isinstance(kind, TreeType) or kind == UNKNOWN)
