"""Plain data: the decorator of what crosses module lines by the thousand.

Not here: any such class. Definitions, which are made once, are frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def plain(cls: type[T]) -> type[T]:
    """A slotted, hashable dataclass that the type checker holds to be frozen.

    Python's own frozen dataclasses set each field through `object.__setattr__`, which makes one of
    seven fields five times as dear as this (`docs/decisions/0027-plain-data.md`).
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


def changed(one: T, **values: Any) -> T:
    """Another of its kind with some other values; a third of what `dataclasses.replace` costs.

    For classes with two fields and more. Raises TypeError for a name that is no field.
    """
    cells, names = _cells(type(one))  # type: ignore[arg-type]
    if not values.keys() <= names.keys():
        raise TypeError(f"{type(one).__name__} has no {', '.join(values.keys() - names.keys())}")
    return type(one)(*map(values.get, names, cells(one)))


@cache
def _cells(cls: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, None]]:
    names = [one.name for one in fields(cls)]
    return attrgetter(*names), dict.fromkeys(names)
