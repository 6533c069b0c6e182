"""The lists of a person's tasks: mine, of the pools, done; by pages, and how many there are."""

from __future__ import annotations

from typing import Final

from engines.values import RoleId, UserId
from runtime.access.processes import shown_tasks
from runtime.access.shown import ShownTask
from runtime.access.view import Looking

MOST_TASKS: Final = 200  # of a page


def tasks(
    looking: Looking, which: str, *, most: int = MOST_TASKS, skip: int = 0
) -> tuple[ShownTask, ...]:
    """The actor's tasks after the first `skip`: mine, pool or done."""
    user = looking.actor.user
    if user is None:
        return ()
    app, instances = looking.app.definition.id, looking.reader.instances
    people = sorted(looking.principals(user)) if which == "mine" else ()
    if not people:
        roles = _pools(looking, user)
        return shown_tasks(
            looking, instances.tasks_of(app, user, roles, which=which, limit=most, skip=skip)
        )
    # what waits for those one stands in for stands among one's own, by due time
    rows = [
        row
        for one in (user, *people)
        for row in instances.tasks_of(app, one, frozenset(), which=which, limit=skip + most)
    ]
    rows.sort(key=lambda row: (row.due_at is None, row.due_at or row.opened_at, row.id))
    return shown_tasks(looking, rows[skip : skip + most])


def task_count(looking: Looking, which: str) -> int:
    """How many tasks the actor has: mine, pool or done."""
    user = looking.actor.user
    if user is None:
        return 0
    people = (user, *(looking.principals(user) if which == "mine" else ()))
    app, roles = looking.app.definition.id, _pools(looking, user)
    count = looking.reader.instances.count_tasks
    return sum(count(app, one, roles, which=which) for one in people)


def _pools(looking: Looking, user: UserId) -> frozenset[RoleId]:
    """The roles whose pools the actor may take from."""
    return looking.actor.roles.union(*looking.roles_stood_in_for(user).values())
