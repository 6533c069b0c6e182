"""Filters of a list as they stand in its address: `where=status~is~open`, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from engines.form.model import Field, Form
from engines.values import FieldId
from runtime.access.lists import OPERATORS
from runtime.access.shown import ListPage
from runtime.web.catalogue import Catalogue
from runtime.web.described import Described

_MOST = 10
_NO_VALUE = frozenset({"is_empty", "is_filled", "is_me"})


@dataclass(frozen=True, slots=True)
class AskedFilter:
    """One condition a person asked for."""

    field: FieldId
    operator: str
    text: str

    @property
    def written(self) -> str:
        """As it stands in the address."""
        return f"{self.field}~{self.operator}~{self.text}"


def asked_filters(args: MultiDict[str, str]) -> tuple[AskedFilter, ...]:
    """The conditions of an address."""
    found = (asked_filter(text) for text in args.getlist("where")[:_MOST])
    return tuple(one for one in found if one is not None)


def added_filter(args: MultiDict[str, str]) -> AskedFilter | None:
    """The condition that the filter's form adds: `field`, `operator`, `value`."""
    field, operator = args.get("field", ""), args.get("operator", "")
    return asked_filter(f"{field}~{operator}~{args.get('value', '')}")


def fields_to_filter(form: Form, found: ListPage, locale: str) -> list[Described]:
    """The fields a person may filter by, with their options where they choose."""
    hidden = frozenset().union(*(row.hidden | row.masked for row in found.rows[:1]))
    return [
        Described(one.id, one.title.in_locale(locale), _options(one, locale))
        for one in form.fields.values()
        if one.is_stored and one.id not in hidden
    ]


def operators_of(words: Catalogue) -> Mapping[str, str]:
    """Every operator with its words."""
    return {operator: words.say(f"filter.{operator}") for operator in OPERATORS}


def _options(field: Field, locale: str) -> tuple[tuple[str, str], ...]:
    found = field.type.choices(field.options)
    return tuple((option, title.in_locale(locale)) for option, title in found)


def asked_filter(text: str) -> AskedFilter | None:
    """The condition of `field~operator~value`; None where it is none."""
    field, _, rest = text.partition("~")
    operator, _, value = rest.partition("~")
    if not field or operator not in OPERATORS:
        return None
    return AskedFilter(FieldId(field), operator, "" if operator in _NO_VALUE else value[:500])
