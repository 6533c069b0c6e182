"""What a compiled node does with its tokens, and what its tasks offer; made by `nodes/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from engines.action import Action, FactPath
from engines.errors import Conflict
from engines.flow.instance import Token
from engines.flow.signals import TaskCompleted
from engines.flow.walk import Walk
from engines.messages import Recipient
from engines.values import FieldId, LocaleText


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to finish a task; a button on the task's page."""

    id: str
    title: LocaleText
    edge: str
    actions: tuple[Action, ...] = ()
    needs_comment: bool = False


@dataclass(frozen=True, slots=True)
class FormPart:
    """What a task's page lets its person do with the record's fields."""

    edit: tuple[FieldId, ...] = ()
    required: frozenset[FieldId] = frozenset()
    hidden: frozenset[FieldId] = frozenset()


class Behaviour(ABC):
    """What a compiled node does with the tokens that reach it."""

    __slots__ = ()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts it reads."""
        return frozenset()

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How its tasks may be finished; empty for nodes without tasks."""
        return ()

    @property
    def form(self) -> FormPart:
        """What its tasks let a person do with the record."""
        return FormPart()

    @abstractmethod
    def enter(self, run: Walk, token: Token) -> None:
        """A token has arrived: make it wait, move it on, or end it."""

    def complete(self, run: Walk, token: Token, signal: TaskCompleted) -> None:
        """One of the token's tasks was finished; the engine has checked key and outcome."""
        raise Conflict(f"node {token.node!r} has no tasks")

    def fire(self, run: Walk, token: Token, timer: str) -> None:
        """A timer the node itself started has fired; boundary timers never come here."""
        raise Conflict(f"node {token.node!r} started no timer {timer!r}")

    def withdraw(self, run: Walk, token: Token) -> None:  # noqa: B027 - most open nothing
        """The token is about to be taken away: close what was opened for it."""

    def hand_over(self, run: Walk, token: Token, to: Recipient) -> None:
        """Give what is still open to somebody else; only for nodes with tasks."""
        raise Conflict(f"node {token.node!r} has no tasks")

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Keys of the token's tasks that are still open."""
        return ()
