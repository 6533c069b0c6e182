"""What a compiled action promises to rules and flows, which know no action by name.

Not here: how actions are written and parsed (`engines/rules`), and carrying out their effects.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from engines.messages import Effect
from engines.plain import plain
from engines.values import Facts, FieldId, FormId, RecordId, Values

FactPath = tuple[str, str]  # (root, flat key) of a fact, as in expressions


@plain
class Occasion:
    """For which record an action runs, and on whose behalf.

    `reason` is "rules.gold_first" or "flows.approval.tell"; `key` tells this run from every
    other one, so that a repeated message is known as the same.
    """

    form: FormId
    record: RecordId
    reason: str
    key: str


class Action(ABC):
    """One compiled step of `do:`; pure, made once at publish."""

    __slots__ = ()
    has_effects: ClassVar[bool] = True  # False: it only sets fields of the own record
    is_fixed: ClassVar[bool] = False  # True: only sets fields, to values that need no facts

    @property
    def writes(self) -> frozenset[FieldId]:
        """Fields of the own record it may set."""
        return frozenset()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts its expressions read."""
        return frozenset()

    def values(self, facts: Facts) -> Values:
        """What it sets on the own record; later conditions of the same run see it."""
        return {}

    @abstractmethod
    def effects(self, facts: Facts, occasion: Occasion) -> tuple[Effect, ...]:
        """What else is to be done; what `values` returns is not repeated here."""


def writes_of(actions: Iterable[Action]) -> frozenset[FieldId]:
    """Every field of the own record that one of the actions may set."""
    return frozenset(field for action in actions for field in action.writes)


def paths_of(actions: Iterable[Action]) -> frozenset[FactPath]:
    """Every fact that one of the actions reads."""
    return frozenset(path for action in actions for path in action.paths)
