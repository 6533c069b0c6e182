from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines import kinds
from engines.errors import Conflict
from runtime.ports import FormTable, Record, RecordQuery, TaskRow, Unit
from runtime.store.kept import KeptRows
from tests.runtime.store.test_processes import ANN, BOB, a_task, an_instance
from tests.runtime.store.test_records import EVERY_KIND
from tests.support.stores import (
    APP,
    TICKET,
    AnyStore,
    a_field,
    a_record,
    changed,
    made,
    opened_store,
    record_id,
    stored,
)


def statements_of(store: AnyStore, work: Callable[[Unit], Any]) -> list[str]:
    """What a unit asks of SQLite itself, from its work to its commit."""
    said: list[str] = []

    def traced(unit: Any) -> None:
        unit.session.raw.set_trace_callback(said.append)
        work(unit)

    try:
        store.run(traced)
    finally:
        store.run(lambda unit: unit.session.raw.set_trace_callback(None))  # type: ignore[attr-defined]
    return [one for one in said if one.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]


@pytest.fixture
def ticket(store: AnyStore) -> FormTable:
    table = made(store, a_field("subject", is_searched=True), a_field("tags", kinds.TAGS))
    stored(store, table, a_record(1, subject="a", tags=["x"]))
    return table


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_record_just_added_is_what_reading_would_give(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    fields = [
        a_field(name, kind, is_encrypted=is_encrypted) for name, (kind, _) in EVERY_KIND.items()
    ]
    table = made(store, *fields)
    values: dict[str, Any] = {name: value for name, (_, value) in EVERY_KIND.items()}
    nothing: dict[str, Any] = {**dict.fromkeys(EVERY_KIND), "tags": [], "choices": []}
    full, empty = a_record(1, **values), a_record(2, **nothing)

    def add(unit: Unit) -> list[Record | None]:
        unit.records.insert(table, full)
        unit.records.insert(table, empty)
        return [unit.records.get(table, one.id) for one in (full, empty)]

    known = store.run(add)

    with store.read() as reader:
        assert known == [reader.records.get(table, one.id) for one in (full, empty)]


def test_a_decimal_just_added_has_the_decimals_of_its_column(store: AnyStore) -> None:
    table = made(store, a_field("price", kinds.decimal(3)))
    record = a_record(1, price=Decimal(1))

    def add(unit: Unit) -> str:
        unit.records.insert(table, record)
        found = unit.records.get(table, record.id)
        assert found is not None
        return str(found.values["price"])

    known = store.run(add)

    with store.read() as reader:
        read = reader.records.get(table, record.id)
    assert read is not None
    assert known == str(read.values["price"]) == "1.000"


def test_changes_of_a_record_are_one_change_when_the_unit_ends(
    store: AnyStore, ticket: FormTable
) -> None:
    def change_twice(unit: Unit) -> None:
        first = unit.records.get(ticket, record_id(1), lock=True)
        assert first is not None
        second = changed(first, subject="b")
        unit.records.update(ticket, first, second)
        unit.records.update(ticket, second, changed(second, tags=["y", "z"]))

    store.run(change_twice)

    with store.read() as reader:
        found = reader.records.get(ticket, record_id(1))
        words = reader.records.page(ticket, RecordQuery(TICKET, search="b")).total
    assert found == replace(a_record(1, subject="b", tags=["y", "z"]), revision=3)
    assert words == 1


def test_a_list_sees_the_changes_before_it_that_wait(store: AnyStore, ticket: FormTable) -> None:
    def look(unit: Unit) -> list[Any]:
        before = unit.records.get(ticket, record_id(1))
        assert before is not None
        unit.records.update(ticket, before, changed(before, subject="b"))
        return [one.values["subject"] for one in unit.records.page(ticket, ALL).records]

    assert store.run(look) == ["b"]


ALL = RecordQuery(TICKET)


def test_a_record_deleted_after_a_change_is_gone(store: AnyStore, ticket: FormTable) -> None:
    def change_and_delete(unit: Unit) -> Record | None:
        before = unit.records.get(ticket, record_id(1))
        assert before is not None
        after = changed(before, subject="b")
        unit.records.update(ticket, before, after)
        unit.records.delete(ticket, after)
        return unit.records.get(ticket, record_id(1))

    assert store.run(change_and_delete) is None
    with store.read() as reader:
        assert reader.records.get(ticket, record_id(1)) is None


def test_what_a_failed_unit_knew_is_forgotten(store: AnyStore, ticket: FormTable) -> None:
    def fail(unit: Unit) -> None:
        before = unit.records.get(ticket, record_id(1))
        assert before is not None
        unit.records.update(ticket, before, changed(before, subject="b"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run(fail)

    found = store.run(lambda unit: unit.records.get(ticket, record_id(1)))
    assert found is not None
    assert found.values["subject"] == "a"


def test_a_wider_table_of_the_form_is_read_by_itself(store: AnyStore, ticket: FormTable) -> None:
    narrow = replace(ticket, fields={SUBJECT: ticket.fields[SUBJECT]})

    def look(unit: Unit) -> tuple[Any, Any]:
        before = unit.records.get(narrow, record_id(1))
        assert before is not None
        unit.records.update(narrow, before, changed(before, subject="b"))
        wide = unit.records.get(ticket, record_id(1))
        assert wide is not None
        return before.values, wide.values

    assert store.run(look) == ({"subject": "a"}, {"subject": "b", "tags": ["x"]})


SUBJECT: Any = "subject"


def test_tasks_and_instances_are_known_and_written_once(store: AnyStore) -> None:
    store.run(lambda unit: unit.instances.add(an_instance()))
    store.run(lambda unit: unit.instances.add_task(a_task("t1")))

    def work(unit: Unit) -> TaskRow | None:
        task = unit.instances.task(a_task("t1").id, lock=True)
        assert task is not None
        claimed = replace(task, assignee=ANN, revision=2)
        unit.instances.update_task(claimed, 1)
        unit.instances.update_task(replace(claimed, state="done", revision=3), 2)
        return unit.instances.open_task(task.instance, task.key)

    assert store.run(work) is None
    with store.read() as reader:
        assert reader.instances.task(a_task("t1").id) == a_task(
            "t1", assignee=ANN, state="done", revision=3
        )


def test_who_is_least_busy_counts_tasks_changed_just_before(store: AnyStore) -> None:
    store.run(lambda unit: unit.instances.add_task(a_task("t1", assignee=ANN)))

    def work(unit: Unit) -> tuple[str, ...]:
        task = unit.instances.task(a_task("t1").id, lock=True)
        assert task is not None
        unit.instances.update_task(replace(task, assignee=BOB, revision=2), 1)
        return unit.staff.tasks_held(APP, BOB)

    assert store.run(work) == ("t1",)


def test_a_row_kept_without_its_lock_is_refused_when_another_was_first(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("postgres", request, tmp_path) as store:
        table = made(store, a_field("subject"))
        stored(store, table, a_record(1, subject="a"))

        def change(unit: Unit) -> None:
            before = unit.records.get(table, record_id(1))
            assert before is not None
            in_between = threading.Thread(target=lambda: store.run(overtake))
            in_between.start()
            in_between.join()
            unit.records.update(table, before, changed(before, subject="late"))

        def overtake(unit: Unit) -> None:
            before = unit.records.get(table, record_id(1), lock=True)
            assert before is not None
            unit.records.update(table, before, changed(before, subject="first"))

        with pytest.raises(Conflict):
            store.run(change)

        with store.read() as reader:
            found = reader.records.get(table, record_id(1))
        assert found is not None
        assert found.values["subject"] == "first"


def test_a_lock_asks_for_a_row_again_that_was_read_without_one() -> None:
    kept = KeptRows()
    kept.keep("t", "1", "shape", an_instance(), is_locked=False)

    assert kept.find("t", "1", "shape") == an_instance()
    assert kept.find("t", "1", "shape", lock=True) is None


def test_a_unit_asks_for_a_row_once_and_writes_it_once(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        table = made(store, a_field("subject"))
        stored(store, table, a_record(1, subject="a"))

        def work(unit: Unit) -> None:
            before = unit.records.get(table, record_id(1))
            again = unit.records.get(table, record_id(1), lock=True)
            assert before is not None
            assert again is before
            unit.records.update(table, before, second := changed(before, subject="b"))
            unit.records.update(table, second, changed(second, subject="c"))

        said = statements_of(store, work)

    assert [one.split()[0] for one in said] == ["SELECT", "UPDATE"]
