"""One instance through the gate: its flow, where it stands, which way it came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from engines.errors import NotFound
from engines.flow.catalog import node_types
from engines.flow.instance import Instance, Stage, Token
from engines.flow.model import Flow, Node
from engines.messages import FlowMoved
from engines.values import InstanceId, NodeId
from runtime.access import gate
from runtime.access.flow_labels import labels
from runtime.access.processes import shown_tasks, with_enclosures
from runtime.access.shown import FlowLine, FlowStep, FlowView, ShownTask
from runtime.access.timelines import retold
from runtime.access.view import Looking
from runtime.live import Live
from runtime.ports import InstanceRow, StoredEvent

_MOST_EVENTS = 1_000


def flow_view(looking: Looking, live: Live, instance: InstanceId) -> FlowView:
    """An instance on a record that the actor may read. Raises NotFound."""
    row = looking.reader.instances.get(instance)
    if row is None or row.app != looking.app.definition.id:
        raise NotFound("this flow")
    form = looking.app.form(row.form)
    record = looking.stored(form, row.record)
    flow = live.version(looking.reader, row.app, row.version).definition.flows[row.flow]
    events = _events(looking, row)
    tasks = _tasks(looking, row)
    is_mine = Instance.from_json(row.state).initiator == looking.actor.user
    is_operator = gate.is_unrestricted(looking.actor) or "operate" in looking.actor.can
    takes_part = is_mine or any(looking.actor.user == one.assignee for one in tasks)
    return FlowView(
        instance=row.id,
        flow=row.flow,
        title=flow.title,
        version=row.version,
        status=row.status,
        incident=row.incident,
        form=row.form,
        record=row.record,
        record_title=looking.title(form, record),
        started_at=row.started_at,
        ended_at=row.ended_at,
        start=flow.start,
        steps=_steps(flow, row, events, tasks, _where_one_works(looking, row)),
        lines=_lines(flow, events, labels(looking, flow, form)),
        story=retold(looking, form, events, record.values),
        can_withdraw=is_mine
        and row.status == "running"
        and not any(one.state == "done" for one in tasks),
        can_urge=is_mine or is_operator,
        can_copy=takes_part or is_operator,
    )


def _events(looking: Looking, row: InstanceRow) -> tuple[StoredEvent, ...]:
    """What the log has of the instance, newest first."""
    log = looking.reader.events
    found = log.of_record(row.app, row.form, row.record, limit=_MOST_EVENTS)
    return tuple(one for one in found if one.instance == row.id)


def _tasks(looking: Looking, row: InstanceRow) -> tuple[ShownTask, ...]:
    on_record = looking.reader.instances.tasks_on(row.app, row.form, row.record)
    rows = [one for one in on_record if one.instance == row.id]
    return with_enclosures(looking, rows, shown_tasks(looking, rows))


def _entries(events: Iterable[StoredEvent]) -> list[tuple[NodeId, str]]:
    """Each arrival at a node with the edge it came by."""
    traces = [one.event.trace for one in events if isinstance(one.event, FlowMoved)]
    return [
        (NodeId(step.subject), str(step.result or ""))
        for trace in traces
        for step in trace.steps
        if step.what == "node_entered"
    ]


def _where_one_works(looking: Looking, row: InstanceRow) -> Callable[[NodeId], bool]:
    """Whether the reader works at a node of the running instance, or steers all of them."""
    if row.status != "running":
        return lambda node: False
    if gate.is_unrestricted(looking.actor) or "operate" in looking.actor.can:
        return lambda node: True
    mine = {
        one.node
        for one in looking.reader.instances.tasks_on(row.app, row.form, row.record)
        if one.instance == row.id
        and (one.assignee == looking.actor.user or one.role in looking.actor.roles)
    }
    return mine.__contains__


def _steps(
    flow: Flow,
    row: InstanceRow,
    events: Sequence[StoredEvent],
    tasks: Sequence[ShownTask],
    works_at: Callable[[NodeId], bool],
) -> tuple[FlowStep, ...]:
    times = Counter(node for node, _ in _entries(events))
    tokens = {token.node: token for token in Instance.from_json(row.state).tokens}
    steps = (
        _step(flow, node, tokens.get(node.id), times[node.id], tasks)
        for node in flow.nodes.values()
    )
    return tuple(
        replace(step, can_add=_takes_more(flow, tokens.get(step.node)) and works_at(step.node))
        for step in steps
    )


def _takes_more(flow: Flow, token: Token | None) -> bool:
    return token is not None and flow.nodes[token.node].behaviour.takes_more(token)


def _step(
    flow: Flow, node: Node, token: Token | None, times: int, tasks: Sequence[ShownTask]
) -> FlowStep:
    kind = node_types()[node.type]
    return FlowStep(
        node=node.id,
        title=node.title,
        kind=kind.label,
        glyph=kind.glyph,
        state=_state(token, times),
        times=times,
        reason=token.reason if token is not None else "",
        place=flow.canvas.get(node.id),
        tasks=tuple(one for one in tasks if one.node == node.id),
    )


def _state(token: Token | None, times: int) -> str:
    if token is None:
        return "been" if times else "ahead"
    return "stuck" if token.stage is Stage.STUCK else "here"


def _lines(
    flow: Flow, events: Sequence[StoredEvent], said: Mapping[str, str]
) -> tuple[FlowLine, ...]:
    """One line between two nodes, however many edges there are."""
    gone = Counter(edge for _, edge in _entries(events))
    times: Counter[tuple[NodeId, NodeId]] = Counter()
    labels_of: dict[tuple[NodeId, NodeId], list[str]] = defaultdict(list)
    for edge in flow.edges.values():
        if edge.source is not None:
            times[edge.source, edge.target] += gone[edge.name]
            labels_of[edge.source, edge.target] += filter(None, [said.get(edge.name)])
    return tuple(
        FlowLine(*line, count, tuple(dict.fromkeys(labels_of[line])))
        for line, count in times.items()
    )
