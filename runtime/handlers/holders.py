"""Who holds a task and may act on it, be it for somebody else. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engines.errors import Conflict, NotAllowed, NotFound
from engines.flow.instance import Instance
from engines.values import InstanceId, RoleId, TaskId, UserId
from runtime.access import gate
from runtime.perform.work import Work
from runtime.ports import InstanceRow, TaskRow, UserRow


@dataclass(frozen=True, slots=True)
class Holding:
    """An open task in the hands of the actor; `behalf` is whom the actor stands in for."""

    task: TaskRow
    user: UserId
    behalf: UserId | None = None

    @property
    def holder(self) -> UserId:
        """Whose task it is."""
        return self.behalf or self.user


def person(work: Work) -> UserId:
    """The person who acts. Raises NotAllowed for anybody else."""
    if work.actor.user is None:
        raise NotAllowed("Only a person can act on a task.")
    return work.actor.user


def open_task(work: Work, task: TaskId) -> TaskRow:
    """A task that can still be acted on. Raises NotFound, or Conflict saying who ended it."""
    row = stored_task(work, task)
    if row.state == "open":
        return row
    if not (gate.is_unrestricted(work.actor) or concerns(work, row)):
        raise NotFound("this task")
    by = work.unit.directory.user(row.closed_by) if row.closed_by else None
    who = by.name if by is not None else "the flow"
    done = "done" if row.state == "done" else "withdrawn"
    raise Conflict(
        f"This task is already {done}, by {who}.",
        {"state": row.state, "by": row.closed_by, "at": row.closed_at, "outcome": row.outcome},
    )


def stored_task(work: Work, task: TaskId) -> TaskRow:
    """A task of this app, locked. Raises NotFound.

    The instance is locked first, as by all that moves it: in another order two would wait for each
    other.
    """
    instances = work.unit.instances
    row = instances.task_of_locked(task)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this task")
    locked = instances.task(task, lock=True)
    if locked is None:
        raise NotFound("this task")
    return locked


def held(work: Work, task: TaskId) -> Holding:
    """An open task the actor may act on: their own, a pool's, or that of whom they stand in for.

    Raises NotFound for whom it does not concern, Conflict that says who holds it.
    """
    row, user = open_task(work, task), person(work)
    if row.assignee is None:
        return Holding(row, user, member_of(work, row))
    if row.assignee == user:
        return Holding(row, user)
    if row.assignee in work.unit.staff.principals(user, work.unit.now):
        return Holding(row, user, row.assignee)
    raise taken(work, row)


def member_of(work: Work, task: TaskRow) -> UserId | None:
    """For whom the actor is of a pool: None for themselves, else whom they stand in for.

    Of several the first by id. Raises NotFound for who is of the pool for nobody.
    """
    if task.role is None:
        raise NotFound("this task")
    if task.role in work.actor.roles:
        return None
    for one in _principals(work):
        if task.role in _roles_of(work, one):
            return one
    raise NotFound("this task")


def concerns(work: Work, task: TaskRow) -> bool:
    """Whether the actor may know that the task exists."""
    if work.actor.user in (task.assignee, task.closed_by, task.delegated_by):
        return True
    if task.role is None:
        return False
    stood_in_for = (_roles_of(work, one) for one in _principals(work))
    return task.role in work.actor.roles or any(task.role in one for one in stood_in_for)


def holds_for(work: Work, task: TaskRow) -> bool:
    """Whether the actor holds the task, be it for whom they stand in for."""
    return task.assignee is not None and (
        task.assignee == person(work) or task.assignee in _principals(work)
    )


def taken(work: Work, task: TaskRow) -> NotFound | Conflict:
    """Who holds the task, for those it could concern; for all others there is no such task."""
    if not concerns(work, task):
        return NotFound("this task")
    holder = work.unit.directory.user(task.assignee) if task.assignee else None
    name = holder.name if holder is not None else "somebody else"
    return Conflict(f"{name} has taken this task.", {"by": task.assignee})


def running(work: Work, instance: InstanceId) -> InstanceRow:
    """The instance, locked, if it can move. Raises NotFound, Conflict."""
    row = stored_instance(work, instance)
    if row.status not in ("running", "incident"):
        raise Conflict(f"The flow of this task is {row.status}.", {"status": row.status})
    return row


def stored_instance(work: Work, instance: InstanceId) -> InstanceRow:
    """An instance of this app, locked. Raises NotFound."""
    row = work.unit.instances.get(instance, lock=True)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this flow")
    return row


def initiator(row: InstanceRow) -> UserId | None:
    """Who started an instance."""
    return Instance.from_json(row.state).initiator


def colleague(work: Work, user: UserId) -> UserRow:
    """An active person with a role in this app beside the portal's. Raises Conflict."""
    row = work.unit.directory.user(user)
    roles = work.unit.directory.roles(work.app.definition.id, user)
    is_staff = bool(roles - work.app.definition.portal_roles)
    if row is None or not row.is_active or not is_staff:
        raise Conflict("This person cannot be given work here.", {"user": user})
    return row


def _principals(work: Work) -> Sequence[UserId]:
    """For whom the actor may act now, by id."""
    user = work.actor.user
    return sorted(work.unit.staff.principals(user, work.unit.now)) if user is not None else ()


def _roles_of(work: Work, user: UserId) -> frozenset[RoleId]:
    app = work.app
    return gate.with_includes(app, work.unit.directory.roles(app.definition.id, user))


def step_of(task: TaskRow) -> str:
    """What the tasks of one stay at a node have in common: `<node>.<token>`."""
    return ".".join(task.key.split(".")[:2])
