"""One step of an instance while it is being taken: tokens on the move, effects, trace, facts.

Node types call the public methods. Which signal leads to which node is in `advance.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from engines.action import Action, FactPath, Occasion
from engines.expression.problems import EvaluationError
from engines.flow.instance import Instance, Stage, Status, Token
from engines.flow.model import BoundaryTimer, Flow, Node
from engines.flow.step import Note, Step
from engines.messages import (
    CancelTimer,
    CloseTask,
    ContinueFlow,
    Effect,
    EndInstance,
    OpenTask,
    RaiseIncident,
    Recipient,
    SetFields,
    StartTimer,
)
from engines.values import Facts, NodeId, UserId, Value, Values

MAX_ENTRIES: Final = 1000  # of nodes in one step; beyond it the flow goes round for ever
_SHOWN_CHAIN: Final = 8
_NOTHING: Final[frozenset[FactPath]] = frozenset()


class Run:
    """The mutable inside of one `advance`; it lives no longer than the call."""

    __slots__ = (
        "_chain", "_effects", "_entered", "_next", "_queue", "_set", "_tokens", "_trace",
        "_unsettled", "facts", "flow", "initiator", "instance", "last_actor", "now",
    )  # fmt: skip

    def __init__(self, flow: Flow, instance: Instance, facts: Facts, now: datetime) -> None:
        self.flow = flow
        self.instance = instance
        self.now = now
        self.facts: dict[str, Any] = {**facts, "initiator": instance.initiator}
        self.initiator = instance.initiator
        self.last_actor = instance.last_actor
        self._tokens = {token.id: token for token in instance.tokens}
        self._next = instance.next_token
        self._queue: list[Token] = []
        self._entered = instance.entered
        self._chain: list[NodeId] = []
        self._effects: list[Effect] = []
        self._trace: list[Note] = []
        self._set: set[str] = set()  # fields of the record this step has set
        self._unsettled: set[str] = set()  # those whose value the runtime has yet to choose

    # --- for node types ------------------------------------------------------------------------

    def leave(self, token: Token, edge: str) -> None:
        """Move the token out along `edge`; its timers are forgotten."""
        self.end_token(token)
        self.spawn(edge)

    def spawn(self, edge: str) -> None:
        """A token on its way along `edge`, beside the others."""
        target = self.flow.edges[edge].target
        self._queue.append(Token(self._next, target, edge, Stage.READY))
        self._next += 1

    def end_token(self, token: Token) -> None:
        """Take the token away; its timers are forgotten."""
        kept = self._tokens.pop(token.id, token)
        for name in kept.timers:
            self._effects.append(CancelTimer(f"{token.id}.{name}"))

    def park(self, token: Token, state: Value = None) -> None:
        """Let the token wait at its node, with the node's boundary timers running."""
        timers = self.flow.nodes[token.node].timers
        names = [*token.timers]
        for timer in timers:
            names.append(timer.name)
            due_at = self.now + timer.after
            self._effects.append(StartTimer(f"{token.id}.{timer.name}", due_at))
        self._tokens[token.id] = Token(
            token.id, token.node, token.edge, Stage.WAITING, state, tuple(names)
        )

    def park_until(self, token: Token, timer: str, due_at: datetime) -> None:
        """Let the token wait until `fire(timer)` at `due_at`."""
        self._effects.append(StartTimer(f"{token.id}.{timer}", due_at))
        self.park(token._replace(timers=(timer,)))

    def update(self, token: Token, state: Value) -> None:
        """Keep the token waiting, with another state."""
        self._tokens[token.id] = self._tokens[token.id]._replace(state=state)

    def waiting_at(self, node: NodeId) -> list[Token]:
        """The tokens that wait at `node`, oldest first."""
        return [
            token
            for token in self._tokens.values()
            if token.node == node and token.stage is Stage.WAITING
        ]

    def ways_into(self, node: NodeId) -> tuple[str, ...]:
        """The edges that lead to `node`."""
        return self.flow.incoming[node]

    def open_task(
        self, token: Token, key: str, to: Recipient, due_at: datetime | None = None
    ) -> None:
        """Give somebody a task."""
        self._effects.append(OpenTask(key, token.node, to, due_at))

    def withdraw_task(self, key: str) -> None:
        """Take an open task back."""
        self._effects.append(CloseTask(key, "withdrawn"))

    def close_task(self, key: str, outcome: str, by: UserId, comment: str) -> None:
        """A task was done."""
        self._effects.append(CloseTask(key, "done", outcome, by, comment))

    def act(self, actions: Sequence[Action], token: Token) -> None:
        """Run actions in order; what they set is seen by all that follows in this step."""
        for number, action in enumerate(actions):
            instance = self.instance
            reason = f"flows.{self.flow.id}.{token.node}"
            key = f"{instance.id}.{token.id}.{number}.{len(self._effects)}"
            occasion = Occasion(instance.form, instance.record, reason, key)
            values = action.values(self.facts)
            if values:
                self._overlay(values)
                self._effects.append(
                    SetFields(instance.form, instance.record, dict(values), reason)
                )
            self._effects.extend(action.effects(self.facts, occasion))
            self._set |= action.writes
            self._unsettled |= action.writes.difference(values)

    def note(
        self,
        what: str,
        subject: str,
        result: Value = None,
        paths: frozenset[FactPath] = frozenset(),
    ) -> None:
        """Put a step into the trace, with the facts it has read."""
        self._trace.append(Note(what, subject, result, self.facts, paths))

    def stop(self, token: Token, reason: str) -> None:
        """Stop the token at its node: an incident somebody must look at."""
        self._tokens[token.id] = token._replace(stage=Stage.STUCK, reason=reason)
        self._effects.append(RaiseIncident(token.node, reason))
        self.note("incident", token.node, reason)

    # --- for advance ---------------------------------------------------------------------------

    def token(self, token_id: int) -> Token | None:
        """A token of the instance, by id."""
        return self._tokens.get(token_id)

    def tokens(self) -> tuple[Token, ...]:
        """All tokens that stand somewhere, oldest first."""
        return tuple(self._tokens.values())

    def begin(self, edge: str, by: UserId | None) -> None:
        """The first token, and whose case it is."""
        self.initiator = self.last_actor = by
        self.facts["initiator"] = by
        self.spawn(edge)

    def guarded(self, token: Token, action: Callable[[], None]) -> None:
        """Do it wholly, or stop the token where an expression cannot be computed."""
        mark = self._mark()
        try:
            action()
        except EvaluationError as error:
            self._back_to(mark)
            self.stop(token, str(error))

    def fire_boundary(self, token: Token, timer: BoundaryTimer) -> None:
        """Act on a boundary timer; an interrupting one takes the token along its edge."""
        behaviour = self.flow.nodes[token.node].behaviour
        self.act(timer.actions, token)
        for assignee in timer.escalate:
            behaviour.hand_over(self, self._tokens[token.id], assignee.recipient(self.facts))
        if timer.interrupt:
            behaviour.withdraw(self, self._tokens[token.id])
            self.leave(token, timer.edge)
        elif timer.edge:
            self.spawn(timer.edge)

    def disarm(self, token: Token, name: str) -> Token:
        """The token without a timer that has fired."""
        left = tuple(timer for timer in token.timers if timer != name)
        self._tokens[token.id] = token._replace(timers=left)
        return self._tokens[token.id]

    def enter_again(self, token: Token) -> None:
        """Put a waiting or stuck token back to the door of its node."""
        self.end_token(token)
        self._queue.append(Token(self._next, token.node, token.edge, Stage.READY))
        self._next += 1

    def drain(self) -> None:
        """Let tokens enter nodes until all wait or are gone."""
        queue, nodes = self._queue, self.flow.nodes
        entered = 0
        for token in queue:  # grows while it is walked
            node = nodes[token.node]
            if self._set and node.is_stale(self._set, self._unsettled):
                break
            entered += 1
            self._chain.append(token.node)
            if self._entered + entered > MAX_ENTRIES:
                self._cut(token)
            else:
                self._enter(node, token)
        self._entered += entered
        for token in queue[entered:]:  # they enter in the next step
            self._tokens[token.id] = token
        queue.clear()

    def end_all(self) -> None:
        """Take every token away and close what was opened for it."""
        for token in self.tokens():
            self.flow.nodes[token.node].behaviour.withdraw(self, token)
            self.end_token(token)

    def step(self, outcome: str = "") -> Step:
        """The step as a value."""
        tokens = self.tokens()
        status = _status(tokens)
        has_more = any(token.stage is Stage.READY for token in tokens)
        if status is Status.ENDED:
            self._effects.append(EndInstance(outcome))
        if has_more:
            self._effects.append(ContinueFlow(self.instance.id))
        before = self.instance
        instance = Instance(
            before.id,
            before.flow,
            before.version,
            before.form,
            before.record,
            status,
            tokens,
            self._next,
            self.initiator,
            self.last_actor,
            before.held,
            self._entered if has_more else 0,
        )
        return Step(instance, tuple(self._effects), tuple(self._trace), has_more)

    # --- private -------------------------------------------------------------------------------

    def _enter(self, node: Node, token: Token) -> None:
        self._trace.append(Note("node_entered", token.node, token.edge, self.facts, _NOTHING))
        mark = self._mark()
        try:
            node.behaviour.enter(self, token)
        except EvaluationError as error:
            self._back_to(mark)
            self.stop(token, str(error))

    def _mark(self) -> _Mark:
        return len(self._effects), len(self._queue), self.facts, self._tokens.copy()

    def _back_to(self, mark: _Mark) -> None:
        effects, queued, self.facts, self._tokens = mark
        del self._effects[effects:]
        del self._queue[queued:]

    def _overlay(self, values: Values) -> None:
        record = {**self.facts["record"], **values}
        self.facts = {**self.facts, "record": record}

    def _cut(self, token: Token) -> None:
        chain = " → ".join(self._chain[-_SHOWN_CHAIN:])
        self.stop(token, f"the flow goes round without waiting: … {chain}")


# where a node was entered: numbers of effects and queued tokens, facts, tokens
_Mark: TypeAlias = tuple[int, int, dict[str, Any], dict[int, Token]]


def _status(tokens: Sequence[Token]) -> Status:
    if not tokens:
        return Status.ENDED
    is_stuck = any(token.stage is Stage.STUCK for token in tokens)
    return Status.INCIDENT if is_stuck else Status.RUNNING
