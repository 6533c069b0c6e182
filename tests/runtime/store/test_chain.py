"""The log's chain and its anchor: whole, changed, cut off, put back."""

from __future__ import annotations

import pytest

from engines.messages import RecordCreated, SystemChanged
from engines.values import ValueBlock
from tests.runtime.store.test_events import append, raw
from tests.support.stores import APP, START, TICKET, AnyStore, a_field, made, record_id


def test_an_untouched_chain_verifies_and_counts_its_tail(store: AnyStore) -> None:
    append(store, *[SystemChanged("x", str(number)) for number in range(2_500)])
    sealed = [store.run(lambda unit: unit.events.seal(unit.now)) for _ in range(4)]
    append(store, SystemChanged("x", "tail"))

    with store.read() as reader:
        report = reader.events.verify()

    assert sealed == [1_000, 1_000, 500, 0]
    assert (report.problems, report.blocks, report.sealed, report.unsealed) == ((), 3, 2_500, 1)


def test_a_block_of_new_records_is_chained_behind_what_came_before(store: AnyStore) -> None:
    made(store, a_field("phone"))
    append(store, *[SystemChanged("x", str(number)) for number in range(3)])
    add_records(store, 1_200)
    append(store, SystemChanged("x", "tail"))
    seal_all(store)

    with store.read() as reader:
        report = reader.events.verify()
        told = [one.event for one in reader.events.after(0, 1_300)]

    assert (report.problems, report.sealed, report.unsealed) == ((), 1_204, 0)
    assert told[2:4] == [SystemChanged("x", "2"), RecordCreated(TICKET, record_id(0), {})]
    assert told[-1] == SystemChanged("x", "tail")


def test_a_changed_event_of_a_block_of_new_records_is_found(store: AnyStore) -> None:
    made(store, a_field("phone"))
    add_records(store, 5)
    seal_all(store)

    raw(store, "UPDATE dg_event SET via = 'web' WHERE seal = 4")

    with store.read() as reader:
        (problem,) = reader.events.verify().problems
    assert "does not match its hash" in problem


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
    store._shared.forget_cached()  # as a process that starts later

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


def three_blocks(store: AnyStore) -> None:
    for _ in range(3):
        append(store, *[SystemChanged("x", str(number)) for number in range(3)])
        store.run(lambda unit: unit.events.seal(unit.now))


def add_records(store: AnyStore, many: int) -> None:
    block = ValueBlock(TICKET, [record_id(number) for number in range(many)], {})
    store.run(
        lambda unit: unit.events.append_created(
            APP, 1, block, occurred_at=[START] * many, actor=None, via="import"
        )
    )


def seal_all(store: AnyStore) -> None:
    while store.run(lambda unit: unit.events.seal(unit.now)):
        pass
