"""Move flow instances: keep their state, tasks and timers, and queue what they ask for."""

from __future__ import annotations

from typing import Any

from engines.errors import BugError
from engines.flow.advance import Step, advance
from engines.flow.instance import WORDS, Instance, Status
from engines.flow.model import Flow
from engines.flow.person_signals import NobodyFound, PeopleFound
from engines.flow.signals import Continued, Signal, Started
from engines.messages import (
    CancelTimer,
    CloseTask,
    ContinueFlow,
    EndInstance,
    FindPeople,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    IncidentRaised,
    OpenTask,
    RaiseIncident,
    ReportNobody,
    ReturnToFlow,
    StartFlow,
    StartTimer,
    TaskClosed,
    TaskOpened,
)
from engines.plain import changed
from engines.values import InstanceId, NodeId, TaskId, UserId
from runtime.perform import people, reminders
from runtime.perform.work import Origin, Work
from runtime.ports import InstanceRow, TaskRow


def start(
    work: Work, effect: StartFlow, *, by: UserId | None = None, heard: tuple[str, ...] = ()
) -> InstanceId | None:
    """Start an instance, of the live version when the effect names none.

    None when the record or the flow is gone, or the flow works on another form now. `by` is whose
    case it is, when not the actor's; `heard` are ids of messages that count as heard.
    """
    app = work.app
    if effect.version not in (None, app.number):
        app = work.live.version(work.unit, app.definition.id, effect.version)
    flow = app.definition.flows.get(effect.flow)
    record = work.record(effect.form, effect.record)
    if record is None or flow is None or flow.form != effect.form:
        return None
    initiator = by or work.actor.user
    instance = Instance.new(
        id=InstanceId(work.unit.ids.new()),
        flow=flow.id,
        version=app.number,
        form=effect.form,
        record=effect.record,
        initiator=initiator,
    )
    if heard:
        instance = changed(instance, heard=heard)
    facts = work.facts(effect.form, record)
    step = advance(flow, instance, Started(initiator), facts, work.now)
    row = InstanceRow(
        id=instance.id,
        app=app.definition.id,
        flow=flow.id,
        version=app.number,
        form=effect.form,
        record=effect.record,
        **_standing(work, step),
        revision=1,
        started_at=work.now,
        parent=effect.parent,
        parent_ref=effect.ref or None,
    )
    work.unit.instances.add(row)
    work.tell(FlowStarted(instance.id, flow.id, app.number, effect.form, effect.record))
    _follow(work, row, flow, step)
    return instance.id


def go_on(work: Work, effect: ContinueFlow) -> None:
    """Let an instance go on with fresh facts, now that the effects before are done."""
    row = work.unit.instances.get(effect.instance, lock=True)
    if row is not None and row.status in ("running", "incident"):  # other branches may go on
        move(work, row, Continued())


def staff(work: Work, effect: FindPeople) -> None:
    """Tell an instance who the signers are that it has asked for."""
    row = work.unit.instances.get(effect.instance, lock=True)
    if row is not None and row.status != "ended":
        move(work, row, PeopleFound(effect.token, people.all_voices(work, effect.recipients)))


def report_nobody(work: Work, effect: ReportNobody) -> None:
    """Tell an instance that one of its tasks found no holder."""
    row = work.unit.instances.get(effect.instance, lock=True)
    if row is not None and row.status in ("running", "incident"):
        move(work, row, NobodyFound(effect.key))


def move(work: Work, row: InstanceRow, signal: Signal) -> None:
    """Advance an instance by one signal and store where it stands then."""
    pinned = work.live.version(work.unit, row.app, row.version)
    flow = pinned.definition.flows[row.flow]
    record = work.record(row.form, row.record)
    instance = Instance.from_json(row.state)
    facts = (
        work.facts(row.form, record) if record is not None else work.facts_for_values(row.form, {})
    )
    step = advance(flow, instance, signal, facts, work.now)
    if not step.notes and not step.effects and step.instance == instance:
        return  # it has looked and gone on waiting
    moved = changed(
        row,
        **_standing(work, step),
        revision=row.revision + 1,
        incident=row.incident if step.instance.status is Status.INCIDENT else "",
    )
    work.unit.instances.update(moved, row.revision)
    _follow(work, row, flow, step)


def _standing(work: Work, step: Step) -> dict[str, Any]:
    """The columns that say where an instance stands after a step."""
    status = step.instance.status
    return {
        "status": WORDS[status],
        "state": step.instance.to_json(),
        "ended_at": work.now if status is Status.ENDED else None,
    }


def _follow(work: Work, row: InstanceRow, flow: Flow, step: Step) -> None:
    """Tell of a step that is stored, and do what it asks for.

    What concerns the instance itself happens now, in order; the rest waits in the queue.
    """
    work.tell(FlowMoved(row.id, step.trace_of(row.version)))
    origin = Origin(f"flows.{row.flow}", row.id)
    for effect in step.effects:
        match effect:
            case OpenTask():
                _open_task(work, row, flow, effect)
            case CloseTask():
                _close_task(work, row, effect)
            case StartTimer(ref, due_at):
                work.unit.instances.start_timer(row.app, row.id, ref, due_at)
            case CancelTimer(ref):
                work.unit.instances.cancel_timer(row.id, ref)
            case EndInstance(outcome):
                _end(work, row, flow, outcome)
            case RaiseIncident(node, reason):
                _raise_incident(work, row, node, reason)
            case _:
                work.queue.append((effect, origin))


def _end(work: Work, row: InstanceRow, flow: Flow, outcome: str) -> None:
    if flow.has_timers:
        work.unit.instances.cancel_timers(row.id)
    work.tell(FlowEnded(row.id, outcome))
    if row.parent is not None:
        back = ReturnToFlow(row.parent, row.parent_ref or "", outcome)
        work.put((back,), Origin(f"flows.{row.flow}", row.id))


def _open_task(work: Work, row: InstanceRow, flow: Flow, effect: OpenTask) -> None:
    assignee, role = people.holder(work, effect.to)
    if assignee is None and role is None:
        work.put((ReportNobody(row.id, effect.key),), Origin(f"flows.{row.flow}", row.id))
        return
    task = TaskRow(
        id=TaskId(work.unit.ids.new()),
        app=row.app,
        instance=row.id,
        key=effect.key,
        flow=flow.id,
        node=effect.node,
        form=row.form,
        record=row.record,
        assignee=assignee,
        role=role,
        state="open",
        opened_at=work.now,
        due_at=effect.due_at,
        kind=effect.kind,
    )
    work.unit.instances.add_task(task)
    work.tell(TaskOpened(task.id, row.id, effect.node, assignee, role))
    reminders.task_given(work, row, task, flow)


def _close_task(work: Work, row: InstanceRow, effect: CloseTask) -> None:
    task = work.unit.instances.open_task(row.id, effect.key)
    if task is None:
        return
    closed = changed(
        task,
        state=effect.state,
        outcome=effect.outcome,
        closed_by=effect.by,
        comment=effect.comment,
        closed_at=work.now,
        revision=task.revision + 1,
    )
    work.unit.instances.update_task(closed, task.revision)
    told = TaskClosed(
        task.id,
        row.id,
        effect.state,
        effect.outcome,
        effect.by,
        effect.comment,
        task.on_behalf_of,
    )
    work.tell(told)


def _raise_incident(work: Work, row: InstanceRow, node: NodeId, reason: str) -> None:
    current = work.unit.instances.get(row.id)
    if current is None:
        raise BugError(f"instance {row.id} vanished while it moved")
    stopped = changed(
        current, status="incident", incident=f"{node}: {reason}", revision=current.revision + 1
    )
    work.unit.instances.update(stopped, current.revision)
    work.tell(IncidentRaised(row.id, node, reason))
    if row.parent is not None:  # who looks at the one that waits must see why it does
        starter = work.unit.instances.get(row.parent)
        where = _node_of(starter, row.parent_ref or "") if starter is not None else None
        if where is not None:
            told = f"The flow {row.flow!r} that was started here has stopped: {reason}"
            work.tell(IncidentRaised(row.parent, where, told))


def _node_of(row: InstanceRow, ref: str) -> NodeId | None:
    """Where the token stands that a sub-flow's `ref` names."""
    number = ref.split(".", 1)[0]
    tokens = Instance.from_json(row.state).tokens
    return next((one.node for one in tokens if str(one.id) == number), None)
