"""The contract of a hit policy: which of the matching rows of a decision table decides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache

from engines.registry import leaves_of
from engines.values import LocaleText


class HitType(ABC):
    """One hit policy; `name` is what `hit:` says."""

    name: str
    label: LocaleText
    may_overlap: bool

    @abstractmethod
    def row(self, mask: int) -> int | None:
        """The number of the row that decides, among the set bits; None when none is set."""


@cache
def hit_types() -> Mapping[str, HitType]:
    """Every hit policy by name."""
    return leaves_of("engines.rules.hits", HitType)  # type: ignore[type-abstract]
