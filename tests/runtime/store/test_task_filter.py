"""Lists of tasks are narrowed by step, and by what is found of their records, in the database."""

from __future__ import annotations

import pytest

from engines.values import FieldId, FlowId, FormId, NodeId
from runtime.ports import FormTable, RecordQuery, TaskFilter, TaskMatch
from tests.runtime.store.test_processes import AGENT, ANN, BOB, HOUR, ROLES, a_task, add_tasks
from tests.support.stores import (
    APP,
    START,
    TICKET,
    AnyStore,
    a_field,
    a_record,
    a_table,
    published,
    record_id,
    stored,
)

HANDLING = FlowId("handling")
LOOK, SIGN = NodeId("look"), NodeId("sign")
WORK = FormId("work")
AT_LOOK = TaskMatch(frozenset({(HANDLING, LOOK, TICKET)}))
MINE = ["t1", "t2", "t3"]


def with_tasks(store: AnyStore) -> dict[FormId, FormTable]:
    """Tasks of two people about records of two forms."""
    fields = (a_field("subject", is_searched=True), a_field("phone", is_searched=True))
    tables = published(store, a_table(*fields), a_table(*fields, form=WORK))
    stored(store, tables[TICKET], a_record(1, subject="Blue lamp", phone="4711"))
    stored(store, tables[TICKET], a_record(2, subject="Red desk", phone="0815"))
    stored(store, tables[WORK], a_record(3, form=WORK, subject="Blue sofa", phone="4711"))
    add_tasks(
        store,
        a_task("t1", assignee=ANN, node=LOOK, record=record_id(1), due_at=START),
        a_task("t2", assignee=ANN, node=SIGN, record=record_id(2), due_at=START + HOUR),
        a_task("t3", assignee=ANN, node=LOOK, record=record_id(3), form=WORK),
        a_task("t4", role=AGENT, node=LOOK, record=record_id(1)),
        a_task("t5", assignee=BOB, node=LOOK, record=record_id(1), due_at=START + HOUR / 2),
        a_task("t6", state="done", closed_by=ANN, closed_at=START, record=record_id(1)),
    )
    return tables


def by_words(tables: dict[FormId, FormTable], words: str, *fields: str) -> TaskMatch:
    known = tuple(map(FieldId, fields or ("subject", "phone")))
    return TaskMatch(
        records=tuple(
            (table, RecordQuery(form, search=words, search_in=known))
            for form, table in tables.items()
        )
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (TaskFilter("mine", node=LOOK), ["t1", "t3"]),
        (TaskFilter("pool", node=LOOK), ["t4"]),
        (TaskFilter("mine", any_of=(TaskMatch(frozenset({(HANDLING, SIGN, TICKET)})),)), ["t2"]),
        (TaskFilter("mine", SIGN, (AT_LOOK,)), []),
        (TaskFilter("mine", any_of=(AT_LOOK,)), ["t1"]),
        (TaskFilter("mine", any_of=(TaskMatch(),)), MINE),
        (TaskFilter("mine", any_of=(TaskMatch(records=()),)), []),
        (TaskFilter("mine", any_of=()), []),
        (TaskFilter("mine", principals=frozenset({BOB})), ["t1", "t5", "t2", "t3"]),
        (TaskFilter("mine", LOOK, principals=frozenset({BOB})), ["t1", "t5", "t3"]),
    ],
    ids=[
        "node",
        "of a pool",
        "step",
        "both",
        "of a form",
        "all",
        "no form",
        "none",
        "two",
        "two at a node",
    ],
)
def test_tasks_are_narrowed_by_step_and_person(
    store: AnyStore, asked: TaskFilter, found: list[str]
) -> None:
    with_tasks(store)

    with store.read() as reader:
        rows = reader.instances.tasks_of(APP, ANN, ROLES, asked)

    assert [one.id for one in rows] == found


@pytest.mark.parametrize(
    ("which", "words", "fields", "found"),
    [
        ("mine", "blue", (), ["t1", "t3"]),
        ("mine", "lam blu", (), ["t1"]),
        ("mine", "4711", ("subject",), []),
        ("mine", "carpet", (), []),
        ("pool", "lamp", (), ["t4"]),
        ("done", "lamp", (), ["t6"]),
    ],
    ids=["two forms", "beginnings", "of another field", "nothing", "of a pool", "done"],
)
def test_tasks_are_found_by_words_of_their_records(
    store: AnyStore, which: str, words: str, fields: tuple[str, ...], found: list[str]
) -> None:
    asked = TaskFilter(which, any_of=(by_words(with_tasks(store), words, *fields),))

    with store.read() as reader:
        rows = reader.instances.tasks_of(APP, ANN, ROLES, asked)

    assert [one.id for one in rows] == found


def test_what_either_match_finds_is_there_once_and_by_pages(store: AnyStore) -> None:
    matches = (by_words(with_tasks(store), "blue"), AT_LOOK)
    asked = TaskFilter("mine", any_of=(*matches, TaskMatch(frozenset({(HANDLING, SIGN, TICKET)}))))

    with store.read() as reader:
        first = reader.instances.tasks_of(APP, ANN, ROLES, asked, limit=2)
        rest = reader.instances.tasks_of(APP, ANN, ROLES, asked, limit=2, skip=2)

    assert [one.id for one in (*first, *rest)] == MINE


def test_a_list_knows_the_steps_of_its_tasks(store: AnyStore) -> None:
    with_tasks(store)

    with store.read() as reader:
        steps = {
            which: reader.instances.task_steps(APP, ANN, ROLES, which=which)
            for which in ("mine", "pool", "done")
        }

    assert steps == {
        "mine": {(HANDLING, LOOK, TICKET), (HANDLING, SIGN, TICKET), (HANDLING, LOOK, WORK)},
        "pool": {(HANDLING, LOOK, TICKET)},
        "done": {(HANDLING, NodeId("triage"), TICKET)},
    }
