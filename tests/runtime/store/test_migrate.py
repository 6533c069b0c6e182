from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.values import FieldId, RecordId
from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import new_master_keys
from runtime.ports import Anchor, FormTable, RecordQuery, WrongSchema
from runtime.store import migrate
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.stores import (
    START,
    TICKET,
    AnyStore,
    CountingIds,
    a_field,
    a_record,
    a_table,
    published,
    record_id,
    stored,
)


@pytest.fixture(params=["file", "postgres"])
def empty_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[AnyStore]]:
    """Two stores on one database without tables."""
    parts: dict[str, Any] = {"clock": SettableClock(START), "wrap": new_master_keys()}
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    stores: list[AnyStore] = [
        PostgresStore(url, ids=CountingIds(), **parts)
        if url is not None
        else SqliteStore(tmp_path / "data.sqlite", ids=CountingIds(), **parts)
        for _ in range(2)
    ]
    yield stores
    for store in stores:
        store.close()


def test_an_empty_database_gets_the_newest_schema(empty_stores: list[AnyStore]) -> None:
    store = empty_stores[0]
    before = store.is_migrated()

    store.migrate()

    assert (before, store.is_migrated()) == (False, True)


def test_the_newest_schema_is_the_last_of_the_numbered_steps() -> None:
    steps = Path(migrate.__file__).parent / "migrations" / "versions"

    last = max(steps.glob("v*.py")).name

    assert last.startswith(f"v{migrate.NEWEST}_")


def test_migrating_again_changes_nothing(empty_stores: list[AnyStore]) -> None:
    store = empty_stores[0]
    store.migrate()
    before = schema(store)

    store.migrate()

    assert schema(store) == before


def test_two_processes_may_migrate_at_once(empty_stores: list[AnyStore]) -> None:
    failures: list[BaseException] = []

    def bring_up(store: AnyStore) -> None:
        try:
            store.migrate()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=bring_up, args=(store,)) for store in empty_stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert empty_stores[0].is_migrated()


def test_the_numbered_steps_lead_to_the_tables_of_the_code(
    empty_stores: list[AnyStore], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    by_steps, _ = empty_stores
    by_steps.run(lambda unit: migrate.upgrade(unit.session))  # type: ignore[attr-defined]
    if isinstance(by_steps, PostgresStore):
        server = request.getfixturevalue("postgres_server")
        by_code: AnyStore = PostgresStore(
            server.new_database(),
            clock=SettableClock(START),
            ids=CountingIds(),
            wrap=new_master_keys(),
        )
    else:
        by_code = SqliteStore(
            tmp_path / "other.sqlite",
            clock=SettableClock(START),
            ids=CountingIds(),
            wrap=new_master_keys(),
        )
    by_code.run(lambda unit: migrate.make_all(unit.session))  # type: ignore[attr-defined]

    try:
        assert schema(by_steps) == schema(by_code)
    finally:
        by_code.close()


def test_a_newer_schema_is_not_taken_for_ours(empty_stores: list[AnyStore]) -> None:
    store = empty_stores[0]
    store.migrate()

    def age(unit: Any) -> None:
        unit.session.raw.execute("UPDATE dg_schema SET version_num = '9999'")

    store.run(age)

    assert not store.is_migrated()


@pytest.mark.parametrize(
    ("version", "words"),
    [(None, "Run once: dougong migrate"), ("0001", "then run: dougong migrate")],
    ids=["empty", "older"],
)
def test_a_schema_that_is_not_ours_says_what_to_run(
    empty_stores: list[AnyStore], version: str | None, words: str
) -> None:
    store = empty_stores[0]
    bring_to(store, version)

    with pytest.raises(WrongSchema, match=words):
        store.require_schema()


def test_a_newer_schema_is_refused_and_left_alone(empty_stores: list[AnyStore]) -> None:
    store = empty_stores[0]
    store.migrate()
    raw(store, "UPDATE dg_schema SET version_num = '9999'")

    with pytest.raises(WrongSchema, match="Install the newer program"):
        store.migrate()
    with pytest.raises(WrongSchema, match="Install the newer program"):
        store.require_schema()

    assert raw(store, "SELECT version_num FROM dg_schema") == [("9999",)]


def test_a_log_from_before_the_anchor_gets_one_when_it_is_migrated(
    empty_stores: list[AnyStore],
) -> None:
    store = empty_stores[0]
    bring_to(store, "0001")
    raw(store, "INSERT INTO dg_block VALUES (1, 1, 0, '', 'abc', 0)")

    store.migrate()

    with store.read() as reader:
        assert reader.events.anchor() == Anchor(1, 0, "abc")
        assert not any("anchor" in one for one in reader.events.verify().problems)


def bring_to(store: AnyStore, version: str | None) -> None:
    """The schema as it was at a version, by the numbered steps."""
    if version is not None:
        store.run(lambda unit: migrate.upgrade(unit.session, version))  # type: ignore[attr-defined]


def raw(store: AnyStore, sql: str) -> list[Any]:
    def work(unit: Any) -> list[Any]:
        cursor = unit.session.raw.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    return store.run(work)


def schema(store: AnyStore) -> dict[str, Any]:
    """Columns, keys and indexes of our own tables."""

    def work(unit: Any) -> dict[str, Any]:
        inspector = sa.inspect(unit.session.core)
        return {
            table: (
                [
                    (one["name"], str(one["type"]), one["nullable"], one["default"])
                    for one in inspector.get_columns(table)
                ],
                inspector.get_pk_constraint(table)["constrained_columns"],
                sorted(
                    (str(one["column_names"]), one["unique"])
                    for one in inspector.get_indexes(table)
                ),
                sorted(
                    str(one["column_names"]) for one in inspector.get_unique_constraints(table)
                ),
            )
            for table in inspector.get_table_names()
            if table.startswith("dg_")
        }

    return store.run(work)


@pytest.mark.parametrize("before", [1, 12, 40])
def test_a_migration_that_was_cut_off_leaves_nothing_and_is_repeated(
    empty_stores: list[AnyStore], before: int
) -> None:
    untouched = schema(empty_stores[0])

    with cut_off(before), pytest.raises(RuntimeError, match="the power is gone"):
        empty_stores[0].migrate()

    assert schema(empty_stores[1]) == untouched
    empty_stores[1].migrate()
    assert empty_stores[1].is_migrated()


OLD_WAYS = (
    "INSERT INTO dg_search_words (rowid, words) VALUES ({number}, '{words}')",
    "UPDATE dg_search SET words = to_tsvector('simple', '{words}') WHERE id = {number}",
)
OLD_WORDS = {1: {"a": "red lamp", "a_b": "退款 款"}, 2: {"a": "lamp"}, 3: {"a_b": "lamp"}}


def test_words_from_before_they_stood_together_are_found_when_migrated(
    empty_stores: list[AnyStore],
) -> None:
    store, _ = empty_stores
    bring_to(store, "0010")
    add_old_words(store, OLD_WAYS[isinstance(store, PostgresStore)])
    table = a_table(a_field("a", is_searched=True), a_field("a_b", is_searched=True))

    store.migrate()

    known = published(store, table)[TICKET]
    stored(store, known, *[a_record(number) for number in OLD_WORDS])
    asked = [("lamp", "a"), ("lamp", "a_b"), ("退款", "a_b"), ("red", "a_b")]
    found = [searched(store, known, *one) for one in asked]
    assert found == [[record_id(1), record_id(2)], [record_id(3)], [record_id(1)], []]


def add_old_words(store: AnyStore, how: str) -> None:
    """Rows of the index as 0010 had them; `how` is how each database was given the words."""
    each = [(at, name, words) for at, one in OLD_WORDS.items() for name, words in one.items()]
    for number, (record, field, words) in enumerate(each, 1):
        key = f"{number}, 'desk', 'ticket', '{record_id(record)}', '{field}'"
        raw(store, f"INSERT INTO dg_search (id, app, form, record, field) VALUES ({key})")  # noqa: S608
        raw(store, how.format(number=number, words=words))


def searched(store: AnyStore, table: FormTable, words: str, field: str) -> list[RecordId]:
    query = RecordQuery(TICKET, search=words, search_in=(FieldId(field),))
    with store.read() as reader:
        return sorted(one.id for one in reader.records.page(table, query).records)


@contextmanager
def cut_off(before: int) -> Iterator[None]:
    """The process stops before its so many-th change of the schema."""
    count = 0

    def watch(*given: Any) -> None:
        nonlocal count
        count += str(given[2]).lstrip().upper().startswith(("CREATE", "ALTER", "DROP"))
        if count >= before:
            raise RuntimeError("the power is gone")

    sa.event.listen(sa.Engine, "before_cursor_execute", watch)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", watch)
