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
from engines.values import (
    FlowId,
    InstanceId,
    NodeId,
    RoleId,
    RuleId,
    TaskId,
    UserId,
    ValueBlock,
)
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


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_many_events_of_an_import_come_back_each_with_its_own_time(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    made(store, a_field("phone", is_encrypted=is_encrypted))
    told = [
        (START - timedelta(days=one), RecordCreated(TICKET, record_id(one), {"phone": f"{one}"}))
        for one in range(50)
    ]

    store.run(lambda unit: unit.events.append_dated(APP, 1, told, actor=None, via="import"))

    store.run(lambda unit: unit.events.seal(unit.now))
    with store.read() as reader:
        found = [(one.occurred_at, one.event) for one in reader.events.after(0, 100)]
    assert found == told


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


def raw(store: AnyStore, *statements: str) -> list[Any]:
    """The rows of the last statement."""

    def work(unit: Any) -> list[Any]:
        *_, cursor = [unit.session.raw.execute(sql) for sql in statements]
        return list(cursor.fetchall()) if cursor.description else []

    return store.run(work)


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_events_of_a_block_of_new_records_come_back_as_those_of_each(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    made(store, a_field("phone", is_encrypted=is_encrypted))
    ids, phones = [record_id(one) for one in range(30)], [str(one) for one in range(29)]
    times = [START - timedelta(days=one) for one in range(30)]
    block = ValueBlock(TICKET, ids, {"phone": [*phones, None]})

    store.run(
        lambda unit: unit.events.append_created(
            APP, 1, block, occurred_at=times, actor=UserId("ann"), via="import"
        )
    )

    store.run(lambda unit: unit.events.seal(unit.now))
    with store.read() as reader:
        found = [(one.occurred_at, one.event) for one in reader.events.after(0, 100)]
        assert reader.events.verify().problems == ()
    assert found == [
        (at, RecordCreated(TICKET, id_, values))
        for at, id_, values in zip(times, ids, block.rows(), strict=True)
    ]
