"""Tasks, flows and timelines through the gate; lists of tasks stand in `task_lists`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.errors import Conflict, NotFound
from engines.flow.model import Flow, form_state, outcomes
from engines.form.display import names
from engines.form.model import Form
from engines.values import (
    FileId,
    FlowId,
    FormId,
    LocaleText,
    NodeId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
    locale_text,
)
from runtime.access import gate
from runtime.access.forms import form_page
from runtime.access.shown import (
    ShownFlow,
    ShownTask,
    TaskActs,
    TaskPage,
)
from runtime.access.signers import signers_of
from runtime.access.view import Looking
from runtime.live import Live, with_fields_of
from runtime.ports import InstanceRow, TaskRow


def shown_tasks(looking: Looking, rows: Sequence[TaskRow]) -> tuple[ShownTask, ...]:
    """Tasks with the titles of their records, one query for each form."""
    by_form: dict[FormId, list[RecordId]] = {}
    for row in rows:
        by_form.setdefault(row.form, []).append(row.record)
    titles: dict[str, str] = {}
    for form, records in by_form.items():
        titles.update(looking.titles(form, records))
    return tuple(_shown_task(looking, row, titles) for row in rows)


def task_page(
    looking: Looking, live: Live, task: TaskId, answers: Mapping[str, Any] | None = None
) -> TaskPage:
    """A task the actor may act on or has acted on, with the form of its own version.

    With `answers` the form is as it follows from them.
    """
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
    part = form_state(flow, row.node, row.kind)
    page = form_page(
        at_version,
        form,
        record,
        only=frozenset(part.edit) | part.required,
        required=part.required,
        hidden=part.hidden,
        answers=answers,
    )
    shown = at_version.shown(form, [record])[0]
    title = {str(row.record): shown.title}
    return TaskPage(
        task=_shown_task(at_version, row, title),
        help=flow.nodes[row.node].help,
        outcomes=outcomes(flow, row.node, row.kind),
        page=page,
        record=shown,
        acts=_acts(at_version, row, flow),
        can_see_flow=gate.may(form, looking.actor, "read", looking.facts(form.id, [record])[0]),
        signers=signers_of(at_version, row, flow),
    )


def _acts(looking: Looking, row: TaskRow, flow: Flow) -> TaskActs:
    """What the actor may do beside finishing; the handlers decide again when it is done."""
    shown = _shown_task(looking, row, {})
    behaviour = flow.nodes[row.node].behaviour
    is_held = shown.can_act and row.assignee is not None
    is_done_by_me = row.state == "done" and row.closed_by == looking.actor.user
    is_lent = row.delegated_by is not None
    return TaskActs(
        can_pass_on=is_held and not is_lent,
        can_take_back=is_done_by_me and _is_going_on(looking, row),
        returns=tuple(_returns(flow, row)) if is_held and not is_lent else (),
        signer_places=tuple(behaviour.adds_where) if is_held and not is_lent else (),
        signer_roles=behaviour.may_add,
    )


def _is_going_on(looking: Looking, row: TaskRow) -> bool:
    instance = looking.reader.instances.get(row.instance)
    return instance is not None and instance.status in ("running", "incident")


def _returns(flow: Flow, row: TaskRow) -> Iterable[tuple[str, LocaleText | None]]:
    """Where the step may be returned to, as far as the definition says."""
    behaviour = flow.nodes[row.node].behaviour
    earlier = [node for node in flow.nodes.values() if node.behaviour.outcomes]
    offered: list[tuple[str, LocaleText | None]] = [("initiator", None), ("previous", None)]
    offered += [(node.id, node.title) for node in earlier if node.id != row.node]
    for to, title in offered:
        try:
            behaviour.comes_back(to, ())
        except Conflict:
            continue
        yield to, title


def flows_of(looking: Looking, live: Live, form: Form, record: RecordId) -> tuple[ShownFlow, ...]:
    """The flows on a readable record, newest first, with their tasks."""
    looking.stored(form, record)
    app = looking.app.definition.id
    task_rows = looking.reader.instances.tasks_on(app, form.id, record)
    on_record = shown_tasks(looking, task_rows)
    instance_by_task = {row.id: row.instance for row in task_rows}

    def shown(row: InstanceRow) -> ShownFlow:
        flow = live.version(looking.reader, app, row.version).definition.flows[row.flow]
        return ShownFlow(
            instance=row.id,
            flow=row.flow,
            title=flow.title,
            version=row.version,
            status=row.status,
            started_at=row.started_at,
            ended_at=row.ended_at,
            incident=row.incident,
            tasks=tuple(one for one in on_record if instance_by_task[one.id] == row.id),
            nodes=node_titles(flow) if row.incident else (),
        )

    return tuple(map(shown, looking.reader.instances.of_record(app, form.id, record)))


def node_titles(flow: Flow) -> tuple[tuple[NodeId, LocaleText], ...]:
    """Its nodes by id and title."""
    return tuple((node.id, node.title) for node in flow.nodes.values())


def _shown_task(looking: Looking, row: TaskRow, titles: Mapping[str, str]) -> ShownTask:
    actor = looking.actor
    is_open = row.state == "open"
    member = _member(looking, row)
    is_own = row.assignee is not None and row.assignee == actor.user
    is_behalf = row.assignee is not None and row.assignee in _principals(looking)
    is_mine = is_own or is_behalf
    is_pool = row.assignee is None and (member is not None or _is_member(looking, row))
    flow = looking.app.definition.flows.get(row.flow)
    is_live = flow is not None and row.node in flow.nodes
    return ShownTask(
        id=row.id,
        flow=row.flow,
        node=row.node,
        title=step_title(looking, row.flow, row.node),
        form=row.form,
        record=row.record,
        record_title=titles.get(row.record, ""),
        assignee=row.assignee,
        assignee_name=looking.person(row.assignee),
        behalf_name=looking.person(row.assignee if is_behalf else member if is_pool else None),
        role=row.role or "",
        role_title=_role_title(looking, row.role),
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        outcome_title=_outcome_title(flow, row) if is_live else locale_text(row.outcome),
        comment=row.comment,
        can_act=is_open and (is_mine or is_pool),
        can_claim=is_open and is_pool,
        can_release=is_open and is_mine and row.role is not None,
        instance=row.instance,
        handovers=row.handovers,
    )


def step_title(looking: Looking, flow: FlowId, node: NodeId) -> LocaleText:
    """What a step is called now; its id where the live version has it no more."""
    found = looking.app.definition.flows.get(flow)
    known = found.nodes.get(node) if found is not None else None
    return known.title if known is not None else locale_text(node)


def _role_title(looking: Looking, role: RoleId | None) -> LocaleText:
    found = looking.app.definition.roles.get(role) if role is not None else None
    return found.title if found is not None else locale_text(role or "")


# What the holder of a task did who sent the case back; no button of the definition.
_RETURNED = names(en="Returned", zh="已退回", es="Devuelta", ar="أُعيدت")


def _outcome_title(flow: Flow | None, row: TaskRow) -> LocaleText:
    offered = outcomes(flow, row.node, row.kind) if flow is not None else ()
    found = next((one.title for one in offered if one.id == row.outcome), None)
    return found or (_RETURNED if row.outcome == "returned" else locale_text(row.outcome))


def _principals(looking: Looking) -> frozenset[UserId]:
    """For whom the actor may act now."""
    user = looking.actor.user
    return looking.principals(user) if user is not None else frozenset()


def with_enclosures(
    looking: Looking, rows: Sequence[TaskRow], shown: Sequence[ShownTask]
) -> tuple[ShownTask, ...]:
    """The tasks of a case with what came with them, for who takes part in it."""
    if not any(_concerns(looking, row) for row in rows):
        return tuple(shown)
    return tuple(
        replace(
            one,
            signature=FileId(row.signature) if row.signature else None,
            attachments=tuple(_named(looking, FileId(id_)) for id_ in row.attachments.split()),
        )
        for row, one in zip(rows, shown, strict=True)
    )


def _named(looking: Looking, file: FileId) -> tuple[FileId, str]:
    info = looking.reader.registry.file(file)
    return file, info.name if info is not None else file


def may_open_enclosure(looking: Looking, form: FormId, record: RecordId, file: FileId) -> bool:
    """Whether the file came with a task of a case on the record in which the actor takes part."""
    app = looking.app.definition.id
    tasks = looking.reader.instances.tasks_on(app, form, record)
    cases = {one.instance for one in tasks if file in (one.signature, *one.attachments.split())}
    return any(one.instance in cases and _concerns(looking, one) for one in tasks)


def _concerns(looking: Looking, row: TaskRow) -> bool:
    if gate.is_unrestricted(looking.actor):
        return True
    people = _people(row)
    is_mine = looking.actor.user in people or bool(_principals(looking) & set(people))
    return is_mine or _is_member(looking, row) or _member(looking, row) is not None


def _lent(looking: Looking) -> Mapping[UserId, frozenset[RoleId]]:
    user = looking.actor.user
    return looking.roles_stood_in_for(user) if user is not None else {}


def _is_member(looking: Looking, row: TaskRow) -> bool:
    """Whether the actor is of the task's pool."""
    return row.role is not None and row.role in looking.actor.roles


def _member(looking: Looking, row: TaskRow) -> UserId | None:
    """Who is of the task's pool for whom the actor stands in; None where the actor is too."""
    if row.role is None or _is_member(looking, row):
        return None
    return next((one for one, roles in _lent(looking).items() if row.role in roles), None)


def _people(row: TaskRow) -> tuple[UserId, ...]:
    return tuple(one for one in (row.assignee, row.closed_by, row.delegated_by) if one)
