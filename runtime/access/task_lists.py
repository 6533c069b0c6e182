"""The lists of a person's tasks: mine, of the pools, done; by pages, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engines.values import LocaleText, NodeId, RoleId, UserId
from runtime.access.processes import shown_tasks, step_title
from runtime.access.shown import ShownTask
from runtime.access.task_search import matches_of
from runtime.access.view import Looking
from runtime.ports import TaskFilter, TaskRow, TaskStep

MOST_TASKS: Final = 200  # of a page


@dataclass(frozen=True, slots=True)
class TaskAsk:
    """What a person wants of a list of their tasks."""

    which: str = "mine"  # mine, pool, done
    words: str = ""  # of the step's title or the record, all of them
    node: NodeId | None = None
    most: int = MOST_TASKS
    skip: int = 0


@dataclass(frozen=True, slots=True)
class TaskList:
    """A page of such a list, and the steps that the whole list has, with their titles."""

    tasks: tuple[ShownTask, ...]
    steps: tuple[tuple[NodeId, LocaleText], ...]
    has_more: bool


def task_list(looking: Looking, ask: TaskAsk) -> TaskList:
    """The actor's tasks that are found, after the first `skip`."""
    user = looking.actor.user
    if user is None:
        return TaskList((), (), has_more=False)
    is_part = bool(ask.words or ask.node or ask.skip)
    steps = _steps(looking, user, ask.which) if is_part else frozenset()
    # one more than is shown says whether there is another page
    rows = _rows(looking, user, replace(ask, most=ask.most + 1), steps)
    has_more = len(rows) > ask.most
    if not is_part:  # most lists are no longer than a page, which says it all
        at_hand = frozenset((one.flow, one.node, one.form) for one in rows)
        steps = _steps(looking, user, ask.which) if has_more else at_hand
    titles = tuple((node, step_title(looking, flow, node)) for flow, node, _ in sorted(steps))
    return TaskList(shown_tasks(looking, rows[: ask.most]), titles, has_more)


def tasks(looking: Looking, ask: TaskAsk) -> tuple[ShownTask, ...]:
    """The actor's tasks, after the first `skip`."""
    user = looking.actor.user
    if user is None:
        return ()
    return shown_tasks(looking, _rows(looking, user, ask, frozenset()))


def task_count(looking: Looking, which: str) -> int:
    """How many tasks the actor has: mine, pool or done."""
    user = looking.actor.user
    if user is None:
        return 0
    people = (user, *(looking.principals(user) if which == "mine" else ()))
    app, roles = looking.app.definition.id, _pools(looking, user)
    count = looking.reader.instances.count_tasks
    return sum(count(app, one, roles, which=which) for one in people)


def _rows(
    looking: Looking, user: UserId, ask: TaskAsk, steps: frozenset[TaskStep]
) -> tuple[TaskRow, ...]:
    """The rows of a page; `steps` are those of the list, for words that may be of their titles."""
    matches = matches_of(looking, ask.words, steps) if ask.words else None
    # what waits for those one stands in for stands among one's own
    others = looking.principals(user) if ask.which == "mine" else frozenset()
    asked = TaskFilter(ask.which, ask.node, matches, others)
    app, roles = looking.app.definition.id, _pools(looking, user)
    page_of = looking.reader.instances.tasks_of
    return page_of(app, user, roles, asked, limit=ask.most, skip=ask.skip)


def _steps(looking: Looking, user: UserId, which: str) -> frozenset[TaskStep]:
    people = (user, *(looking.principals(user) if which == "mine" else ()))
    app, roles = looking.app.definition.id, _pools(looking, user)
    found = looking.reader.instances.task_steps
    return frozenset().union(*(found(app, one, roles, which=which) for one in people))


def _pools(looking: Looking, user: UserId) -> frozenset[RoleId]:
    """The roles whose pools the actor may take from."""
    return looking.actor.roles.union(*looking.roles_stood_in_for(user).values())
