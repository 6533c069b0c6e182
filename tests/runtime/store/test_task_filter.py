"""Lists of tasks are narrowed by step and record in the database."""

from __future__ import annotations

import pytest

from engines.values import NodeId, RecordId
from runtime.ports import TaskFilter
from tests.runtime.store.test_processes import AGENT, ANN, ROLES, a_task, add_tasks
from tests.support.stores import APP, START, AnyStore


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (TaskFilter("mine", node=NodeId("look")), ["t1"]),
        (TaskFilter("pool", node=NodeId("look")), ["t3"]),
        (TaskFilter("mine", records=frozenset({RecordId("r2")})), ["t2"]),
        (TaskFilter("pool", NodeId("look"), frozenset({RecordId("r2")})), []),
        (TaskFilter("done", records=frozenset()), []),
    ],
    ids=["node", "node of a pool", "record", "both", "no record"],
)
def test_tasks_are_narrowed_by_node_and_record(
    store: AnyStore, asked: TaskFilter, found: list[str]
) -> None:
    add_tasks(
        store,
        a_task("t1", assignee=ANN, node=NodeId("look"), record=RecordId("r1")),
        a_task("t2", assignee=ANN, node=NodeId("sign"), record=RecordId("r2")),
        a_task("t3", role=AGENT, node=NodeId("look"), record=RecordId("r1")),
        a_task("t4", state="done", closed_by=ANN, closed_at=START, record=RecordId("r1")),
    )

    with store.read() as reader:
        rows = reader.instances.tasks_of(APP, ANN, ROLES, asked)

    assert [one.id for one in rows] == found
