"""Play a flow in all orders of what people, messages and operators can do.

Everything is saved and loaded again between any two steps, as the JSON text a database would keep:
what a database does with a text is tested in `tests/runtime/store`, and all orders of 37 patterns
would take it minutes. Sub-flows are played too, each with its own instance. Not the runtime.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engines.errors import Conflict
from engines.flow.advance import advance
from engines.flow.instance import Instance, Stage, Status
from engines.flow.model import Flow
from engines.flow.signals import (
    AddingClosed,
    Cancelled,
    Continued,
    MessageCame,
    Signal,
    Started,
    SubFlowEnded,
    TaskCompleted,
    WorkAdded,
)
from engines.messages import CancelFlow, EndInstance, SetFields, StartFlow
from engines.values import InstanceId, NodeId
from tests.support.forms import NOW
from tests.support.processes import ANA, RECORD, TICKET, facts

ADD, CLOSE, CANCEL = "+", "z", "!"


@dataclass(frozen=True)
class Rules:
    """What may happen beside people finishing tasks."""

    messages: dict[str, int] = field(default_factory=dict)  # how often each may come
    only_waiting: bool = False  # a message comes only when somebody waits for it
    is_kept: bool = True
    adding: str = ""  # the node to which one more is added, once at most
    is_cancelling: bool = False
    longest: int = 12  # letters of a trace; longer ones are not played


@dataclass(frozen=True)
class Act:
    """One thing that can be done now: its letter, to which instance, with which signal."""

    letter: str
    instance: str
    signal: Signal


@dataclass(frozen=True)
class Position:
    """All instances as their JSON, the record, and what has been done."""

    states: tuple[tuple[str, str], ...] = ()  # instance id -> JSON text
    parents: tuple[tuple[str, str, str], ...] = ()  # child, parent, ref
    record: str = "{}"
    trace: str = ""
    told: str = ""  # the trace as the instances' own notes tell it
    done: tuple[Act, ...] = ()


class Play:
    """A flow with the rules it is played by."""

    def __init__(self, flow: Flow, rules: Rules) -> None:
        self.flow = flow
        self.rules = rules

    def started(self, record: dict[str, Any]) -> Position:
        """The position after the start."""
        return self._start(Position(record=json.dumps(record)), None, "")

    def traces(self, record: dict[str, Any]) -> tuple[set[str], set[str]]:
        """The traces of all ways to the end, and of those after which nothing can be done."""
        complete: set[str] = set()
        stuck: set[str] = set()
        todo, seen = [self.started(record)], set()
        while todo:
            position = todo.pop()
            key = (position.states, position.record, position.trace)
            if key in seen or len(position.trace) > self.rules.longest:
                continue
            seen.add(key)
            assert position.told == position.trace, "the notes must tell the trace"
            acts = list(self.acts(position))
            if self.is_over(position):
                complete.add(position.trace)
            elif not acts:
                stuck.add(position.trace)
            todo += [self.after(position, act) for act in acts]
        return complete, stuck

    def performs(self, record: dict[str, Any], trace: str) -> bool:
        """Whether any way performs all the letters in this order."""
        positions = [self.started(record)]
        for letter in trace:
            positions = [
                self.after(position, act)
                for position in positions
                for act in self.acts(position)
                if act.letter == letter
            ]
        return bool(positions)

    def is_over(self, position: Position) -> bool:
        """Whether every instance has ended."""
        return all(one.status is Status.ENDED for one in self._instances(position).values())

    def acts(self, position: Position) -> Iterator[Act]:
        """Everything that can be done now."""
        for name, instance in self._instances(position).items():
            if instance.status is not Status.ENDED:
                yield from self._tasks(name, instance)
                yield from self._arrivals(position, name, instance)

    def after(self, position: Position, act: Act) -> Position:
        """The position after an act; doing it a second time must be refused or change nothing."""
        moved = self._moved(position, act)
        self._require_once(moved, act)
        return replace(moved, trace=position.trace + act.letter, done=(*position.done, act))

    def _tasks(self, name: str, instance: Instance) -> Iterator[Act]:
        for token in instance.tokens:
            behaviour = self.flow.nodes[token.node].behaviour
            for key in behaviour.open_keys(token):
                for outcome in behaviour.outcomes:
                    yield Act(token.node, name, TaskCompleted(key, outcome.id, ANA))

    def _arrivals(self, position: Position, name: str, instance: Instance) -> Iterator[Act]:
        rules = self.rules
        for message, most in rules.messages.items():
            times = position.trace.count(message)
            if times < most and (not rules.only_waiting or self._waits(instance, message)):
                signal = MessageCame(message, f"{message}-{times}", rules.is_kept)
                yield Act(message, name, signal)
        if rules.adding and instance.tokens and self._takes_more(instance):
            if ADD not in position.trace:
                yield Act(ADD, name, WorkAdded(NodeId(rules.adding)))
            yield Act(CLOSE, name, AddingClosed(NodeId(rules.adding)))
        if rules.is_cancelling:
            yield Act(CANCEL, name, Cancelled("for the test"))

    def _takes_more(self, instance: Instance) -> bool:
        return any(
            isinstance(token.state, dict) and token.state.get("more") for token in instance.tokens
        )

    def _waits(self, instance: Instance, message: str) -> bool:
        return any(
            token.stage is Stage.WAITING
            and self.flow.nodes[token.node].is_waiting_for(message, token)
            for token in instance.tokens
        )

    def _moved(self, position: Position, act: Act) -> Position:
        moved = self._send(position, act.instance, act.signal)
        told = "" if isinstance(act.signal, TaskCompleted) else act.letter
        return replace(moved, told=moved.told + told)

    def _require_once(self, position: Position, act: Act) -> None:
        instance = self._instances(position)[act.instance]
        try:
            again = self._send(position, act.instance, act.signal)
        except Conflict:
            return
        is_message = isinstance(act.signal, MessageCame)
        is_repeatable = isinstance(act.signal, WorkAdded)
        same = self._instances(again)[act.instance] == instance
        assert is_repeatable or (is_message and same), f"{act} counted twice"

    def _instances(self, position: Position) -> dict[str, Instance]:
        return {name: Instance.from_json(text) for name, text in position.states}

    def _start(self, position: Position, parent: str | None, ref: str) -> Position:
        name = f"i{len(position.states)}"
        new = Instance.new(
            id=InstanceId(name), flow=self.flow.id, version=1, form=TICKET, record=RECORD
        )
        opened = replace(position, states=(*position.states, (name, new.to_json())))
        if parent is not None:
            opened = replace(opened, parents=(*opened.parents, (name, parent, ref)))
        return self._send(opened, name, Started(ANA))

    def _send(self, position: Position, name: str, signal: Signal) -> Position:
        record = json.loads(position.record)
        before = Instance.from_json(dict(position.states)[name])
        step = advance(self.flow, before, signal, facts(**record), NOW)
        states = {**dict(position.states), name: step.instance.to_json()}
        told = [one.subject for one in step.trace.steps if one.what == "task_completed"]
        moved = replace(position, states=tuple(states.items()), told=position.told + "".join(told))
        for effect in step.effects:
            moved = self._carried_out(moved, name, effect)
        if step.has_more:
            moved = self._send(moved, name, Continued())
        return moved

    def _carried_out(self, position: Position, name: str, effect: Any) -> Position:
        match effect:
            case SetFields(values=values):
                record = {**json.loads(position.record), **_plain(values)}
                return replace(position, record=json.dumps(record))
            case StartFlow(parent=parent, ref=ref):
                return self._start(position, parent, ref)
            case EndInstance(outcome):
                return self._told_parent(position, name, outcome)
            case CancelFlow(ref):
                return self._cancelled(position, name, ref)
            case _:
                return position

    def _told_parent(self, position: Position, name: str, outcome: str) -> Position:
        for child, parent, ref in position.parents:
            if child == name:
                return self._send(position, parent, SubFlowEnded(ref, outcome))
        return position

    def _cancelled(self, position: Position, name: str, ref: str) -> Position:
        for child, parent, known in position.parents:
            if (parent, known) == (name, ref):
                return self._send(position, child, Cancelled("with its parent"))
        return position


def _plain(values: Any) -> dict[str, Any]:
    return {key: int(one) if str(one).isdigit() else one for key, one in values.items()}
