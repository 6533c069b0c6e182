"""The lists of a person's tasks: mine, of the pools, done; by pages, and how many there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engines.values import FormId, RecordId, RoleId, UserId
from runtime.access.gate import ever
from runtime.access.lists import Ask, record_query, view_of
from runtime.access.processes import shown_tasks
from runtime.access.shown import ShownTask
from runtime.access.view import Looking
from runtime.ports import TaskFilter

MOST_TASKS: Final = 200  # of a page
MOST_SEARCHED: Final = 2_000  # tasks whose titles are looked through; records are searched all


def tasks(
    looking: Looking, asked: TaskFilter, *, most: int = MOST_TASKS, skip: int = 0
) -> tuple[ShownTask, ...]:
    """The actor's tasks after the first `skip`."""
    user = looking.actor.user
    if user is None:
        return ()
    app, tasks_of = looking.app.definition.id, looking.reader.instances.tasks_of
    people = sorted(looking.principals(user)) if asked.which == "mine" else ()
    if not people:
        roles = _pools(looking, user)
        return shown_tasks(looking, tasks_of(app, user, roles, asked, limit=most, skip=skip))
    # what waits for those one stands in for stands among one's own, by due time
    rows = [
        row
        for one in (user, *people)
        for row in tasks_of(app, one, frozenset(), asked, limit=skip + most)
    ]
    rows.sort(key=lambda row: (row.due_at is None, row.due_at or row.opened_at, row.id))
    return shown_tasks(looking, rows[skip : skip + most])


def found_by_words(looking: Looking, asked: TaskFilter, words: str) -> tuple[ShownTask, ...]:
    """The actor's tasks on records that a search finds, as far as they may read these."""
    forms = {flow.form for flow in looking.app.definition.flows.values()}
    records = frozenset(
        record for form in sorted(forms) for record in _records_with(looking, form, words)
    )
    return tasks(looking, replace(asked, records=records)) if records else ()


def _records_with(looking: Looking, form_id: FormId, words: str) -> list[RecordId]:
    form = looking.app.form(form_id)
    if not ever(form, looking.actor, "read"):
        return []
    query = record_query(looking, form, view_of(form, "all"), Ask(search=words, limit=MOST_TASKS))
    page = looking.reader.records.page(looking.app.table(form.id), query)
    return [one.id for one in page.records]


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
