"""The contract of an assignee source and of what it compiles to. The sources are in `sources/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.context import DefinitionContext
from engines.diagnostics import Path
from engines.messages import Recipient
from engines.values import Facts, FormId, LocaleText, RoleId


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the definition a source is written, and over which form's records."""

    path: Path
    form: FormId
    context: DefinitionContext

    def below(self, *steps: str | int) -> Path:
        """The path of a part of what is written here."""
        return (*self.path, *steps)


class Source(ABC):
    """A compiled source: from facts to one recipient."""

    __slots__ = ()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts it reads."""
        return frozenset()

    @property
    def roles(self) -> frozenset[RoleId]:
        """Roles without whose holders it names nobody."""
        return frozenset()

    @property
    def can_be_empty(self) -> bool:
        """Whether sound facts may name nobody."""
        return False

    @property
    def is_settled_later(self) -> bool:
        """Whether only the runtime can say who it is, or that it is nobody."""
        return False

    @property
    def is_everyone(self) -> bool:
        """Whether it names several people who each get their own."""
        return False

    @property
    def is_group(self) -> bool:
        """Whether it names several people at once, who share what they are given."""
        return False

    @abstractmethod
    def recipient(self, facts: Facts) -> Recipient | None:
        """Who it is, or None when the facts name nobody."""


class SourceType(ABC):
    """One kind of source; `name` is the key that chooses it, as in `{role: clerk}`."""

    name: str
    label: LocaleText
    value_schema: Mapping[str, Any]  # of what stands under the key
    options: Mapping[str, Mapping[str, Any]] = {}  # schemas of further keys beside it
    example: Mapping[str, Any]
    is_usual: bool = False  # what most steps say; stands first where all are offered
    is_person: bool = True  # False: can be written to, but can hold no task

    @abstractmethod
    def parse(self, data: Mapping[str, Any], place: Place) -> Source | None:
        """The compiled source, or None when its problems were reported."""
