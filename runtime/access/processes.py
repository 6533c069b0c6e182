"""Tasks, flows and timelines through the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engines.errors import NotFound
from engines.flow.model import form_state, outcomes
from engines.form.model import Form
from engines.messages import (
    FlowEnded,
    FlowMoved,
    FlowStarted,
    IncidentRaised,
    MessageQueued,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RuleDecided,
    SystemChanged,
    TaskClaimed,
    TaskClosed,
    TaskOpened,
    Trace,
)
from engines.values import (
    FieldId,
    FlowId,
    FormId,
    NodeId,
    RecordId,
    TaskId,
    UserId,
    Value,
    locale_text,
)
from runtime.access import gate
from runtime.access.forms import form_page
from runtime.access.masking import masked
from runtime.access.shown import (
    FieldChange,
    ShownFlow,
    ShownTask,
    TaskPage,
    TimelineEntry,
)
from runtime.access.view import Looking
from runtime.live import Live, with_fields_of
from runtime.ports import StoredEvent, TaskRow


def tasks(looking: Looking, which: str) -> tuple[ShownTask, ...]:
    """The actor's tasks: mine, pool or done."""
    if looking.actor.user is None:
        return ()
    rows = looking.reader.instances.tasks_of(
        looking.app.definition.id, looking.actor.user, looking.actor.roles, which=which
    )
    return shown_tasks(looking, rows)


def shown_tasks(looking: Looking, rows: Sequence[TaskRow]) -> tuple[ShownTask, ...]:
    """Tasks with the titles of their records, one query for each form."""
    by_form: dict[FormId, list[RecordId]] = {}
    for row in rows:
        by_form.setdefault(row.form, []).append(row.record)
    titles: dict[str, str] = {}
    for form, records in by_form.items():
        titles.update(looking.titles(form, records))
    return tuple(_shown_task(looking, row, titles) for row in rows)


def task_page(looking: Looking, live: Live, task: TaskId) -> TaskPage:
    """A task the actor may act on or has acted on, with the form of its own version."""
    row = looking.reader.instances.task(task)
    if row is None or row.app != looking.app.definition.id or not _concerns(looking, row):
        raise NotFound("this task")
    instance = looking.reader.instances.get(row.instance)
    if instance is None:
        raise NotFound("the flow of this task")
    pinned = live.version(looking.reader, row.app, instance.version)
    flow = pinned.definition.flows[row.flow]
    form = pinned.form(row.form)
    table = with_fields_of(looking.app, pinned, row.form)
    record = looking.reader.records.get(table, row.record)
    if record is None:
        raise NotFound("the record of this task")
    at_version = replace(
        looking, app=replace(pinned, tables={**looking.app.tables, form.id: table})
    )
    part = form_state(flow, row.node)
    page = form_page(
        at_version,
        form,
        record,
        only=frozenset(part.edit) | part.required,
        required=part.required,
        hidden=part.hidden,
    )
    shown = at_version.shown(form, [record])[0]
    title = {str(row.record): shown.title}
    return TaskPage(
        task=_shown_task(at_version, row, title),
        help=flow.nodes[row.node].help,
        outcomes=outcomes(flow, row.node),
        page=page,
        record=shown,
    )


def flows_of(looking: Looking, live: Live, form: Form, record: RecordId) -> tuple[ShownFlow, ...]:
    """The flows on a readable record, newest first, with their tasks."""
    looking.stored(form, record)
    app = looking.app.definition.id
    rows = looking.reader.instances.of_record(app, form.id, record)
    on_record = shown_tasks(looking, looking.reader.instances.tasks_on(app, form.id, record))
    instance_by_task = {
        row.id: row.instance for row in looking.reader.instances.tasks_on(app, form.id, record)
    }
    return tuple(
        ShownFlow(
            instance=row.id,
            flow=row.flow,
            title=live.version(looking.reader, app, row.version).definition.flows[row.flow].title,
            version=row.version,
            status=row.status,
            started_at=row.started_at,
            ended_at=row.ended_at,
            incident=row.incident,
            tasks=tuple(one for one in on_record if instance_by_task[one.id] == row.id),
        )
        for row in rows
    )


def timeline(looking: Looking, form: Form, record: RecordId) -> tuple[TimelineEntry, ...]:
    """What happened to a readable record, newest first, without what the actor may not see."""
    stored = looking.stored(form, record)
    looking.names_in(form, [stored])
    events = looking.reader.events.of_record(looking.app.definition.id, form.id, record)
    return tuple(_entry(looking, form, one) for one in events)


def _entry(looking: Looking, form: Form, stored: StoredEvent) -> TimelineEntry:
    event = stored.event
    entry = TimelineEntry(
        id=stored.id,
        kind=stored.kind,
        at=stored.occurred_at,
        by=stored.actor,
        by_name=looking.person(stored.actor),
        is_machine=stored.via in ("system",),
        version=stored.version,
    )
    match event:
        case RecordCreated(values=values):
            return replace(entry, changes=_changes(looking, form, {}, values))
        case RecordChanged(values=values, old=old, reason=reason):
            return replace(
                entry,
                changes=_changes(looking, form, old, values),
                detail=reason,
                is_machine=bool(reason) and reason != "import",
            )
        case RecordDeleted(old=old):
            return replace(entry, changes=_changes(looking, form, old, {}))
        case RuleDecided(trace=trace, fired=fired):
            return replace(
                entry,
                subject=", ".join(fired),
                trace=_trace(looking, form, trace),
                is_machine=True,
            )
        case FlowMoved(trace=trace):
            return replace(
                entry,
                subject=trace.source,
                trace=_trace(looking, form, trace),
                is_machine=True,
            )
        case FlowStarted(flow=flow):
            return replace(entry, subject=_flow_title(looking, flow), is_machine=True)
        case FlowEnded(outcome=outcome):
            return replace(entry, detail=outcome, is_machine=True)
        case TaskOpened(node=node, assignee=assignee, role=role):
            who = looking.person(assignee) or (role or "")
            return replace(entry, subject=node, detail=who, is_machine=True)
        case TaskClaimed(assignee=assignee):
            return replace(entry, detail=looking.person(assignee))
        case TaskClosed(outcome=outcome, state=state, comment=comment, by=by):
            return replace(
                entry, subject=outcome or state, detail=comment, by_name=looking.person(by)
            )
        case IncidentRaised(node=node, reason=reason):
            return replace(entry, subject=node, detail=reason, is_machine=True)
        case MessageQueued(channel=channel):
            return replace(entry, subject=channel, is_machine=True)
        case SystemChanged(what=what, subject=subject):
            return replace(entry, subject=what, detail=subject)


def _changes(
    looking: Looking, form: Form, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(form.fields[FieldId(name)], *_seen(looking, form, name, old, new))
        for name in dict.fromkeys([*old, *new])
        if name in form.fields
        and name not in looking.rights(form).hidden
        and (old.get(name) is not None or new.get(name) is not None)
    )


def _seen(
    looking: Looking, form: Form, name: str, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[Value, Value]:
    field = form.fields[FieldId(name)]
    if field.id in looking.rights(form).masked:
        return masked(field, old.get(name)), masked(field, new.get(name))
    return old.get(name), new.get(name)


def _trace(looking: Looking, form: Form, trace: Trace) -> Trace:
    """The trace without the values of fields the actor may not know."""
    clear = looking.rights(form).in_clear

    def may_see(path: str) -> bool:
        root, _, key = path.partition(".")
        name = FieldId(key.split(".", 1)[0])
        return root not in ("record", "old") or name not in form.fields or name in clear

    steps = tuple(
        replace(step, seen=tuple(pair for pair in step.seen if may_see(pair[0])))
        for step in trace.steps
    )
    return replace(trace, steps=steps)


def _flow_title(looking: Looking, flow: FlowId) -> str:
    found = looking.app.definition.flows.get(flow)
    return found.title.in_locale(looking.actor.locale) if found is not None else flow


def _shown_task(looking: Looking, row: TaskRow, titles: Mapping[str, str]) -> ShownTask:
    actor = looking.actor
    is_open = row.state == "open"
    is_member = row.role is not None and row.role in actor.roles
    is_mine = row.assignee is not None and row.assignee == actor.user
    flow = looking.app.definition.flows.get(row.flow)
    node = flow.nodes.get(NodeId(row.node)) if flow is not None else None
    return ShownTask(
        id=row.id,
        flow=row.flow,
        node=row.node,
        title=node.title if node is not None else locale_text(row.node),
        form=row.form,
        record=row.record,
        record_title=titles.get(row.record, ""),
        assignee=row.assignee,
        assignee_name=looking.person(row.assignee),
        role=row.role or "",
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        comment=row.comment,
        can_act=is_open and (is_mine or (row.assignee is None and is_member)),
        can_claim=is_open and row.assignee is None and is_member,
        can_release=is_open and is_mine and row.role is not None,
    )


def _concerns(looking: Looking, row: TaskRow) -> bool:
    if gate.is_unrestricted(looking.actor):
        return True
    is_mine = looking.actor.user is not None and looking.actor.user in _people(row)
    return is_mine or (row.role is not None and row.role in looking.actor.roles)


def _people(row: TaskRow) -> tuple[UserId, ...]:
    return tuple(one for one in (row.assignee, row.closed_by) if one is not None)
