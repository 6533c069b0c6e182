"""What a compiled node does with its tokens; made by `nodes/`. What tasks offer: `offer.py`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from engines.action import FactPath, writes_of
from engines.calendar.model import Span
from engines.errors import Conflict
from engines.expression.compile import Expression
from engines.flow.instance import Token
from engines.flow.offer import NO_OFFER, FormPart, Offer, Outcome
from engines.flow.person_signals import Asked, Returned, SignerAdded, SignerRemoved, Voice, Where
from engines.flow.signals import TaskCompleted
from engines.flow.walk import Walk, Ways
from engines.messages import Recipient
from engines.values import Facts, FieldId, FlowId, NodeId, RoleId, UserId, Value


class Behaviour(ABC):
    """What a compiled node does with the tokens that reach it."""

    __slots__ = ()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts it reads."""
        return frozenset()

    def offer_of(self, kind: str) -> Offer:
        """What its tasks of a kind offer; most nodes know the empty kind only."""
        return NO_OFFER

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How its tasks are finished as a rule; empty for nodes without tasks."""
        return self.offer_of("").outcomes

    @property
    def form(self) -> FormPart:
        """What its tasks let a person do with the record as a rule."""
        return self.offer_of("").form

    @property
    def asks(self) -> frozenset[RoleId]:
        """Roles whose holders it gives tasks to."""
        return frozenset()

    @property
    def needs_undo(self) -> bool:
        """Whether entering may change something before it meets what cannot be computed."""
        return bool(self.paths)

    @property
    def messages(self) -> frozenset[str]:
        """Names of the messages its tokens may wait for."""
        return frozenset()

    @property
    def watches(self) -> bool:
        """Whether its tokens wait for facts, so that every change of the record concerns it."""
        return False

    @property
    def writes(self) -> frozenset[FieldId]:
        """Fields of the record that it may set by itself."""
        return writes_of(action for one in self.outcomes for action in one.actions)

    @property
    def choices(self) -> tuple[tuple[str, Expression | None], ...]:
        """The edges it chooses among by itself, each with its condition; None: else this one."""
        return ()

    @property
    def quorum(self) -> tuple[int, int, bool]:
        """Of a partial join: after how many, of how many, whether it withdraws the rest."""
        return 1, 1, False

    @property
    def clears(self) -> frozenset[NodeId]:
        """The nodes it withdraws what is open at."""
        return frozenset()

    @property
    def calls(self) -> FlowId | None:
        """The flow it starts and waits for."""
        return None

    @property
    def own_timers(self) -> frozenset[str] | None:
        """Names of the timers it may start itself; None: as every node of its type."""
        return None

    def own_due(self, timer: str, facts: Facts) -> Span | datetime | None:
        """When such a timer comes due: so long after its start, or then; None: nothing says.

        Raises EvaluationError.
        """
        return None

    @property
    def gathers(self) -> bool:
        """Whether it must be asked when nothing moves any more."""
        return False

    @abstractmethod
    def enter(self, run: Walk, token: Token) -> Ways:
        """A token has arrived: the edges by which tokens go on at once.

        With none, the token waits when it was parked, and else it is gone.
        """

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

    def hears(self, token: Token) -> tuple[str, ...]:
        """Names of the messages the token waits for; boundary messages are not the node's."""
        return ()

    def hear(self, run: Walk, token: Token, message: str) -> None:
        """A message the token waits for has come."""
        raise Conflict(f"node {token.node!r} waits for no message")

    def reconsider(self, run: Walk, token: Token) -> None:  # noqa: B027 - few wait for facts
        """The record has changed while the token waits."""

    def at_rest(self, run: Walk, node: NodeId) -> None:  # noqa: B027 - joins that look around
        """Nothing moves any more: go on if what is waited for cannot come. Only for gatherers."""

    def break_tie(self, run: Walk, node: NodeId) -> None:  # noqa: B027 - joins that look around
        """Nothing moves and every token waits at gatherers: go on with what has come."""

    def child_ended(self, run: Walk, token: Token, ref: str, outcome: str) -> None:
        """A flow the token has started is over."""
        raise Conflict(f"node {token.node!r} started no flow")

    def takes_more(self, token: Token) -> bool:
        """Whether one more piece of work may be added where the token stands."""
        return False

    def add_work(self, run: Walk, token: Token, to: UserId | None) -> None:
        """Open one more piece of work."""
        raise Conflict(f"node {token.node!r} takes no more work", {"node": token.node})

    def close_adding(self, run: Walk, token: Token) -> None:
        """Take no more work."""
        raise Conflict(f"node {token.node!r} takes no more work", {"node": token.node})

    # --- people who change their minds, or the course: see `steering.py` ---

    @property
    def may_add(self) -> tuple[RoleId, ...] | None:
        """Whose holders its signers may add; None: anybody's."""
        return None

    @property
    def adds_where(self) -> tuple[Where, ...]:
        """Where its signers may add others; nowhere but at an approval that says so."""
        return ()

    def signatures(self, token: Token) -> tuple[Asked, ...]:
        """Who was asked to sign here, and what they have said so far."""
        return ()

    def kind_of(self, token: Token, key: str) -> str:
        """The kind of one of the token's tasks."""
        return ""

    def staff(self, run: Walk, token: Token, voices: tuple[tuple[Voice, ...], ...]) -> None:
        """Who the node has asked for was found; for nodes that call `ask`."""
        raise Conflict(f"node {token.node!r} asked for nobody")

    def nobody_found(self, run: Walk, token: Token, key: str) -> None:
        """Nobody could be given a task that was opened."""
        run.stop(token, "Nobody can be given this task.")

    def add_signer(self, run: Walk, token: Token, signal: SignerAdded) -> None:
        """Ask somebody else to sign too."""
        raise Conflict("Nobody can be added to this step.", {"node": token.node})

    def remove_signer(self, run: Walk, token: Token, signal: SignerRemoved) -> None:
        """Ask somebody no longer."""
        raise Conflict("Nobody can be removed from this step.", {"node": token.node})

    def comes_back(self, to: str, acted: Sequence[NodeId]) -> bool:
        """Whether a case returned to `to` comes straight back. Raises Conflict when it may not."""
        raise Conflict("This step cannot be returned.", {"to": to})

    def ask_initiator(self, run: Walk, token: Token, initiator: UserId, signal: Returned) -> None:
        """Let the initiator mend the record before the node goes on or all begins again."""
        raise Conflict("This step cannot be returned.", {"to": initiator})

    def take_back(self, run: Walk, token: Token, key: str, by: UserId) -> None:
        """Undo an act at a node that is not over yet."""
        raise Conflict("It cannot be taken back any more.", {"task": key})

    def wake(self, run: Walk, token: Token) -> None:
        """Go on as if what the token waits for had come."""
        raise Conflict(f"node {token.node!r} waits for people, not for a time or a message")

    def time_out(self, run: Walk, token: Token, outcome: str) -> None:
        """Nobody has decided in time: go the way of an outcome; what was open is withdrawn."""
        raise Conflict(f"node {token.node!r} has no outcomes", {"outcome": outcome})

    def signed(self, token: Token) -> tuple[UserId, ...]:
        """Who has acted at the node while others still have to."""
        return ()

    def approvers(self, before: Token, signal: TaskCompleted) -> tuple[UserId, ...]:
        """Who has approved, when this act finishes an approval."""
        return ()

    def left(self, token: Token, signal: Returned) -> Value:
        """The state with which the node is entered again when a returned case comes back."""
        return None

    def reentry(self, before: Value, by: UserId | None, key: str = "") -> Value:
        """The state with which it is entered again: as it was `before`, or for the same person.

        `key` is that of the task `by` had done, when just that is taken back.
        """
        return None

    def may_move(self, token: Token) -> bool:
        """Whether the waiting token may still go on, or only holds what is left open."""
        return True

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Keys of the token's tasks that are still open."""
        return ()
