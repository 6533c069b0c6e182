"""What a stored value comes back as, told without asking the database. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engines.values import FieldId, Value
from runtime.store import plain
from runtime.store.layout import Layout, Place

Convert: TypeAlias = Callable[[Value], Value]


def given_back(layout: Layout) -> tuple[tuple[FieldId, Convert], ...]:
    """The fields whose values may come back changed, each with how; none is given None."""
    found: list[tuple[FieldId, Convert]] = [
        (place.field, _sealed_again if place.is_sealed else _way_back(place))
        for place in layout.places
        if not place.is_itself
    ]
    return (*found, *((child.field, _elements) for child in layout.children))


def _way_back(place: Place) -> Convert:
    return lambda value: place.read(place.write(value))


def _sealed_again(value: Value) -> Value:
    return plain.loads(plain.dumps(value))


def _elements(value: Value) -> Value:
    return list(value) or None  # a list without elements has no rows
