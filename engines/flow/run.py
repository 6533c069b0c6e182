"""One step of an instance while it is being taken: tokens on the move, effects, trace, facts.

Node types call the public methods. Which signal leads to which node is in `advance.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from engines.action import Action, FactPath, Occasion
from engines.expression.problems import EvaluationError
from engines.flow.instance import Instance, Stage, Status, Token
from engines.flow.model import BoundaryTimer, Edge, Flow, Node
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
    Trace,
    TraceStep,
)
from engines.values import Facts, NodeId, UserId, Value, Values

MAX_ENTRIES: Final = 1000  # of nodes in one step; beyond it the flow goes round for ever
_SHOWN_CHAIN: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """What a signal led to.

    `has_more`: the last effect is a `ContinueFlow`; the rest of the way needs facts that this
    step's own effects change (computed fields, fields behind a link that was set).
    """

    instance: Instance
    effects: tuple[Effect, ...]
    trace: Trace
    has_more: bool = False


class Run:
    """The mutable inside of one `advance`; it lives no longer than the call."""

    __slots__ = (
        "_chain", "_effects", "_entered", "_next", "_queue", "_set", "_tokens", "_trace", "facts",
        "flow", "instance", "last_actor", "now",
    )  # fmt: skip

    def __init__(self, flow: Flow, instance: Instance, facts: Facts, now: datetime) -> None:
        self.flow = flow
        self.instance = instance
        self.now = now
        self.facts: dict[str, Any] = {**facts, "initiator": instance.initiator}
        self.last_actor = instance.last_actor
        self._tokens = {token.id: token for token in instance.tokens}
        self._next = instance.next_token
        self._queue: list[Token] = []
        self._entered = instance.entered
        self._chain: list[NodeId] = []
        self._effects: list[Effect] = []
        self._trace: list[TraceStep] = []
        self._set: set[str] = set()  # fields of the record this step has set

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
        self._tokens[token.id] = token._replace(
            stage=Stage.WAITING, state=state, timers=tuple(names)
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

    def note(
        self,
        what: str,
        subject: str,
        result: Value = None,
        paths: frozenset[FactPath] = frozenset(),
    ) -> None:
        """Put a step into the trace, with the facts it has read."""
        seen = seen_values(self.facts, paths) if paths else ()
        self._trace.append(TraceStep(what, subject, result, seen))

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

    def begin(self, edge: Edge) -> None:
        """The first token."""
        self.spawn(edge.name)

    def guarded(self, token: Token, action: Callable[[], None]) -> None:
        """Do it wholly, or stop the token where an expression cannot be computed."""
        effects, queued, facts = len(self._effects), len(self._queue), self.facts
        before = dict(self._tokens)
        try:
            action()
        except EvaluationError as error:
            del self._effects[effects:]
            del self._queue[queued:]
            self.facts = facts
            self._tokens = before
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
        position = 0
        while position < len(self._queue):
            token = self._queue[position]
            node = self.flow.nodes[token.node]
            if self._is_stale_for(node):
                break
            position += 1
            self._entered += 1
            self._chain.append(token.node)
            if self._entered > MAX_ENTRIES:
                self._cut(token)
            else:
                self._enter(node, token)
        for token in self._queue[position:]:  # they enter in the next step
            self._tokens[token.id] = token
        self._queue.clear()

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
        instance = replace(
            self.instance,
            status=status,
            tokens=tokens,
            next_token=self._next,
            last_actor=self.last_actor,
            entered=self._entered if has_more else 0,
        )
        trace = Trace(f"flows.{self.flow.id}", self.instance.version, tuple(self._trace))
        return Step(instance, tuple(self._effects), trace, has_more)

    # --- private -------------------------------------------------------------------------------

    def _enter(self, node: Node, token: Token) -> None:
        self._trace.append(TraceStep("node_entered", token.node, token.edge))
        self.guarded(token, lambda: node.behaviour.enter(self, token))

    def _is_stale_for(self, node: Node) -> bool:
        """Whether the node reads facts that this step's own sets may have changed elsewhere."""
        return bool(self._set) and bool(node.derived) and _touches(node.derived, self._set)

    def _overlay(self, values: Values) -> None:
        record = {**self.facts["record"], **values}
        self.facts = {**self.facts, "record": record}

    def _cut(self, token: Token) -> None:
        chain = " → ".join(self._chain[-_SHOWN_CHAIN:])
        self.stop(token, f"the flow goes round without waiting: … {chain}")


def seen_values(facts: Facts, paths: frozenset[FactPath]) -> tuple[tuple[str, Value], ...]:
    """The facts under `paths` as a trace shows them: (("record.impact", "high"),)."""
    return tuple(
        (f"{root}.{key}" if key else root, _fact(facts, root, key)) for root, key in sorted(paths)
    )


def _fact(facts: Facts, root: str, key: str) -> Value:
    value = facts.get(root)
    if not key:
        return value
    return value.get(key) if isinstance(value, Mapping) else None


def _touches(derived: frozenset[str], changed: set[str]) -> bool:
    """Computed fields may depend on anything; what is behind a link only on the link."""
    return any("." not in key or key.split(".", 1)[0] in changed for key in derived)


def _status(tokens: Sequence[Token]) -> Status:
    if not tokens:
        return Status.ENDED
    is_stuck = any(token.stage is Stage.STUCK for token in tokens)
    return Status.INCIDENT if is_stuck else Status.RUNNING
