"""What an expression may name: typed roots, the forms behind links, decision tables, calendars.

The values of these names are the facts given to `Expression.evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from engines.expression.types import DATE, DATETIME, RecordType, Type
from engines.values import Facts, Value

PathKey = tuple[str, str]  # ("record", "buyer.phone"): a root and its flat key


@dataclass(frozen=True, slots=True)
class TableFunction:
    """A decision table as `decide('its_id')` sees it.

    `type` is the type of its only output, or a RecordType of its outputs by name.
    """

    type: Type
    paths: frozenset[PathKey]
    evaluate: Callable[[Facts], Value]


class OpenTime(Protocol):
    """A calendar, as the functions see it."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to a later `end`."""
        ...

    def add(self, start: datetime, length: timedelta) -> datetime:
        """When so much open time has passed since `start`."""
        ...

    def subtract(self, start: datetime, length: timedelta) -> datetime:
        """Since when so much open time has passed until `start`."""
        ...

    def add_days(self, start: datetime, days: int) -> datetime:
        """So many open days later."""
        ...

    def subtract_days(self, start: datetime, days: int) -> datetime:
        """So many open days earlier."""
        ...

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment is open."""
        ...

    def is_open_on(self, day: date) -> bool:
        """Whether a day has open hours."""
        ...


def no_forms(_form: str) -> RecordType | None:
    """The forms of a scope without links."""
    return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one place of a definition.

    >>> Scope({"record": RecordType("order", {"subject": TEXT}), "user": user_record})

    `form` gives the record type behind a link, None for an unknown form. `now` and `today` are
    always there.
    """

    names: Mapping[str, Type]
    form: Callable[[str], RecordType | None] = no_forms
    tables: Mapping[str, TableFunction] = field(default_factory=dict)
    calendars: Mapping[str, OpenTime] = field(default_factory=dict)

    def type_of(self, name: str) -> Type | None:
        """The type of a root name, or None."""
        return self.names.get(name, _ALWAYS.get(name))

    def all_names(self) -> tuple[str, ...]:
        """Every root name, for suggestions."""
        return (*self.names, *[name for name in _ALWAYS if name not in self.names])

    def with_names(self, **names: Type) -> Scope:
        """This scope with more names, or other types for the same."""
        return replace(self, names={**self.names, **names})


_ALWAYS: Mapping[str, Type] = {"now": DATETIME, "today": DATE}
