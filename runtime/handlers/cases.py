"""Whole cases in people's hands: start, withdraw, urge, send copies, read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engines.errors import Conflict, NotFound
from engines.flow.model import Trigger
from engines.flow.person_signals import Withdrawn
from engines.messages import CopyRead, FlowSteered
from engines.messages import StartFlow as StartFlowEffect
from engines.values import UserId
from runtime.access import gate
from runtime.commands import ReadCopy, SendCopies, StartFlow, UrgeFlow, WithdrawFlow
from runtime.handlers.holders import initiator, person, running, stored_instance
from runtime.handlers.outcome import Outcome
from runtime.handlers.records import readable
from runtime.perform import copies, flows, reminders
from runtime.perform.work import Work
from runtime.ports import InstanceRow, TaskRow

URGE_EVERY = timedelta(hours=1)
MOST_COPIES = 100
LONGEST_NOTE = 2_000


def start_flow(work: Work, command: StartFlow) -> Outcome:
    """Start a flow that people may start, on a record they may change."""
    flow = work.app.definition.flows.get(command.flow)
    may_start = (Trigger.PERSON, Trigger.API) if work.actor.via == "token" else (Trigger.PERSON,)
    if flow is None or flow.trigger not in may_start:
        raise NotFound(f"flow {command.flow}")
    form = work.app.form(flow.form)
    record = readable(work, form, command.record)
    gate.require(form, work.actor, "update", work.facts(form.id, record))
    effect = StartFlowEffect(flow.id, form.id, record.id, "started by hand")
    return Outcome(record=record.id, instance=flows.start(work, effect))


def withdraw_flow(work: Work, command: WithdrawFlow) -> Outcome:
    """Take a case back that one has started; the engine refuses once somebody has acted."""
    row, user = stored_instance(work, command.instance), person(work)
    if initiator(row) != user and not _takes_part(work, row, user):
        raise NotFound("this flow")
    row = running(work, command.instance)
    work.tell(FlowSteered(row.id, "withdrawn", command.reason))
    flows.move(work, row, Withdrawn(user, command.reason))
    return Outcome(record=row.record, instance=row.id, version=row.version)


def urge_flow(work: Work, command: UrgeFlow) -> Outcome:
    """Remind the holders of all open tasks; each at most once in `URGE_EVERY`."""
    row, user = stored_instance(work, command.instance), person(work)
    if initiator(row) != user:
        if not _takes_part(work, row, user) and "operate" not in work.actor.can:
            raise NotFound("this flow")
        gate.require_capability(work.actor, "operate")
    row = running(work, command.instance)
    open_tasks = [one for one in work.unit.instances.tasks_in(row.id) if one.state == "open"]
    if not open_tasks:
        raise Conflict("Nobody has an open task here; there is nobody to remind.")
    due = [one for one in open_tasks if _may_urge(work, one)]
    if not due:
        again_at = min(one.urged_at for one in open_tasks if one.urged_at) + URGE_EVERY
        raise Conflict("They were reminded a short while ago.", {"again_at": again_at})
    for task in due:
        urged = replace(task, urged_at=work.unit.now, revision=task.revision + 1)
        work.unit.instances.update_task(urged, task.revision)
        reminders.urge(work, row, urged)
    work.tell(FlowSteered(row.id, "urged"))
    return Outcome(record=row.record, instance=row.id, details={"tasks": len(due)})


def send_copies(work: Work, command: SendCopies) -> Outcome:
    """Send copies to people who may read the record, once each; the others are named."""
    row, user = stored_instance(work, command.instance), person(work)
    is_operator = gate.is_unrestricted(work.actor) or "operate" in work.actor.can
    if not (is_operator or _takes_part(work, row, user)):
        raise NotFound("this flow")
    if not 0 < len(command.users) <= MOST_COPIES:
        raise Conflict(f"Choose up to {MOST_COPIES} people.")
    barred = [one for one in command.users if not copies.may_read(work, row, one)]
    if barred:
        raise Conflict("Some of these people may not see this record.", {"users": barred})
    note = command.note[:LONGEST_NOTE]
    sent = sum(copies.send(work, row, one, note) for one in dict.fromkeys(command.users))
    return Outcome(record=row.record, instance=row.id, details={"sent": sent})


def read_copy(work: Work, command: ReadCopy) -> Outcome:
    """Note that one has read one's copy; the first time counts."""
    user = person(work)
    copies = work.unit.instances.copies_in(command.instance)
    mine = next((one for one in copies if one.user == user), None)
    if mine is None or mine.app != work.app.definition.id:
        raise NotFound("this copy")
    if work.unit.instances.read_copy(command.instance, user, work.unit.now):
        work.tell(CopyRead(command.instance, user))
    return Outcome(record=mine.record, instance=command.instance)


def _takes_part(work: Work, row: InstanceRow, user: UserId) -> bool:
    """Whether the person has started the case, or has or had a task of it."""
    if initiator(row) == user:
        return True
    tasks = work.unit.instances.tasks_in(row.id)
    return any(
        user in (one.assignee, one.closed_by)
        or (one.assignee is None and one.state == "open" and one.role in work.actor.roles)
        for one in tasks
    )


def _may_urge(work: Work, task: TaskRow) -> bool:
    return task.urged_at is None or work.unit.now - task.urged_at >= URGE_EVERY
