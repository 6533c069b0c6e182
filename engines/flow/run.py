"""One step of an instance while it is being taken: tokens on the move, effects, trace, facts.

Node types call the public methods. Which signal leads to which node is in `advance.py`.
Long because everything that a step changes is changed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Final, TypeAlias

from engines.action import Action, FactPath, Occasion
from engines.errors import BugError
from engines.expression.problems import EvaluationError
from engines.flow.instance import Instance, Message, Stage, Status, Token
from engines.flow.memory import Memory
from engines.flow.model import Boundary, BoundaryTimer, Flow, Node
from engines.flow.step import Note, Step
from engines.messages import (
    CancelFlow,
    CancelTimer,
    CloseTask,
    ContinueFlow,
    Effect,
    EndInstance,
    FindPeople,
    OpenTask,
    RaiseIncident,
    Recipient,
    RemindHolders,
    SendCopy,
    SetFields,
    StartFlow,
    StartTimer,
    ToNobody,
)
from engines.plain import changed
from engines.values import Facts, FlowId, NodeId, UserId, Value

MAX_ENTRIES: Final = 1000  # of nodes in one step; beyond it the flow goes round for ever
_SHOWN_CHAIN: Final = 8
_NOTHING: Final[frozenset[FactPath]] = frozenset()
_NO_FIELDS: Final[frozenset[str]] = frozenset()
_READY, _WAITING, _STUCK = Stage.READY, Stage.WAITING, Stage.STUCK
_RUNNING, _INCIDENT, _ENDED = Status.RUNNING, Status.INCIDENT, Status.ENDED


class Run:
    """The mutable inside of one `advance`; it lives no longer than the call."""

    __slots__ = (
        "_effects", "_entered", "_kept", "_next", "_queue", "_set", "_tokens", "_trace",
        "_unsettled", "_walked", "facts", "flow", "heard", "initiator", "instance", "last_actor",
        "memory", "now", "outcome",
    )  # fmt: skip

    def __init__(self, flow: Flow, instance: Instance, facts: Facts, now: datetime) -> None:
        self.flow = flow
        self.instance = instance
        self.now = now
        self._next = instance.next_token
        self._entered = instance.entered
        self._kept = instance.kept
        self.initiator = instance.initiator
        self.last_actor = instance.last_actor
        self.heard = instance.heard
        self.outcome = instance.outcome
        self.memory = instance.memory
        self.facts: dict[str, Any] = {**facts, "initiator": self.initiator}
        if self.memory.chosen:
            self.facts["chosen"] = list(self.memory.chosen)
        self._tokens: dict[int, Token] = {}
        for token in instance.tokens:
            self._tokens[token.id] = token
        self._queue: list[Token] = []
        self._walked = 0  # of the queue: how many have entered
        self._effects: list[Effect] = []
        self._trace: list[Note] = []
        self._set: frozenset[str] = _NO_FIELDS  # of the record, that this step has set
        self._unsettled: frozenset[str] = _NO_FIELDS  # whose value the runtime has yet to choose

    # --- tokens, for node types ----------------------------------------------------------------

    def leave(self, token: Token, edge: str) -> None:
        """Move the token out along `edge`; its timers are forgotten."""
        kept = self._tokens.pop(token.id, None) if self._tokens else None
        if kept is not None and kept.timers:
            self._forget(kept)
        self.spawn(edge)

    def place(self, node: NodeId, edge: str, state: Value) -> None:
        """A token at the door of `node`, sent there by people; `state` is what it enters with."""
        self._queue.append(Token(self._next, node, edge, _READY, state))
        self._next += 1

    def moving(self, since: int) -> list[Token]:
        """The tokens on their way with ids from `since` on."""
        return [token for token in self._queue[self._walked :] if token.id >= since]

    def recall(self, since: int) -> None:
        """Take the tokens away that are on their way with ids from `since` on."""
        self._queue[self._walked :] = [
            token for token in self._queue[self._walked :] if token.id < since
        ]

    def next_id(self) -> int:
        """The id of the next token."""
        return self._next

    def spawn(self, edge: str) -> None:
        """A token on its way along `edge`, beside the others."""
        number = self._next
        self._next = number + 1
        target = self.flow.targets[edge]
        self._queue.append(Token(number, target, edge, _READY))

    def end_token(self, token: Token) -> None:
        """Take the token away; its timers are forgotten."""
        kept = self._tokens.pop(token.id, token)
        if kept.timers:
            self._forget(kept)

    def park(self, token: Token, state: Value = None) -> None:
        """Let the token wait at its node, with the node's boundary timers running."""
        number, node, names = token.id, token.node, token.timers
        for timer in self.flow.nodes[node].timers:
            names = (*names, timer.name)
            self._effects.append(StartTimer(f"{number}.{timer.name}", self.now + timer.after))
        self._tokens[number] = Token(number, node, token.edge, _WAITING, state, names)

    def start_timer(self, token: Token, timer: str, due_at: datetime) -> Token:
        """The token with one more timer, which `fire(timer)` will tell of; park it then."""
        if not self.flow.has_timers:  # nobody would take it away when the instance ends
            raise BugError(f"{token.node!r} starts a timer that its `own_timers` do not name")
        self._effects.append(StartTimer(f"{token.id}.{timer}", due_at))
        return changed(token, timers=(*token.timers, timer))

    def update(self, token: Token, state: Value) -> None:
        """Keep the token waiting, with another state."""
        self._tokens[token.id] = changed(self._tokens[token.id], state=state)

    def forget_timers(self, token: Token) -> None:
        """Nothing more happens to the waiting token by time."""
        kept = self._tokens[token.id]
        self._forget(kept)
        self._tokens[token.id] = changed(kept, timers=())

    def waiting_at(self, node: NodeId) -> list[Token]:
        """The tokens that wait at `node`, oldest first."""
        if not self._tokens:
            return []
        return [
            token
            for token in self._tokens.values()
            if token.node == node and token.stage is _WAITING
        ]

    def oldest_at(self, node: NodeId) -> dict[str, Token]:
        """Of the tokens that wait at `node` the oldest of each edge, by edge."""
        oldest: dict[str, Token] = {}
        for token in self._tokens.values():
            if token.node == node and token.stage is _WAITING:
                oldest.setdefault(token.edge, token)
        return oldest

    def ways_into(self, node: NodeId) -> tuple[str, ...]:
        """The edges that lead to `node`."""
        return self.flow.incoming[node]

    def may_come(self, node: NodeId) -> list[Token]:
        """The tokens elsewhere that can still get to `node`."""
        reaching = self.flow.reaching[node]
        nodes = self.flow.nodes
        return [
            token
            for token in (*self._tokens.values(), *self._queue[self._walked :])
            if token.node in reaching
            and (token.stage is not _WAITING or nodes[token.node].behaviour.may_move(token))
        ]

    def take_away(self, nodes: Set[NodeId]) -> int:
        """End every token at one of `nodes`, with what was opened for it; how many there were."""
        here = [token for token in self._tokens.values() if token.node in nodes]
        for token in here:
            self.flow.nodes[token.node].behaviour.withdraw(self, token)
            self.note("taken_away", token.node)
            self.end_token(token)
        moving = [token for token in self._queue[self._walked :] if token.node not in nodes]
        gone = len(self._queue) - self._walked - len(moving)
        self._queue[self._walked :] = moving
        return len(here) + gone

    def end_all(self) -> None:
        """Take every token away and close what was opened for it."""
        del self._queue[self._walked :]
        for token in self.tokens():
            self.flow.nodes[token.node].behaviour.withdraw(self, token)
            self.end_token(token)

    # --- what tokens ask for, for node types ---------------------------------------------------

    def open_task(
        self, token: Token, key: str, to: Recipient, due_at: datetime | None = None, kind: str = ""
    ) -> None:
        """Give somebody a task."""
        self._effects.append(OpenTask(key, token.node, to, due_at, kind))

    def ask(self, token: Token, recipients: tuple[Recipient, ...]) -> None:
        """Have the runtime say who the recipients are; the node's `staff` gets the answer."""
        self._effects.append(FindPeople(self.instance.id, token.id, recipients))

    def send_copies(self, node: Node) -> None:
        """Tell those who are to be told when people have finished a node."""
        for one in node.copies:
            to = one.recipient(self.facts)
            if not isinstance(to, ToNobody):
                self._effects.append(SendCopy(self.instance.id, to))

    def withdraw_task(self, key: str) -> None:
        """Take an open task back, unless this step has closed it otherwise."""
        if not any(isinstance(one, CloseTask) and one.key == key for one in self._effects):
            self._effects.append(CloseTask(key, "withdrawn"))

    def close_task(self, key: str, outcome: str, by: UserId, comment: str = "") -> None:
        """A task was done."""
        self._effects.append(CloseTask(key, "done", outcome, by, comment))

    def start_flow(self, flow: FlowId, ref: str = "", *, is_pinned: bool = False) -> None:
        """Start another flow on the record; with a `ref` its end comes back to the token."""
        instance = self.instance
        reason = f"flows.{self.flow.id}"
        version = instance.version if is_pinned else None
        parent = instance.id if ref else None
        self._effects.append(
            StartFlow(flow, instance.form, instance.record, reason, parent, ref, version)
        )

    def cancel_flow(self, ref: str) -> None:
        """End what was started with `ref`."""
        self._effects.append(CancelFlow(ref))

    def take_message(self, name: str) -> bool:
        """Whether a message of this name was kept; it is taken with the answer."""
        found = next((one for one in self._kept if one.name == name), None)
        if found is not None:
            self._kept = tuple(one for one in self._kept if one is not found)
            self.note("message_taken", name, found.id)
        return found is not None

    def act(self, actions: Sequence[Action], token: Token) -> None:
        """Run actions in order; what they set is seen by all that follows in this step."""
        instance, reason = self.instance, self.flow.nodes[token.node].reason
        for number, action in enumerate(actions):
            facts = self.facts
            values = action.values(facts)
            if values:
                self.facts = {**facts, "record": {**facts["record"], **values}}
                self._effects.append(SetFields(instance.form, instance.record, values, reason))
            self._set |= action.writes
            if action.has_effects:
                key = f"{instance.id}.{token.id}.{number}.{len(self._effects)}"
                occasion = Occasion(instance.form, instance.record, reason, key)
                self._effects.extend(action.effects(self.facts, occasion))
                self._unsettled |= action.writes.difference(values)

    def note(
        self,
        what: str,
        subject: str,
        result: Value = None,
        paths: frozenset[FactPath] = _NOTHING,
    ) -> None:
        """Put a step into the trace, with the facts it has read."""
        self._trace.append((what, subject, result, self.facts, paths))

    def stop(self, token: Token, reason: str) -> None:
        """Stop the token at its node: its way for errors, or an incident somebody must look at."""
        node = self.flow.nodes[token.node]
        if node.error_edge:
            if token.id in self._tokens:
                node.behaviour.withdraw(self, self._tokens[token.id])
            self.note("error_caught", token.node, reason)
            self.leave(token, node.error_edge)
            return
        self._tokens[token.id] = changed(token, stage=_STUCK, reason=reason)
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

    def keep(self, message: Message) -> None:
        """Keep a message until somebody wants it."""
        self._kept = (*self._kept, message)

    def mark(self) -> Mark:
        """Where `undo` comes back to."""
        kept = (self._kept, self.outcome, self.memory)
        return len(self._effects), len(self._queue), self.facts, self._tokens.copy(), kept

    def undo(self, mark: Mark | None, token: Token, error: EvaluationError) -> None:
        """Stop the token where an expression cannot be computed, as if it had just come there."""
        if mark is not None:
            effects, queued, self.facts, self._tokens, kept = mark
            self._kept, self.outcome, self.memory = kept
            del self._effects[effects:]
            del self._queue[queued:]
        self.stop(token, str(error))

    def fire_boundary(self, token: Token, boundary: Boundary) -> None:
        """Act on a boundary timer or message; an interrupting one takes the token along."""
        behaviour = self.flow.nodes[token.node].behaviour
        self.act(boundary.actions, token)
        if isinstance(boundary, BoundaryTimer):
            for assignee in boundary.escalate:
                behaviour.hand_over(self, self._tokens[token.id], assignee.recipient(self.facts))
            if boundary.reminds:
                self._effects.append(RemindHolders(self.instance.id, token.node, token.id))
            if boundary.outcome:
                self.note("timed_out", token.node, boundary.outcome)
                behaviour.withdraw(self, self._tokens[token.id])
                behaviour.time_out(self, self._tokens[token.id], boundary.outcome)
                return
        if boundary.interrupt:
            behaviour.withdraw(self, self._tokens[token.id])
            self.leave(token, boundary.edge)
        elif boundary.edge:
            self.spawn(boundary.edge)

    def disarm(self, token: Token, name: str) -> Token:
        """The token without a timer that has fired."""
        left = tuple(timer for timer in token.timers if timer != name)
        self._tokens[token.id] = changed(token, timers=left)
        return self._tokens[token.id]

    def enter_again(self, token: Token) -> None:
        """Put a waiting or stuck token back to the door of its node."""
        self.end_token(token)
        state = token.state if token.stage is _READY else None  # it has not been used yet
        self._queue.append(Token(self._next, token.node, token.edge, _READY, state))
        self._next += 1

    def drain(self) -> None:
        """Let tokens enter nodes until all wait or are gone."""
        self._walk()
        while self.flow.gatherers and not self._has_ready():
            if not self._gather():
                return
            self._walk()

    def step(self, outcome: str = "") -> Step:
        """The step as a value."""
        tokens, before = tuple(self._tokens.values()), self.instance
        status, has_more = _RUNNING if tokens else _ENDED, False
        if not tokens:
            self._effects.append(EndInstance(outcome or self.outcome))
        for token in tokens:
            stage = token.stage
            if stage is _STUCK:
                status = _INCIDENT
            elif stage is _READY:
                has_more = True  # it waits for fresh facts
        if has_more:
            self._effects.append(ContinueFlow(before.id))
        entered = self._entered if has_more else 0
        instance = Instance(
            before.id, before.flow, before.version, before.form, before.record, status, tokens,
            self._next, self.initiator, self.last_actor, before.held, entered, self._kept,
            self.heard, self.outcome, self.memory,
        )  # fmt: skip
        return Step(instance, tuple(self._effects), tuple(self._trace), has_more)

    # --- private -------------------------------------------------------------------------------

    def _walk(self) -> None:
        """Let the tokens of the queue enter; it grows, and may shrink, while it is walked."""
        queue, trace = self._queue, self._trace
        nodes, targets = self.flow.nodes, self.flow.targets
        allowed, walked = MAX_ENTRIES - self._entered, 0
        for token in queue:
            node = nodes[token.node]
            may_be_stale = self._unsettled or (node.derived and self._set)
            if may_be_stale and node.is_stale(self._set, self._unsettled):
                break
            walked += 1
            self._walked = walked
            if walked > allowed:
                self._cut(token)
                continue
            trace.append(token)
            mark = self.mark() if node.needs_undo else None
            try:
                ways = node.enter(self, token)
            except EvaluationError as error:
                self.undo(mark, token, error)
                continue
            for edge in ways:  # as in `spawn`
                number = self._next
                self._next = number + 1
                queue.append(Token(number, targets[edge], edge, _READY))
        self._entered += walked
        for token in queue[walked:]:  # they enter in the next step
            self._tokens[token.id] = token
        queue.clear()
        self._walked = 0

    def _gather(self) -> bool:
        """Ask the nodes that look around; whether one of them went on."""
        gatherers, nodes, before = self.flow.gatherers, self.flow.nodes, self._next
        for node in gatherers:
            nodes[node].behaviour.at_rest(self, node)
            if self._next > before:
                return True
        places = {token.node for token in self._tokens.values()}
        if places and places <= set(gatherers):  # they would wait for each other for ever
            for node in gatherers:
                nodes[node].behaviour.break_tie(self, node)
                if self._next > before:
                    return True
        return False

    def _forget(self, token: Token) -> None:
        """Cancel what runs of the token's timers."""
        for name in token.timers:
            self._effects.append(CancelTimer(f"{token.id}.{name}"))

    def _has_ready(self) -> bool:
        return any(token.stage is _READY for token in self._tokens.values())

    def _cut(self, token: Token) -> None:
        entered = [one.node for one in self._trace if isinstance(one, Token)]
        chain = " → ".join([*entered, token.node][-_SHOWN_CHAIN:])
        self.stop(token, f"the flow goes round without waiting: … {chain}")


# numbers of effects and queued tokens, facts, tokens, messages kept and outcome
Mark: TypeAlias = tuple[
    int, int, dict[str, Any], dict[int, Token], tuple[tuple[Message, ...], str, Memory]
]
