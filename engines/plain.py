"""Plain data: the decorator of what crosses module lines by the thousand.

Not here: any such class. Definitions, which are made once, are frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar, dataclass_transform

import msgspec
from msgspec.structs import astuple, replace

T = TypeVar("T")

_METACLASS: Final[Any] = type(msgspec.Struct)
_NOT_TAKEN: Final = frozenset({"__dict__", "__weakref__"})


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def plain(cls: type[T]) -> type[T]:
    """A slotted, frozen, hashable class, made in C at half the cost of a dataclass.

    To the standard library it is a dataclass: `fields`, `replace` and `asdict` take it. The
    garbage collector does not look into it, so it must never be part of a cycle
    (`docs/decisions/0040-plain-data-is-made-in-c.md`).
    """
    known: Any = dataclass(init=False, repr=False, eq=False, match_args=False)(cls)
    namespace = {name: value for name, value in vars(cls).items() if name not in _NOT_TAKEN}
    for one in fields(known):
        if callable(one.default_factory):
            namespace[one.name] = msgspec.field(default_factory=one.default_factory)
    made: type[T] = _METACLASS(cls.__name__, (msgspec.Struct,), namespace, frozen=True, gc=False)
    return made


def cells(one: Any) -> tuple[Any, ...]:
    """Its values, in the order of its fields."""
    return astuple(one)


def changed(one: T, **values: Any) -> T:
    """Another of its kind with some other values. Raises TypeError for a name that is no field."""
    return replace(one, **values)  # type: ignore[type-var]
