"""Claim, release and complete tasks; start flows by hand; retry what stopped."""

from __future__ import annotations

from dataclasses import replace

from engines.errors import Conflict, FieldErrors, FieldProblem, NotAllowed, NotFound
from engines.flow.model import Flow, FormPart, Trigger, form_state, outcomes
from engines.flow.signals import Retried, TaskCompleted
from engines.messages import StartFlow as StartFlowEffect
from engines.messages import TaskClaimed
from engines.values import FieldId, NodeId, TaskId, UserId
from runtime.access import gate
from runtime.commands import ClaimTask, CompleteTask, ReleaseTask, RetryIncident, StartFlow
from runtime.handlers.outcome import Outcome
from runtime.handlers.records import apply_answers, readable
from runtime.live import LiveApp, with_fields_of
from runtime.perform import flows
from runtime.perform.work import Work
from runtime.ports import InstanceRow, Record, TaskRow


def start_flow(work: Work, command: StartFlow) -> Outcome:
    """Start a flow that people may start, on a record they may change."""
    flow = work.app.definition.flows.get(command.flow)
    if flow is None or flow.trigger is not Trigger.PERSON:
        raise NotFound(f"flow {command.flow}")
    form = work.app.form(flow.form)
    record = readable(work, form, command.record)
    gate.require(form, work.actor, "update", work.facts(form.id, record))
    effect = StartFlowEffect(flow.id, form.id, record.id, "started by hand")
    return Outcome(record=record.id, instance=flows.start(work, effect))


def claim_task(work: Work, command: ClaimTask) -> Outcome:
    """Take a pool's task; the second of two is told who was first."""
    task = open_task(work, command.task)
    user = _person(work)
    if task.assignee == user:
        return Outcome(record=task.record)
    if task.assignee is not None:
        raise _taken(work, task)
    _require_member(work, task)
    _give(work, task, user)
    return Outcome(record=task.record)


def release_task(work: Work, command: ReleaseTask) -> Outcome:
    """Give a claimed task back to the pool it came from."""
    task = open_task(work, command.task)
    if task.assignee != _person(work):
        raise (
            NotAllowed("This task is not yours to give back.")
            if _concerns(work, task)
            else NotFound("this task")
        )
    if task.role is None:
        raise NotAllowed("This task was given to you by name and belongs to no group.")
    _give(work, task, None)
    return Outcome(record=task.record)


def complete_task(work: Work, command: CompleteTask) -> Outcome:
    """Finish a task: its form is checked and stored, then the flow moves on."""
    task = open_task(work, command.task)
    user = _person(work)
    if task.assignee is None:
        _require_member(work, task)
    elif task.assignee != user:
        raise _taken(work, task)
    row = _running(work, task)
    pinned = work.live.version(work.unit, task.app, row.version)
    flow = pinned.definition.flows[task.flow]
    _require_outcome(flow, task, command.outcome)
    if task.assignee is None:
        _give(work, task, user)
    _apply_form(work, task, pinned, flow, command)
    signal = TaskCompleted(task.key, command.outcome, user, command.comment)
    flows.move(work, row, signal)
    return Outcome(record=task.record, instance=row.id, version=row.version)


def retry_incident(work: Work, command: RetryIncident) -> Outcome:
    """Try the stopped node again; for operators."""
    gate.require_capability(work.actor, "operate")
    row = work.unit.instances.get(command.instance, lock=True)
    if row is None:
        raise NotFound("this flow")
    if row.status != "incident":
        raise Conflict("This flow is not stopped.")
    node = NodeId(row.incident.split(":", 1)[0])
    flows.move(work, row, Retried(node))
    return Outcome(record=row.record, instance=row.id, version=row.version)


def open_task(work: Work, task: TaskId) -> TaskRow:
    """A task that can still be acted on. Raises NotFound, or Conflict saying who ended it."""
    row = work.unit.instances.task(task, lock=True)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this task")
    if row.state == "open":
        return row
    may_know = gate.is_unrestricted(work.actor) or _concerns(work, row)
    if not may_know:
        raise NotFound("this task")
    by = work.unit.directory.user(row.closed_by) if row.closed_by else None
    who = by.name if by is not None else "the flow"
    done = "done" if row.state == "done" else "withdrawn"
    raise Conflict(
        f"This task is already {done}, by {who}.",
        {"state": row.state, "by": row.closed_by, "at": row.closed_at, "outcome": row.outcome},
    )


def _apply_form(
    work: Work, task: TaskRow, pinned: LiveApp, flow: Flow, command: CompleteTask
) -> None:
    part = form_state(flow, task.node)
    record = _record_with_pinned(work, task, pinned)
    if command.revision is not None and command.revision != record.revision:
        raise Conflict(
            "Somebody changed this record while you were working on it. Nothing is saved yet.",
            {"revision": record.revision, "by": record.updated_by, "at": record.updated_at},
        )
    form = pinned.form(task.form)
    apply_answers(work, form, record, command.answers, _editable(part), part.required)


def _editable(part: FormPart) -> frozenset[FieldId]:
    return frozenset(part.edit) | part.required


def _record_with_pinned(work: Work, task: TaskRow, pinned: LiveApp) -> Record:
    table = with_fields_of(work.app, pinned, task.form)
    record = work.unit.records.get(table, task.record, lock=True)
    if record is None:
        raise NotFound("the record of this task")
    return record


def _running(work: Work, task: TaskRow) -> InstanceRow:
    row = work.unit.instances.get(task.instance, lock=True)
    if row is None:
        raise NotFound("the flow of this task")
    if row.status not in ("running", "incident"):
        raise Conflict(f"The flow of this task is {row.status}.", {"status": row.status})
    return row


def _require_outcome(flow: Flow, task: TaskRow, outcome: str) -> None:
    known = {one.id for one in outcomes(flow, task.node)}
    if outcome not in known:
        raise FieldErrors([FieldProblem("outcome", "unknown_option", {"value": outcome})])


def _person(work: Work) -> UserId:
    if work.actor.user is None:
        raise NotAllowed("Only a person can act on a task.")
    return work.actor.user


def _require_member(work: Work, task: TaskRow) -> None:
    if task.role is None or task.role not in work.actor.roles:
        raise NotFound("this task")


def _concerns(work: Work, task: TaskRow) -> bool:
    is_mine = work.actor.user in (task.assignee, task.closed_by)
    return is_mine or (task.role is not None and task.role in work.actor.roles)


def _taken(work: Work, task: TaskRow) -> NotFound | Conflict:
    """Who holds the task, for those it could concern; for all others there is no such task."""
    if not _concerns(work, task):
        return NotFound("this task")
    holder = work.unit.directory.user(task.assignee) if task.assignee else None
    name = holder.name if holder is not None else "somebody else"
    return Conflict(f"{name} has taken this task.", {"by": task.assignee})


def _give(work: Work, task: TaskRow, user: UserId | None) -> None:
    given = replace(task, assignee=user, revision=task.revision + 1)
    work.unit.instances.update_task(given, task.revision)
    work.tell(TaskClaimed(task.id, user))
