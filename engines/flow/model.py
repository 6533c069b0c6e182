"""A compiled flow: nodes, edges and what happens at their boundary. It never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from engines.action import Action, FactPath, paths_of
from engines.assignee.parse import Assignee
from engines.calendar.model import Span
from engines.cron import Cron
from engines.diagnostics import Path
from engines.expression.compile import Expression
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.offer import FormPart, Outcome
from engines.flow.walk import Ways
from engines.values import Facts, FieldId, FlowId, FormId, LocaleText, NodeId

__all__ = [
    "START_EDGE", "Boundary", "BoundaryMessage", "BoundaryTimer", "Edge", "Flow", "FormPart",
    "Node", "Outcome", "Routing", "Start", "Trigger", "form_state", "needs", "outcomes",
]  # fmt: skip

START_EDGE = "start"


class Routing(StrEnum):
    """How tokens pass a node, for the soundness check: a closed set."""

    ONE = "one"  # one in, one out, along one of its edges
    ALL = "all"  # one in, one out along every edge
    SOME = "some"  # one in, one out along one or more of its edges
    SYNC = "sync"  # one in from every incoming edge, one out
    COMING = "coming"  # one in from every edge by which one can still come, one out
    COUNT = "count"  # several in, one out; what comes later is taken without a word
    SINK = "sink"  # one in, none out
    STOP = "stop"  # one in, and all others of the instance; none out
    CLEAR = "clear"  # one in, and all at the nodes it names; one out


class Trigger(StrEnum):
    """What starts a flow by itself."""

    CREATED = "created"  # a record of its form
    CHANGED = "changed"  # a record of its form, perhaps only some of its fields
    SCHEDULE = "schedule"  # a time of day or month, for every record that fits
    MESSAGE = "message"  # one that nobody on the record waits for
    API = "api"  # another program, by the interface; no button
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
    after: Span
    interrupt: bool
    edge: str = ""
    actions: tuple[Action, ...] = ()
    escalate: tuple[Assignee, ...] = ()
    reminds: bool = False
    outcome: str = ""  # what is decided when nobody has

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts that its actions and escalations read."""
        return paths_of(self.actions).union(*(one.paths for one in self.escalate))


@dataclass(frozen=True, slots=True)
class BoundaryMessage:
    """A message that is heard while a token waits at a node."""

    name: str  # "paid"
    interrupt: bool
    edge: str = ""
    actions: tuple[Action, ...] = ()

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts that its actions read."""
        return paths_of(self.actions)


Boundary: TypeAlias = BoundaryTimer | BoundaryMessage


@dataclass(frozen=True, slots=True)
class Node:
    """One node; everything that depends on its type is in `behaviour`.

    What a token meets on its way is taken out of it once, at publish.
    """

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
    messages: tuple[BoundaryMessage, ...] = ()
    error_edge: str = ""  # where a token goes that cannot go on here; without, it is stuck
    reason: str = ""  # on whose behalf it acts: "flows.approval.tell"
    copies: tuple[Assignee, ...] = ()  # who is told when people have finished it
    enter: Callable[[Any, Any], Ways] = field(init=False, compare=False)  # of a Run and a Token
    needs_undo: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "enter", self.behaviour.enter)
        object.__setattr__(self, "needs_undo", self.behaviour.needs_undo)

    @property
    def boundaries(self) -> tuple[Boundary, ...]:
        """What may happen while a token waits here."""
        return (*self.timers, *self.messages)

    @property
    def hears(self) -> frozenset[str]:
        """Names of the messages that a token here may wait for."""
        return self.behaviour.messages | {one.name for one in self.messages}

    def is_waiting_for(self, message: str, token: Token) -> bool:
        """Whether a token that waits here would take the message."""
        if message in self.behaviour.hears(token):
            return True
        is_boundary = any(one.name == message for one in self.messages)
        return is_boundary and self.behaviour.may_move(token)

    def is_stale(self, changed: Set[str], unsettled: Set[str]) -> bool:
        """Whether its facts are stale: not settled yet, or perhaps changed by `changed` fields.

        Computed fields may depend on anything; what is behind a link only on the link.
        """
        if not unsettled and not self.derived:
            return False
        if unsettled and any(key.split(".", 1)[0] in unsettled for key in self.reads):
            return True
        return any("." not in key or key.split(".", 1)[0] in changed for key in self.derived)


@dataclass(frozen=True, slots=True)
class Start:
    """What belongs to the trigger of a flow, beside its kind."""

    fields: frozenset[FieldId] = frozenset()  # changed: one of these; empty: any
    cron: Cron | None = None  # schedule
    message: str = ""


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
    on: Start = field(default_factory=Start)
    targets: Mapping[str, NodeId] = field(init=False, compare=False)  # of edges, by name
    # the nodes that must be asked when nothing moves, and from where a token may come to each
    gatherers: tuple[NodeId, ...] = field(init=False, compare=False)
    reaching: Mapping[NodeId, frozenset[NodeId]] = field(init=False, compare=False)
    watches: bool = field(init=False, compare=False)  # whether a token may wait for facts
    messages: frozenset[str] = field(init=False, compare=False)  # those a token may wait for
    has_timers: bool = field(init=False, compare=False)  # whether a token may have one

    def __post_init__(self) -> None:
        gatherers = tuple(one.id for one in self.nodes.values() if one.behaviour.gathers)
        compiled = {
            "targets": {name: edge.target for name, edge in self.edges.items()},
            "gatherers": gatherers,
            "reaching": {node: _reaching(self, node) for node in gatherers},
            "watches": any(one.behaviour.watches for one in self.nodes.values()),
            "messages": frozenset().union(*(one.hears for one in self.nodes.values())),
            "has_timers": any(
                one.timers or one.behaviour.own_timers for one in self.nodes.values()
            ),
        }
        for name, value in compiled.items():
            object.__setattr__(self, name, value)

    def starts_on(self, facts: Facts) -> bool:
        """Whether a record with these facts starts this flow, when its trigger comes."""
        return self.when is None or self.when.evaluate(facts) is True


def needs(flow: Flow) -> frozenset[FactPath]:
    """Every fact the flow may read; the runtime loads them before it calls `advance`."""
    found = set(flow.when.paths) if flow.when else set()
    for node in flow.nodes.values():
        found |= node.behaviour.paths
        for boundary in node.boundaries:
            found |= boundary.paths
        for one in node.copies:
            found |= one.paths
    return frozenset(found)


def outcomes(flow: Flow, node: NodeId, kind: str = "") -> tuple[Outcome, ...]:
    """The outcomes a task of `node` may be finished with, in the order written."""
    return flow.nodes[node].behaviour.offer_of(kind).outcomes


def form_state(flow: Flow, node: NodeId, kind: str = "") -> FormPart:
    """Which fields a task of `node` shows, edits and demands."""
    return flow.nodes[node].behaviour.offer_of(kind).form


def _reaching(flow: Flow, node: NodeId) -> frozenset[NodeId]:
    """The nodes from which a token may come to `node` without passing it before."""
    found: set[NodeId] = set()
    todo = [node]
    while todo:
        for name in flow.incoming[todo.pop()]:
            source = flow.edges[name].source
            if source is not None and source != node and source not in found:
                found.add(source)
                todo.append(source)
    return frozenset(found)
