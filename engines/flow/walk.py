"""What a node may do with its tokens, while a step is taken; `run.py` does it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from engines.action import Action, FactPath
from engines.flow.instance import Token
from engines.flow.memory import Memory
from engines.messages import Recipient
from engines.values import FlowId, NodeId, UserId, Value

Ways: TypeAlias = Sequence[str]  # names of edges, each of which gets a token, in this order
NO_WAY: Final[Ways] = ()


class Walk(Protocol):
    """The side of a run that node types see."""

    facts: dict[str, Any]  # with what the step has set so far
    now: datetime
    outcome: str  # of the whole instance, as the latest end reached says
    initiator: UserId | None
    memory: Memory  # of the people who have moved the instance

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

    def start_timer(self, token: Token, timer: str, due_at: datetime) -> Token:
        """The token with one more timer, which `fire(timer)` will tell of; park it then."""
        ...

    def update(self, token: Token, state: Value) -> None:
        """Keep the token waiting, with another state."""
        ...

    def forget_timers(self, token: Token) -> None:
        """Nothing more happens to the waiting token by time."""
        ...

    def waiting_at(self, node: NodeId) -> list[Token]:
        """The tokens that wait at `node`, oldest first."""
        ...

    def oldest_at(self, node: NodeId) -> dict[str, Token]:
        """Of the tokens that wait at `node` the oldest of each edge, by edge."""
        ...

    def ways_into(self, node: NodeId) -> tuple[str, ...]:
        """The edges that lead to `node`."""
        ...

    def may_come(self, node: NodeId) -> list[Token]:
        """The tokens elsewhere that can still get to `node`; only for gatherers."""
        ...

    def take_away(self, nodes: Set[NodeId]) -> int:
        """End every token at one of `nodes`, with what was opened for it; how many there were."""
        ...

    def end_all(self) -> None:
        """Take every token away and close what was opened for it."""
        ...

    def open_task(
        self, token: Token, key: str, to: Recipient, due_at: datetime | None = None, kind: str = ""
    ) -> None:
        """Give somebody a task; `key` is `<node>.<token id>[.<number>]`."""
        ...

    def ask(self, token: Token, recipients: tuple[Recipient, ...]) -> None:
        """Have the runtime say who the recipients are; the node's `staff` gets the answer."""
        ...

    def withdraw_task(self, key: str) -> None:
        """Take an open task back."""
        ...

    def start_flow(self, flow: FlowId, ref: str = "", *, is_pinned: bool = False) -> None:
        """Start another flow on the record; with a `ref` its end comes back to the token."""
        ...

    def cancel_flow(self, ref: str) -> None:
        """End what was started with `ref`, which is `<token id>.<number>`."""
        ...

    def take_message(self, name: str) -> bool:
        """Whether a message of this name was kept; it is taken with the answer."""
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
        """Stop the token at its node: its way for errors, or an incident."""
        ...
