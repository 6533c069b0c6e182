"""Tasks that go from hand to hand: transferred, delegated, handed over; and substitutes."""

from __future__ import annotations

from dataclasses import replace

from engines.errors import Conflict, NotFound
from engines.messages import SystemChanged, TaskHandedOver
from engines.values import TaskId, UserId
from runtime.access import gate
from runtime.commands import DelegateTask, EndProxy, HandOverTasks, SetProxy, TransferTask
from runtime.handlers.holders import colleague, held, person, running, step_of, stored_task
from runtime.handlers.outcome import Outcome
from runtime.perform import reminders
from runtime.perform.work import Work
from runtime.ports import ProxyRow, TaskRow


def transfer_task(work: Work, command: TransferTask) -> Outcome:
    """Give a task to somebody else for good."""
    holding = held(work, command.task)
    _require_receiver(work, holding.task, holding.holder, command.to)
    moved = replace(holding.task, role=None, delegated_by=None)
    _pass_on(work, moved, command.to, "transfer", command.comment)
    return Outcome(record=moved.record, instance=moved.instance)


def delegate_task(work: Work, command: DelegateTask) -> Outcome:
    """Let somebody else act first; nobody who was delegated to delegates on."""
    holding = held(work, command.task)
    if holding.task.delegated_by is not None:
        raise Conflict("This task was delegated to you; finish it, and it goes back.")
    _require_receiver(work, holding.task, holding.holder, command.to)
    moved = replace(holding.task, delegated_by=holding.holder)
    _pass_on(work, moved, command.to, "delegate", command.comment)
    return Outcome(record=moved.record, instance=moved.instance)


def give_back(work: Work, task: TaskRow, comment: str) -> None:
    """A delegated task was acted on: it returns to whoever delegated it, to decide."""
    if task.delegated_by is None:
        raise Conflict("This task was not delegated.")
    _pass_on(work, replace(task, delegated_by=None), task.delegated_by, "back", comment)


def hand_over_tasks(work: Work, command: HandOverTasks) -> Outcome:
    """Move all open tasks of a person; by themselves, by operators, by who manages users."""
    if work.actor.user != command.user and "manage_users" not in work.actor.can:
        gate.require_capability(work.actor, "operate")
    colleague(work, command.to)
    if command.to == command.user:
        raise Conflict("Choose somebody else to hand the tasks to.")
    app = work.app.definition.id
    held_tasks = work.unit.staff.tasks_held(app, command.user)
    for task_id in held_tasks:
        task = stored_task(work, TaskId(task_id))
        if task.state == "open" and task.assignee == command.user:
            moved = replace(task, role=None, delegated_by=_unless(task, command.to))
            _pass_on(work, moved, command.to, "leave", command.reason)
    details = {"to": command.to, "reason": command.reason, "tasks": len(held_tasks)}
    work.tell(SystemChanged("tasks_handed_over", command.user, details))
    return Outcome(details={"tasks": len(held_tasks)})


def set_proxy(work: Work, command: SetProxy) -> Outcome:
    """Name a substitute for a period: one's own, or anybody's for who manages users."""
    _require_own(work, command.user)
    if command.user == command.substitute:
        raise Conflict("Choose somebody else as substitute.")
    colleague(work, command.substitute)
    if not (work.unit.now < command.ends_at and command.starts_at < command.ends_at):
        raise Conflict("The period ends before it begins, or is over already.")
    row = ProxyRow(
        work.unit.ids.new(), command.user, command.substitute, command.starts_at, command.ends_at
    )
    work.unit.staff.add_proxy(row)
    details = {"substitute": row.substitute, "from": row.starts_at, "until": row.ends_at}
    work.tell(SystemChanged("proxy_set", command.user, details))
    return Outcome(details={"proxy": row.id})


def end_proxy(work: Work, command: EndProxy) -> Outcome:
    """Let a substitute act no longer."""
    row = work.unit.staff.proxy(command.proxy)
    if row is None:
        raise NotFound("this substitute")
    _require_own(work, row.user)
    work.unit.staff.end_proxy(row.id)
    work.tell(SystemChanged("proxy_ended", row.user, {"substitute": row.substitute}))
    return Outcome()


def _unless(task: TaskRow, to: UserId) -> UserId | None:
    """To whom a delegated task goes back, unless that is who now gets it for good."""
    return task.delegated_by if task.delegated_by != to else None


def _require_own(work: Work, user: UserId) -> None:
    if person(work) != user:
        gate.require_capability(work.actor, "manage_users")


def _require_receiver(work: Work, task: TaskRow, holder: UserId, to: UserId) -> None:
    """The flow can move, and `to` may get the task: nobody acts twice at one step."""
    running(work, task.instance)
    if to == holder:
        raise Conflict("The task is theirs already.")
    colleague(work, to)
    others = [
        one
        for one in work.unit.instances.tasks_in(task.instance)
        if one.id != task.id and step_of(one) == step_of(task) and one.state in ("open", "done")
    ]
    if any(to in (one.assignee, one.closed_by) for one in others):
        raise Conflict("This person acts at this step already.", {"user": to})


def _pass_on(work: Work, task: TaskRow, to: UserId, how: str, comment: str) -> None:
    """Store the task in the hands of `to`; its revision and count are those before."""
    before = work.unit.instances.task(task.id)
    sender = before.assignee if before is not None else None
    given = replace(task, assignee=to, handovers=task.handovers + 1, revision=task.revision + 1)
    work.unit.instances.update_task(given, task.revision)
    told = TaskHandedOver(
        task.id, task.instance, task.node, sender or work.actor.user, to, how, comment
    )
    work.tell(told)
    case = work.unit.instances.get(task.instance)
    if case is not None:
        reminders.task_given(work, case, given)
