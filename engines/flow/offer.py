"""What a task offers the person who gets it: outcomes, part of the form, time. Made at publish.

How it is written is in `outcomes.py`; what follows from an outcome is the node's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from engines.action import Action, FactPath, paths_of
from engines.calendar.model import Span
from engines.values import FieldId, LocaleText, RoleId


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to finish a task; a button on the task's page."""

    id: str
    title: LocaleText
    edge: str
    actions: tuple[Action, ...] = ()
    needs_comment: bool = False
    needs_signature: bool = False
    needs_attachment: bool = False
    chooses: RoleId | None = None  # who finishes it so names a holder of this role for later
    demands: bool = field(init=False, compare=False)  # whether it asks for more than to be chosen

    def __post_init__(self) -> None:
        signs = self.needs_comment or self.needs_signature or self.needs_attachment
        object.__setattr__(self, "demands", signs or self.chooses is not None)


@dataclass(frozen=True, slots=True)
class FormPart:
    """What a task's page lets its person do with the record's fields."""

    edit: tuple[FieldId, ...] = ()
    required: frozenset[FieldId] = frozenset()
    hidden: frozenset[FieldId] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """The outcomes in the order written, the fields, and how long a task may take."""

    outcomes: tuple[Outcome, ...] = ()
    form: FormPart = FormPart()
    within: Span | None = None
    by_id: Mapping[str, Outcome] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {one.id: one for one in self.outcomes})

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the outcomes' actions read."""
        return paths_of(action for one in self.outcomes for action in one.actions)

    def due_at(self, now: datetime) -> datetime | None:
        """By when a task that is opened now must be done."""
        return now + self.within if self.within is not None else None


NO_OFFER: Final = Offer()
