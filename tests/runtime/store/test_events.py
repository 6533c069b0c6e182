from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engines import kinds
from engines.messages import (
    Event,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    IncidentRaised,
    MessageQueued,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RuleDecided,
    SystemChanged,
    TaskClaimed,
    TaskClosed,
    TaskOpened,
    Trace,
    TraceStep,
)
from engines.values import FlowId, InstanceId, NodeId, RoleId, RuleId, TaskId, UserId
from runtime.ports import FormTable, InstanceRow, TaskRow
from runtime.store.event_codec import HIDDEN
from tests.support.stores import APP, START, TICKET, AnyStore, a_field, made, record_id

RECORD = record_id(1)
INSTANCE = InstanceId("i1")
TASK = TaskId("t1")
VALUES = {
    "subject": "Ähre",
    "price": Decimal("9.90"),
    "on": date(2026, 2, 28),
    "at": datetime(2026, 3, 1, 9, 0, 0, 5, tzinfo=UTC),
    "took": timedelta(hours=-1),
    "tags": ["a", "b"],
    "cost": {"amount": Decimal("1.0"), "currency": "CNY"},
    "odd": {"$d": "a map that looks like a tag"},
    "big": 10**30,
    "empty": None,
    "flag": False,
}
TRACE = Trace(
    "rules.refund_first",
    3,
    (TraceStep("condition", "when", True, (("record.amount", Decimal(5)),)),),  # noqa: FBT003
)
EVERY_EVENT: tuple[Event, ...] = (
    RecordCreated(TICKET, RECORD, VALUES),
    RecordChanged(TICKET, RECORD, {"a": 1}, {"a": None}, "rules.x"),
    RecordDeleted(TICKET, RECORD, VALUES),
    FlowStarted(INSTANCE, FlowId("handling"), 2, TICKET, RECORD),
    FlowMoved(INSTANCE, TRACE),
    FlowEnded(INSTANCE, "solved"),
    TaskOpened(TASK, INSTANCE, NodeId("triage"), None, RoleId("agent")),
    TaskClaimed(TASK, UserId("ann")),
    TaskClosed(TASK, INSTANCE, "done", "solved", UserId("ann"), "all well"),
    IncidentRaised(INSTANCE, NodeId("triage"), "nobody there"),
    RuleDecided(TICKET, RECORD, TRACE, (RuleId("refund_first"),)),
    MessageQueued("mail", "ann@example.org", "k", TICKET, RECORD),
    SystemChanged("user_added", "ann", {"roles": ["agent"]}),
)


def append(store: AnyStore, *events: Event, version: int = 1, **more: Any) -> None:
    store.run(
        lambda unit: unit.events.append(
            APP, version, events, actor=UserId("ann"), via="session", **more
        )
    )


def sealed_events(store: AnyStore) -> list[Event]:
    store.run(lambda unit: unit.events.seal(unit.now))
    with store.read() as reader:
        return [one.event for one in reader.events.after(0, 1_000)]


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda one: type(one).__name__)
def test_every_event_comes_back_as_it_was(store: AnyStore, event: Event) -> None:
    append(store, event)

    assert sealed_events(store) == [event]


def test_an_import_may_say_when_something_happened_but_not_when_we_learned_it(
    store: AnyStore,
) -> None:
    long_ago = datetime(2016, 3, 1, tzinfo=UTC)

    append(store, RecordCreated(TICKET, RECORD, {}), occurred_at=long_ago)

    with store.read() as reader:
        (found,) = reader.events.of_record(APP, TICKET, RECORD)
    assert (found.occurred_at, found.recorded_at) == (long_ago, START)
    assert (found.actor, found.via, found.version) == ("ann", "session", 1)


def test_a_records_timeline_has_its_tasks_and_instances(store: AnyStore) -> None:
    store.run(lambda unit: unit.instances.add(AN_INSTANCE))
    store.run(lambda unit: unit.instances.add_task(A_TASK))
    append(store, *EVERY_EVENT)
    append(store, RecordCreated(TICKET, record_id(2), {}))

    with store.read() as reader:
        found = [one.event for one in reader.events.of_record(APP, TICKET, RECORD)]

    assert found == [one for one in reversed(EVERY_EVENT) if not isinstance(one, SystemChanged)]


def test_sealed_events_are_read_in_order_from_any_position(store: AnyStore) -> None:
    append(store, *[SystemChanged("x", str(number)) for number in range(5)])
    store.run(lambda unit: unit.events.seal(unit.now))
    append(store, SystemChanged("unsealed", ""))

    with store.read() as reader:
        found = reader.events.after(2, 2)

    assert [(one.position, one.event.subject) for one in found] == [(3, "2"), (4, "3")]  # type: ignore[union-attr]


def test_encrypted_fields_are_ciphertext_in_the_log(store: AnyStore) -> None:
    encrypted_table(store)
    event = RecordChanged(TICKET, RECORD, {"phone": "13812345678"}, {"phone": "13900000000"})

    append(store, event)

    assert "138123" not in payloads(store)
    assert "139000" not in payloads(store)
    assert sealed_events(store) == [event]


def test_a_trace_keeps_no_value_of_an_encrypted_field(store: AnyStore) -> None:
    encrypted_table(store)
    seen = (("record.customer.phone", "13812345678"), ("record.subject", "x"))
    trace = Trace("rules.r", 1, (TraceStep("condition", "when", None, seen),))

    append(store, RuleDecided(TICKET, RECORD, trace))

    assert "138123" not in payloads(store)
    (found,) = sealed_events(store)
    assert isinstance(found, RuleDecided)
    assert found.trace.steps[0].seen == (
        ("record.customer.phone", HIDDEN),
        ("record.subject", "x"),
    )


def test_an_erased_subjects_values_are_gone_and_the_seal_still_holds(store: AnyStore) -> None:
    table = made(store, a_field("phone", is_encrypted=True), is_subject=True)
    append(store, RecordCreated(TICKET, RECORD, {"phone": "138"}))
    append(store, RecordCreated(TICKET, record_id(2), {"phone": "139"}))
    store.run(lambda unit: unit.events.seal(unit.now))

    store.run(lambda unit: unit.records.forget(table, RECORD))

    assert [one.values for one in sealed_events(store)] == [{"phone": None}, {"phone": "139"}]  # type: ignore[union-attr]
    with store.read() as reader:
        assert reader.events.verify().problems == ()


def test_an_untouched_chain_verifies_and_counts_its_tail(store: AnyStore) -> None:
    append(store, *[SystemChanged("x", str(number)) for number in range(2_500)])
    sealed = [store.run(lambda unit: unit.events.seal(unit.now)) for _ in range(4)]
    append(store, SystemChanged("x", "tail"))

    with store.read() as reader:
        report = reader.events.verify()

    assert sealed == [1_000, 1_000, 500, 0]
    assert (report.problems, report.blocks, report.sealed, report.unsealed) == ((), 3, 2_500, 1)


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE dg_event SET payload = '{\"what\":\"y\",\"subject\":\"4\"}' WHERE seal = 5",
         "block 2 (events 4 to 6) does not match its hash: an event of it was changed"),
        ("UPDATE dg_event SET actor = 'eve' WHERE seal = 2",
         "block 1 (events 1 to 3) does not match its hash: an event of it was changed"),
        ("UPDATE dg_event SET occurred_at = occurred_at + 1 WHERE seal = 9",
         "block 3 (events 7 to 9) does not match its hash: an event of it was changed"),
        ("DELETE FROM dg_event WHERE seal = 5",
         "block 2 (events 4 to 6) has 2 events left of 3"),
        ("DELETE FROM dg_event WHERE seal BETWEEN 4 AND 6",
         "block 2 (events 4 to 6) has none of its events left"),
        ("DELETE FROM dg_block WHERE number = 2", "block 2 is missing"),
        ("UPDATE dg_block SET previous = hash WHERE number = 2",
         "block 2 does not follow block 1"),
        ("UPDATE dg_event SET seal = 99 WHERE seal = 9",
         "1 events carry a seal of no block"),
    ],
)  # fmt: skip
def test_tampering_is_named(store: AnyStore, tampering: str, expected: str) -> None:
    for _ in range(3):
        append(store, *[SystemChanged("x", str(number)) for number in range(3)])
        store.run(lambda unit: unit.events.seal(unit.now))

    raw(store, tampering)

    with store.read() as reader:
        assert expected in reader.events.verify().problems


AN_INSTANCE = InstanceRow(
    INSTANCE, APP, FlowId("handling"), 2, TICKET, RECORD, "running", "{}", 1, START
)
A_TASK = TaskRow(
    TASK, APP, INSTANCE, "k", FlowId("handling"), NodeId("triage"), TICKET, RECORD,
    None, RoleId("agent"), "open", START,
)  # fmt: skip


def encrypted_table(store: AnyStore) -> FormTable:
    return made(store, a_field("phone", is_encrypted=True), a_field("subject", kinds.LONG_TEXT))


def payloads(store: AnyStore) -> str:
    return str(raw(store, "SELECT payload FROM dg_event"))


def raw(store: AnyStore, sql: str) -> list[Any]:
    def work(unit: Any) -> list[Any]:
        cursor = unit.session.raw.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    return store.run(work)
