from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engines.errors import Conflict
from engines.values import FlowId, InstanceId, NodeId, RoleId, TaskId, UserId
from runtime.ports import DeliveryRow, InstanceRow, TaskFilter, TaskRow, Unit
from tests.support.stores import APP, START, TICKET, AnyStore, record_id

ANN, BOB = UserId("ann"), UserId("bob")
AGENT = RoleId("agent")
HOUR = timedelta(hours=1)


def an_instance(id_: str = "i1", status: str = "running") -> InstanceRow:
    return InstanceRow(
        InstanceId(id_), APP, FlowId("handling"), 1, TICKET, record_id(1), status, "{}", 1, START
    )


def a_task(id_: str, **values: object) -> TaskRow:
    row = TaskRow(
        id=TaskId(id_),
        app=APP,
        instance=InstanceId("i1"),
        key=f"key-{id_}",
        flow=FlowId("handling"),
        node=NodeId("triage"),
        form=TICKET,
        record=record_id(1),
        assignee=None,
        role=None,
        state="open",
        opened_at=START,
    )
    return replace(row, **values)  # type: ignore[arg-type]


def add_tasks(store: AnyStore, *rows: TaskRow) -> None:
    for row in rows:
        store.run(lambda unit, row=row: unit.instances.add_task(row))


def test_an_instance_comes_back_as_it_was(store: AnyStore) -> None:
    row = replace(an_instance(), ended_at=START + HOUR, incident="triage: nobody")

    store.run(lambda unit: unit.instances.add(row))

    with store.read() as reader:
        assert reader.instances.get(row.id) == row
        assert reader.instances.of_record(APP, TICKET, record_id(1)) == (row,)
        assert reader.instances.by_status(APP) == {"running": 1}


def test_an_instance_that_moved_meanwhile_is_not_overwritten(store: AnyStore) -> None:
    row = an_instance()
    store.run(lambda unit: unit.instances.add(row))
    store.run(lambda unit: unit.instances.update(replace(row, state="[1]", revision=2), 1))

    with pytest.raises(Conflict):
        store.run(lambda unit: unit.instances.update(replace(row, state="[2]", revision=2), 1))

    with store.read() as reader:
        stored = reader.instances.get(row.id)
    assert stored is not None
    assert stored.state == "[1]"


def test_a_task_claimed_twice_goes_to_the_first(store: AnyStore) -> None:
    task = a_task("t1", role=AGENT)
    add_tasks(store, task)
    store.run(lambda unit: unit.instances.update_task(replace(task, assignee=ANN, revision=2), 1))

    with pytest.raises(Conflict) as refusal:
        store.run(
            lambda unit: unit.instances.update_task(replace(task, assignee=BOB, revision=2), 1)
        )

    assert refusal.value.details["assignee"] == ANN


def test_a_person_sees_own_pool_and_done_tasks(store: AnyStore) -> None:
    add_tasks(
        store,
        a_task("t1", assignee=ANN, due_at=START + 2 * HOUR),
        a_task("t2", assignee=ANN, due_at=START + HOUR),
        a_task("t3", assignee=ANN),
        a_task("t4", role=AGENT),
        a_task("t5", role=RoleId("finance")),
        a_task("t6", role=AGENT, assignee=BOB),
        a_task("t7", state="done", assignee=ANN, closed_by=ANN, closed_at=START),
    )

    with store.read() as reader:
        found = {
            which: [
                one.id for one in reader.instances.tasks_of(APP, ANN, ROLES, TaskFilter(which))
            ]
            for which in ("mine", "pool", "done")
        }
        counts = {
            which: reader.instances.count_tasks(APP, ANN, ROLES, which=which) for which in found
        }
        rest = reader.instances.tasks_of(APP, ANN, ROLES, TaskFilter("mine"), limit=1, skip=1)

    assert found == {"mine": ["t2", "t1", "t3"], "pool": ["t4"], "done": ["t7"]}
    assert counts == {"mine": 3, "pool": 1, "done": 1}
    assert [one.id for one in rest] == ["t1"]


def test_a_task_is_found_with_its_instance_held(store: AnyStore) -> None:
    row, task = an_instance(), a_task("t1")
    store.run(lambda unit: unit.instances.add(row))
    add_tasks(store, task)

    def found(unit: Unit) -> tuple[TaskRow | None, InstanceRow | None, TaskRow | None]:
        held = unit.instances.task_of_locked(task.id)
        moved = replace(row, state="[1]", revision=2)
        unit.instances.update(moved, 1)
        again = unit.instances.task_of_locked(task.id)
        return held, unit.instances.get(row.id, lock=True), again

    assert store.run(found) == (task, replace(row, state="[1]", revision=2), task)
    assert store.run(lambda unit: unit.instances.task_of_locked(TaskId("t2"))) is None


def test_only_an_open_task_is_found_by_its_key(store: AnyStore) -> None:
    add_tasks(store, a_task("t1", key="k", state="done"), a_task("t2", key="k"))

    with store.read() as reader:
        found = reader.instances.open_task(InstanceId("i1"), "k")
        missing = reader.instances.open_task(InstanceId("i1"), "other")

    assert found == a_task("t2", key="k")
    assert missing is None


def test_a_timer_started_again_replaces_the_first(store: AnyStore) -> None:
    instance = InstanceId("i1")
    for hours in (1, 2):
        due_at = START + hours * HOUR
        store.run(
            lambda unit, due_at=due_at: unit.instances.start_timer(APP, instance, "late", due_at)
        )

    early = store.run(lambda unit: unit.queue.due_timers(START + HOUR, 9, 60))
    late = store.run(lambda unit: unit.queue.due_timers(START + 2 * HOUR, 9, 60))

    assert early == ()
    assert [(one.ref, one.generation, one.attempts) for one in late] == [("late", 2, 1)]


def test_a_replaced_timer_cannot_be_finished(store: AnyStore) -> None:
    start_timer(store, "late")
    (claimed,) = store.run(lambda unit: unit.queue.due_timers(START, 9, 60))
    start_timer(store, "late")

    done = [
        store.run(lambda unit, made=made: unit.instances.finish_timer(claimed.id, made))
        for made in (1, 2, 2)
    ]

    assert done == [False, True, False]


def test_a_claimed_timer_is_claimed_once_until_its_lease_ends(store: AnyStore) -> None:
    start_timer(store, "late")

    claims = [
        len(store.run(lambda unit, lease_s=lease_s: unit.queue.due_timers(START, 9, lease_s)))
        for lease_s in (-1.0, 60.0, 60.0)
    ]

    assert claims == [1, 1, 0]


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_claiming_a_hundred_timers_touches_no_index(store: AnyStore) -> None:
    for number in range(100):
        start_timer(store, f"late {number}")

    changed, without_index = store.run(claimed_and_counted)

    assert (changed, without_index) == (100, 100)


def claimed_and_counted(unit: Any) -> tuple[int, int]:
    """Rows that a claim of a hundred changed, and how many of them without their indexes."""
    unit.queue.due_timers(START, 100, 60)
    timer = "(SELECT oid FROM pg_class WHERE relname = 'dg_timer')"
    updated = f"pg_stat_get_xact_tuples_updated({timer})"
    alone = f"pg_stat_get_xact_tuples_hot_updated({timer})"
    ((changed, without_index),) = unit.session.raw.execute(f"SELECT {updated}, {alone}").fetchall()
    return changed, without_index


def test_cancelled_timers_are_not_due(store: AnyStore) -> None:
    for ref in ("a", "b", "c"):
        start_timer(store, ref)
    store.run(lambda unit: unit.instances.start_timer(APP, None, "a", START))
    store.run(lambda unit: unit.instances.cancel_timer(InstanceId("i1"), "a"))
    left = due_refs(store)

    store.run(lambda unit: unit.instances.cancel_timers(InstanceId("i1")))

    assert left == [("i1", "a"), ("i1", "b"), ("i1", "c"), (None, "a")][1:]
    assert due_refs(store) == [(None, "a")]


def test_a_message_with_a_known_key_is_queued_once(store: AnyStore) -> None:
    queued = [
        store.run(lambda unit, id_=id_: unit.queue.add_delivery(a_message(id_, key="same")))
        for id_ in ("d1", "d2")
    ]

    with store.read() as reader:
        assert reader.queue.delivery("d2") is None
    assert queued == [True, False]


def test_messages_are_sealed_in_the_database(store: AnyStore) -> None:
    store.run(lambda unit: unit.queue.add_delivery(a_message("d1")))

    def raw(unit: object) -> str:
        session = unit.session  # type: ignore[attr-defined]
        return str(session.raw.execute("SELECT * FROM dg_delivery").fetchall())

    text = store.run(raw)
    assert "about you" not in text
    assert "Dear" not in text


def test_the_inbox_has_a_persons_messages_newest_first(store: AnyStore) -> None:
    for number, target in enumerate([ANN, BOB, ANN]):
        row = a_message(f"d{number}", target=target, created_at=START + number * HOUR)
        store.run(lambda unit, row=row: unit.queue.add_delivery(row))
    store.run(lambda unit: unit.queue.mark_read(ANN, START))

    with store.read() as reader:
        found = reader.queue.inbox(ANN)

    assert [(one.id, one.subject, one.read_at) for one in found] == [
        ("d2", "about you", START),
        ("d0", "about you", START),
    ]


def test_the_next_due_moment_is_the_earliest_unclaimed(store: AnyStore) -> None:
    with store.read() as reader:
        nothing = reader.queue.next_due()
    store.run(lambda unit: unit.instances.start_timer(APP, None, "x", START + 2 * HOUR))
    store.run(lambda unit: unit.queue.add_delivery(a_message("d1", next_at=START + HOUR)))
    with store.read() as reader:
        first = reader.queue.next_due()
    store.run(lambda unit: unit.queue.claim_delivery("d1", START + HOUR, 60))

    with store.read() as reader:
        second = reader.queue.next_due()

    assert (nothing, first, second) == (None, START + HOUR, START + 2 * HOUR)


ROLES = frozenset({AGENT})


def start_timer(store: AnyStore, ref: str) -> None:
    store.run(lambda unit: unit.instances.start_timer(APP, InstanceId("i1"), ref, START))


def due_refs(store: AnyStore) -> list[tuple[str | None, str]]:
    rows = store.run(lambda unit: unit.queue.due_timers(START, 9, -1.0))
    return sorted(((one.instance, one.ref) for one in rows), key=lambda one: (one[0] is None, one))


def a_message(id_: str, **values: object) -> DeliveryRow:
    row = DeliveryRow(
        id=id_,
        app=APP,
        channel="in_app",
        target=ANN,
        subject="about you",
        body="Dear Ann",
        key=f"key-{id_}",
        form=TICKET,
        record=record_id(1),
        state="due",
        attempts=0,
        next_at=START,
        created_at=START,
    )
    return replace(row, **values)  # type: ignore[arg-type]
