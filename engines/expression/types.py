"""The types an expression's parts may have. What may be done with them is in `operands.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts, known by its name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Choice:
    """One id out of `options`; retired options stay in the list."""

    options: tuple[str, ...]

    def __str__(self) -> str:
        return "choice"


@dataclass(frozen=True, slots=True)
class TreeType:
    """One id out of a tree of options; `parents` maps each option to the one above, or None."""

    options: tuple[str, ...]
    parents: Mapping[str, str | None] = field(hash=False)

    def at_or_below(self, option: str) -> tuple[str, ...]:
        """`option` and every option under it, in the order of the tree."""
        found = {option}
        grown = True
        while grown:
            below = {o for o in self.options if self.parents.get(o) in found} - found
            found |= below
            grown = bool(below)
        return tuple(o for o in self.options if o in found)

    def __str__(self) -> str:
        return "choice"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one type."""

    element: Type

    def __str__(self) -> str:
        return f"list of {self.element}"


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record of `form`, or a row of a sub-table, with the types of its fields."""

    form: str
    fields: Mapping[str, Type] = field(hash=False)

    def __str__(self) -> str:
        return f"record of {self.form}" if self.form else "row"


@dataclass(frozen=True, slots=True)
class LinkType:
    """The id of a record of `form`; its fields are reached through `Scope.form`."""

    form: str

    def __str__(self) -> str:
        return "user" if self.form == "user" else f"link to {self.form}"


@dataclass(frozen=True, slots=True)
class MoneyType:
    """An amount with its currency: `{"amount": Decimal("9.90"), "currency": "CNY"}`."""

    def __str__(self) -> str:
        return "money value"


Type: TypeAlias = Scalar | Choice | TreeType | ListOf | RecordType | LinkType | MoneyType

NUMBER = Scalar("number")
TEXT = Scalar("text")
BOOLEAN = Scalar("boolean")
DATE = Scalar("date")
DATETIME = Scalar("datetime")
DURATION = Scalar("duration")
JSON = Scalar("json")
NULL = Scalar("null")
UNKNOWN = Scalar("unknown")  # of a part that has been reported already; fits everything

USER = LinkType("user")
MONEY = MoneyType()
MONEY_PARTS: Mapping[str, Type] = {"amount": NUMBER, "currency": TEXT}


def is_textual(kind: Type) -> bool:
    """Whether values of the type are texts: text, the ids of choices, tree options."""
    return kind == TEXT or isinstance(kind, Choice | TreeType)


def options_of(kind: Type) -> tuple[str, ...] | None:
    """The ids a value of the type may have, or None when any text may stand there."""
    return kind.options if isinstance(kind, Choice | TreeType) else None


def joined(left: Type, right: Type) -> Type | None:
    """The type that takes the values of both, or None when there is none."""
    if left in (NULL, UNKNOWN):
        return right
    if right in (NULL, UNKNOWN, left):
        return left
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        element = joined(left.element, right.element)
        return ListOf(element) if element is not None else None
    if is_textual(left) or is_textual(right):
        return _joined_text(left, right)
    return JSON if JSON in (left, right) else None


def _joined_text(left: Type, right: Type) -> Type | None:
    if is_textual(left) and is_textual(right):
        return TEXT
    for link, text in ((left, right), (right, left)):
        if isinstance(link, LinkType) and text == TEXT:  # an id written out
            return link
    return JSON if JSON in (left, right) else None
