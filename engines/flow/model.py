"""A compiled flow: nodes, edges and timers as `advance` uses them. It never changes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from engines.action import Action, FactPath, paths_of
from engines.assignee.parse import Assignee
from engines.diagnostics import Path
from engines.expression.compile import Expression
from engines.flow.behaviour import Behaviour, FormPart, Outcome
from engines.values import Facts, FlowId, FormId, LocaleText, NodeId

__all__ = [
    "START_EDGE", "BoundaryTimer", "Edge", "Flow", "FormPart", "Node", "Outcome", "Routing",
    "Trigger", "form_state", "needs", "outcomes",
]  # fmt: skip

START_EDGE = "start"


class Routing(StrEnum):
    """How tokens pass a node, for the soundness check: a closed set."""

    ONE = "one"  # one in, one out, along one of its edges
    ALL = "all"  # one in, one out along every edge
    SYNC = "sync"  # one in from every incoming edge, one out
    SINK = "sink"  # one in, none out


class Trigger(StrEnum):
    """What starts a flow by itself."""

    CREATED = "created"  # a record of its form
    PERSON = "person"  # a button on the record, or the action `start`


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from node to node; `name` is unique in the flow: "triage.done", "both.1"."""

    name: str
    source: NodeId | None  # None for the start edge
    target: NodeId
    path: Path  # where its target is written


@dataclass(frozen=True, slots=True)
class BoundaryTimer:
    """A timer that runs while a token waits at a node."""

    name: str  # "due", "timers.late"
    after: timedelta
    interrupt: bool
    edge: str = ""
    actions: tuple[Action, ...] = ()
    escalate: tuple[Assignee, ...] = ()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts that its actions and escalations read."""
        return paths_of(self.actions).union(*(one.paths for one in self.escalate))


@dataclass(frozen=True, slots=True)
class Node:
    """One node; everything that depends on its type is in `behaviour`."""

    id: NodeId
    type: str
    title: LocaleText
    help: LocaleText
    routing: Routing
    waits: bool
    behaviour: Behaviour
    timers: tuple[BoundaryTimer, ...]
    edges: tuple[str, ...]  # names, in the order written; those of timers last
    reads: frozenset[str]  # keys of the record it decides by
    derived: frozenset[str]  # of those, the ones that may change when other fields are set
    path: Path

    def is_stale(self, changed: Set[str], unsettled: Set[str]) -> bool:
        """Whether it reads what is not settled yet, or what changed fields may change elsewhere.

        Computed fields may depend on anything; what is behind a link only on the link.
        """
        if unsettled and any(key.split(".", 1)[0] in unsettled for key in self.reads):
            return True
        return any("." not in key or key.split(".", 1)[0] in changed for key in self.derived)


@dataclass(frozen=True, slots=True)
class Flow:
    """A compiled flow."""

    id: FlowId
    title: LocaleText
    form: FormId
    trigger: Trigger
    when: Expression | None
    start: NodeId
    nodes: Mapping[NodeId, Node]
    edges: Mapping[str, Edge]
    incoming: Mapping[NodeId, tuple[str, ...]]
    canvas: Mapping[NodeId, tuple[int, int]]
    path: Path

    def starts_on(self, facts: Facts) -> bool:
        """Whether a record just created, with these facts, starts this flow."""
        if self.trigger is not Trigger.CREATED:
            return False
        return self.when is None or self.when.evaluate(facts) is True


def needs(flow: Flow) -> frozenset[FactPath]:
    """Every fact the flow may read; the runtime loads them before it calls `advance`."""
    found = set(flow.when.paths) if flow.when else set()
    for node in flow.nodes.values():
        found |= node.behaviour.paths
        for timer in node.timers:
            found |= timer.paths
    return frozenset(found)


def outcomes(flow: Flow, node: NodeId) -> tuple[Outcome, ...]:
    """The outcomes a task of `node` may be finished with, in the order written."""
    return flow.nodes[node].behaviour.outcomes


def form_state(flow: Flow, node: NodeId) -> FormPart:
    """Which fields a task of `node` shows, edits and demands."""
    return flow.nodes[node].behaviour.form
