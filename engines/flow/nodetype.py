"""The contract of a node type and of what it compiles to. The types are in `nodes/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engines.action import FactPath
from engines.errors import Conflict
from engines.flow.instance import Token
from engines.flow.model import FormPart, Outcome, Routing
from engines.flow.signals import TaskCompleted
from engines.messages import Recipient
from engines.values import LocaleText

if TYPE_CHECKING:
    from engines.flow.run import Run
    from engines.flow.site import Site


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
    def enter(self, run: Run, token: Token) -> None:
        """A token has arrived: make it wait, move it on, or end it."""

    def complete(self, run: Run, token: Token, signal: TaskCompleted) -> None:
        """One of the token's tasks was finished; the engine has checked key and outcome."""
        raise Conflict(f"node {token.node!r} has no tasks")

    def fire(self, run: Run, token: Token, timer: str) -> None:
        """A timer the node itself started has fired; boundary timers never come here."""
        raise Conflict(f"node {token.node!r} started no timer {timer!r}")

    def withdraw(self, run: Run, token: Token) -> None:  # noqa: B027 - most open nothing
        """The token is about to be taken away: close what was opened for it."""

    def hand_over(self, run: Run, token: Token, to: Recipient) -> None:
        """Give what is still open to somebody else; only for nodes with tasks."""
        raise Conflict(f"node {token.node!r} has no tasks")

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Keys of the token's tasks that are still open."""
        return ()


class NodeType(ABC):
    """One kind of node; `name` is what `type:` says.

    `schema` holds the properties of its own options; `type`, `title`, `help` and, for a node that
    waits, `timers` come to every type from the catalogue.
    """

    name: str
    label: LocaleText
    icon: str
    glyph: str  # how the canvas draws it: "box", "diamond", "circle", "bar"
    group: str
    schema: Mapping[str, Any]  # {"properties": {…}, "required": […]}
    example: Mapping[str, Any]
    routing: Routing = Routing.ONE
    waits: bool = False
    has_tasks: bool = False

    @abstractmethod
    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """The compiled node, or None when its problems were reported."""
