from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import new_master_keys
from runtime.store import migrate
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.stores import START, AnyStore, CountingIds


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
