"""Walk through a converted model to its end, choosing at every turn by a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.flow.advance import advance
from engines.flow.instance import Instance, Stage, Status
from engines.flow.model import Flow
from engines.flow.signals import (
    Cancelled,
    Continued,
    FactsChanged,
    MessageCame,
    Signal,
    Started,
    SubFlowEnded,
    SubFlowFailed,
    TaskCompleted,
    TimerFired,
)
from engines.messages import CancelFlow, EndInstance, SetFields, SignalFlow, StartFlow
from engines.values import FlowId, InstanceId
from tests.support.forms import NOW
from tests.support.processes import ANA, RECORD, TICKET, facts

MOST = 80  # acts of one walk
HALF = 0.5


@dataclass
class Walker:
    """All instances of one run, each as its JSON text between two steps."""

    flows: Mapping[FlowId, Flow]
    record: dict[str, Any]
    chance: random.Random
    marks: tuple[str, ...]  # each makes one condition of the model true
    states: dict[str, str] = field(default_factory=dict)
    parents: dict[str, tuple[str, str]] = field(default_factory=dict)
    entered: Counter[str] = field(default_factory=Counter)
    sent: int = 0

    def walked(self, first: FlowId) -> Walker:
        """The walk from the start to the end, or to the last act that is allowed."""
        self._start(first, None)
        for _ in range(MOST):
            acts = list(self._acts())
            if not acts:
                break
            self._send(*self.chance.choice(acts))
        return self

    @property
    def is_over(self) -> bool:
        """Whether every instance has ended."""
        return all(one.status is Status.ENDED for one in self._instances().values())

    @property
    def incidents(self) -> list[str]:
        """Why tokens are stuck."""
        return [
            token.reason for one in self._instances().values() for token in one.tokens
            if token.stage is Stage.STUCK
        ]  # fmt: skip

    def _instances(self) -> dict[str, Instance]:
        return {name: Instance.from_json(text) for name, text in self.states.items()}

    def _acts(self) -> Iterator[tuple[str, Signal]]:
        for name, instance in self._instances().items():
            flow = self.flows[instance.flow]
            for token in instance.tokens if instance.status is not Status.ENDED else ():
                node = flow.nodes[token.node]
                for key in node.behaviour.open_keys(token):
                    for outcome in node.behaviour.outcomes:
                        yield name, TaskCompleted(key, outcome.id, ANA)
                for timer in token.timers:
                    yield name, TimerFired(f"{token.id}.{timer}")
                for message in node.hears if token.stage is Stage.WAITING else ():
                    yield name, MessageCame(message, f"m-{self.sent}")
                if node.error_edge and token.stage is Stage.WAITING:
                    yield name, SubFlowFailed(f"{token.id}.0", "what was asked for has failed")
                if node.behaviour.watches:
                    yield name, FactsChanged()

    def _start(self, flow: FlowId, parent: tuple[str, str] | None) -> None:
        name = f"i{len(self.states)}"
        new = Instance.new(id=InstanceId(name), flow=flow, version=1, form=TICKET, record=RECORD)
        self.states[name] = new.to_json()
        if parent is not None:
            self.parents[name] = parent
        self._send(name, Started(ANA))

    def _send(self, name: str, signal: Signal) -> None:
        self.sent += 1
        before = Instance.from_json(self.states[name])
        if before.status is Status.ENDED:
            return
        if isinstance(signal, FactsChanged):
            self.record["urgent"] = True
        self.record["subject"] = "".join(one for one in self.marks if self.chance.random() < HALF)
        step = advance(self.flows[before.flow], before, signal, facts(**self.record), NOW)
        self.states[name] = step.instance.to_json()
        self.entered.update(
            f"{before.flow}.{one.subject}"
            for one in step.trace.steps
            if one.what == "node_entered"
        )
        for effect in step.effects:
            self._carry_out(name, effect)
        if step.has_more:
            self._send(name, Continued())

    def _carry_out(self, name: str, effect: Any) -> None:
        match effect:
            case SetFields(values=values):
                self.record.update(values)
            case StartFlow(flow=flow, ref=ref):
                self._start(flow, (name, ref))
            case EndInstance(outcome) if name in self.parents:
                parent, ref = self.parents[name]
                self._send(parent, SubFlowEnded(ref, outcome))
            case CancelFlow(ref):
                for child in [one for one, known in self.parents.items() if known == (name, ref)]:
                    self._send(child, Cancelled("with its parent"))
            case SignalFlow(message=message, key=key):
                for other in list(self.states):
                    self._send(other, MessageCame(message, key))
