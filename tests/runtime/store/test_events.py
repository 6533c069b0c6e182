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
    three_blocks(store)

    raw(store, tampering)

    with store.read() as reader:
        assert expected in reader.events.verify().problems


CUT_OFF = (
    "the end of the log was cut off: it had 3 blocks and 9 events, and ends at block 2 and event 6"
)
CUT = ("DELETE FROM dg_event WHERE seal > 6", "DELETE FROM dg_block WHERE number = 3")
FORGED = "UPDATE dg_anchor SET block = 2, events = 6, hash = (SELECT hash FROM dg_block WHERE number = 2)"  # noqa: E501
ALL_GONE = ("DELETE FROM dg_event", "DELETE FROM dg_block")


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (CUT, (CUT_OFF,)),
        ((*CUT, FORGED),
         ("the anchor of the log was changed by somebody without the master key",)),
        ((*CUT, "DELETE FROM dg_anchor"),
         ("the anchor of the log is gone: whether its end was cut off is not known",)),
        ((*CUT, "DELETE FROM dg_key WHERE scope = 'blind'"),
         ("the anchor of the log was changed by somebody without the master key",)),
        (ALL_GONE,
         ("the end of the log was cut off: it had 3 blocks and 9 events, "
          "and ends at block 0 and event 0",)),
    ],
    ids=["cut", "anchor forged", "anchor deleted", "key deleted", "all deleted"],
)  # fmt: skip
def test_a_log_whose_end_was_cut_off_is_found_out(
    store: AnyStore, tampering: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    three_blocks(store)

    raw(store, *tampering)

    with store.read() as reader:
        assert reader.events.verify().problems == expected


def test_a_kept_anchor_finds_a_database_that_was_put_back_as_a_whole(store: AnyStore) -> None:
    three_blocks(store)
    before = raw(store, "SELECT block, events, hash, proof FROM dg_anchor")[0]
    append(store, SystemChanged("x", "later"))
    store.run(lambda unit: unit.events.seal(unit.now))
    with store.read() as reader:
        kept = reader.events.anchor()

    block, events, hash_, proof = before
    raw(
        store,
        "DELETE FROM dg_event WHERE seal > 9",
        "DELETE FROM dg_block WHERE number = 4",
        f"UPDATE dg_anchor SET block = {block}, events = {events}, hash = '{hash_}', "  # noqa: S608
        f"proof = '{proof}'",
    )

    with store.read() as reader:
        assert reader.events.verify().problems == ()
        assert len(reader.events.verify(kept).problems) == 1


def test_an_anchor_of_earlier_still_holds_when_the_log_went_on(store: AnyStore) -> None:
    three_blocks(store)
    with store.read() as reader:
        kept = reader.events.anchor()
    append(store, SystemChanged("x", "later"))
    store.run(lambda unit: unit.events.seal(unit.now))

    with store.read() as reader:
        assert reader.events.verify(kept).problems == ()


AN_INSTANCE = InstanceRow(
    INSTANCE, APP, FlowId("handling"), 2, TICKET, RECORD, "running", "{}", 1, START
)
A_TASK = TaskRow(
    TASK, APP, INSTANCE, "k", FlowId("handling"), NodeId("triage"), TICKET, RECORD,
    None, RoleId("agent"), "open", START,
)  # fmt: skip


def encrypted_table(store: AnyStore) -> FormTable:
    return made(store, a_field("phone", is_encrypted=True), a_field("subject", kinds.LONG_TEXT))


def three_blocks(store: AnyStore) -> None:
    for _ in range(3):
        append(store, *[SystemChanged("x", str(number)) for number in range(3)])
        store.run(lambda unit: unit.events.seal(unit.now))


def payloads(store: AnyStore) -> str:
    return str(raw(store, "SELECT payload FROM dg_event"))


def raw(store: AnyStore, *statements: str) -> list[Any]:
    """The rows of the last statement."""

    def work(unit: Any) -> list[Any]:
        *_, cursor = [unit.session.raw.execute(sql) for sql in statements]
        return list(cursor.fetchall()) if cursor.description else []

    return store.run(work)
