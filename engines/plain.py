"""Plain data: the decorator of what crosses module lines by the thousand.

Not here: any such class. Definitions, which are made once, are frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def plain(cls: type[T]) -> type[T]:
    """A slotted, hashable dataclass that the type checker holds to be frozen.

    Python's own frozen dataclasses set each field through `object.__setattr__`, which makes one of
    seven fields five times as dear as this (`docs/decisions/0027-plain-data.md`).
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
