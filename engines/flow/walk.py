"""What a node may do with the tokens that reach it, while a step is taken; `run.py` does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from engines.action import Action, FactPath
from engines.flow.instance import Token
from engines.messages import Recipient
from engines.values import NodeId, Value


class Walk(Protocol):
    """The side of a run that node types see."""

    facts: dict[str, Any]  # with what the step has set so far
    now: datetime

    def leave(self, token: Token, edge: str) -> None:
        """Move the token out along `edge`; its timers are forgotten."""
        ...

    def spawn(self, edge: str) -> None:
        """A token on its way along `edge`, beside the others."""
        ...

    def end_token(self, token: Token) -> None:
        """Take the token away; its timers are forgotten."""
        ...

    def park(self, token: Token, state: Value = None) -> None:
        """Let the token wait at its node, with the node's boundary timers running."""
        ...

    def park_until(self, token: Token, timer: str, due_at: datetime) -> None:
        """Let the token wait until `fire(timer)` at `due_at`."""
        ...

    def update(self, token: Token, state: Value) -> None:
        """Keep the token waiting, with another state."""
        ...

    def waiting_at(self, node: NodeId) -> list[Token]:
        """The tokens that wait at `node`, oldest first."""
        ...

    def ways_into(self, node: NodeId) -> tuple[str, ...]:
        """The edges that lead to `node`."""
        ...

    def open_task(
        self, token: Token, key: str, to: Recipient, due_at: datetime | None = None
    ) -> None:
        """Give somebody a task; `key` is `<node>.<token id>[.<number>]`."""
        ...

    def withdraw_task(self, key: str) -> None:
        """Take an open task back."""
        ...

    def act(self, actions: Sequence[Action], token: Token) -> None:
        """Run actions in order; what they set is seen by all that follows in this step."""
        ...

    def note(
        self,
        what: str,
        subject: str,
        result: Value = None,
        paths: frozenset[FactPath] = frozenset(),
    ) -> None:
        """Put a step into the trace, with the facts it has read."""
        ...

    def stop(self, token: Token, reason: str) -> None:
        """Stop the token at its node: an incident somebody must look at."""
        ...
