"""Claim, release and complete tasks. Who holds them: `holders.py`, `hand_overs.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engines.errors import Conflict, FieldErrors, FieldProblem, NotAllowed, NotFound
from engines.flow.model import FormPart
from engines.flow.model import Outcome as Way
from engines.flow.signals import TaskCompleted
from engines.messages import TaskClaimed
from engines.plain import changed
from engines.values import FieldId, FileId, UserId
from runtime.access.gate import roles_giving
from runtime.commands import ClaimTask, CompleteTask, ReleaseTask
from runtime.handlers.hand_overs import give_back
from runtime.handlers.holders import (
    Holding,
    concerns,
    held,
    holds_for,
    member_of,
    open_task,
    person,
    running,
    taken,
)
from runtime.handlers.outcome import Outcome
from runtime.handlers.records import apply_answers
from runtime.live import LiveApp, with_fields_of
from runtime.perform import flows
from runtime.perform.work import Work
from runtime.ports import Record, TaskRow

MOST_ATTACHMENTS = 20


def claim_task(work: Work, command: ClaimTask) -> Outcome:
    """Take a pool's task, or for whom one stands in; the second is told who was first."""
    task = open_task(work, command.task)
    user = person(work)
    if task.assignee == user:
        return Outcome(record=task.record)
    if task.assignee is not None:
        raise taken(work, task)
    _give(work, task, member_of(work, task) or user)
    return Outcome(record=task.record)


def release_task(work: Work, command: ReleaseTask) -> Outcome:
    """Give a claimed task back to the pool it came from."""
    task = open_task(work, command.task)
    if not holds_for(work, task):
        raise (
            NotAllowed("This task is not yours to give back.")
            if concerns(work, task)
            else NotFound("this task")
        )
    if task.role is None:
        raise NotAllowed("This task was given to you by name and belongs to no group.")
    _give(work, task, None)
    return Outcome(record=task.record)


def complete_task(work: Work, command: CompleteTask) -> Outcome:
    """Finish a task: its form is checked and stored, then the flow moves on.

    A task that was delegated goes back to whoever did so, with the comment, and decides nothing.
    """
    holding = held(work, command.task)
    task = holding.task
    row = running(work, task.instance)
    pinned = work.live.version(work.unit, task.app, row.version)
    flow = pinned.definition.flows[task.flow]
    offer = flow.nodes[task.node].behaviour.offer_of(task.kind)
    way, part = offer.by_id.get(command.outcome), offer.form
    if way is None:
        raise FieldErrors([FieldProblem("outcome", "unknown_option", {"value": command.outcome})])
    if task.delegated_by is not None:
        _apply_form(work, task, pinned, replace(part, required=frozenset()), command)
        give_back(work, task, command.comment)
        return Outcome(record=task.record, instance=row.id, version=row.version)
    if command.signature or command.attachments or command.chosen:
        _require_enclosures(work, command, way)
    if task.assignee is None:
        task = _give(work, task, holding.holder)
    _apply_form(work, task, pinned, part, command)
    if command.signature or command.attachments or holding.behalf is not None:
        _enclose(work, holding, task, command)
    flows.move(work, row, _signal(task, holding.user, command))
    return Outcome(record=task.record, instance=row.id, version=row.version)


def _signal(task: TaskRow, by: UserId, command: CompleteTask) -> TaskCompleted:
    return TaskCompleted(
        task.key,
        command.outcome,
        by,
        command.comment,
        command.signature or "",
        command.attachments,
        command.chosen,
    )


def _apply_form(
    work: Work, task: TaskRow, pinned: LiveApp, part: FormPart, command: CompleteTask
) -> None:
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


def _require_enclosures(work: Work, command: CompleteTask, way: Way) -> None:
    """Raises FieldErrors for files that are not the actor's, and a choice of the wrong person."""
    problems: list[FieldProblem] = []
    if command.signature and not _is_own_file(work, command.signature):
        problems.append(FieldProblem("signature", "unknown_file"))
    files = command.attachments
    if len(files) > MOST_ATTACHMENTS or not all(_is_own_file(work, one) for one in files):
        problems.append(FieldProblem("attachments", "unknown_file"))
    if command.chosen and not _may_be_chosen(work, command.chosen, way):
        problems.append(FieldProblem("chosen", "unknown_option", {"value": command.chosen[0]}))
    if problems:
        raise FieldErrors(problems)


def _is_own_file(work: Work, file: FileId) -> bool:
    """Whether the actor has uploaded it, and no record holds it yet."""
    registry = work.unit.registry
    is_theirs = registry.file_owner(file) == work.actor.user and registry.file(file) is not None
    return is_theirs and registry.file_place(file) is None


def _may_be_chosen(work: Work, chosen: Iterable[UserId], way: Way) -> bool:
    if way.chooses is None:
        return False
    roles = roles_giving(work.app, way.chooses)
    members = work.unit.directory.members(work.app.definition.id, roles)
    return set(chosen) <= {one.id for one in members}


def _enclose(work: Work, holding: Holding, task: TaskRow, command: CompleteTask) -> None:
    """Keep with the task what came along, and for whom it was done."""
    files = (*([command.signature] if command.signature else ()), *command.attachments)
    for file in files:
        work.unit.registry.hold_file(file, task.app, task.form, task.record)
    enclosed = changed(
        task,
        signature=command.signature or "",
        attachments=" ".join(command.attachments),
        on_behalf_of=holding.behalf,
        revision=task.revision + 1,
    )
    work.unit.instances.update_task(enclosed, task.revision)


def _give(work: Work, task: TaskRow, user: UserId | None) -> TaskRow:
    given = changed(task, assignee=user, revision=task.revision + 1)
    work.unit.instances.update_task(given, task.revision)
    work.tell(TaskClaimed(task.id, user))
    return given
