"""Stores on every database, with a clock that stands and ids that count, and makers of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from engines import kinds
from engines.kinds import Kind
from engines.values import AppId, FieldId, FormId, RecordId, UserId
from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import MasterKeys, new_master_keys
from runtime.ports import FieldTable, FormTable, Record, VersionRow
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.ids import CountingIds
from tests.support.planted import NURSERY

AnyStore: TypeAlias = SqliteStore | PostgresStore

APP = AppId("desk")
TICKET = FormId("ticket")
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DATABASES = ("memory", "file", "postgres")


@contextmanager
def opened_store(
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    *,
    wrap: MasterKeys | None = None,
    clock: SettableClock | None = None,
) -> Iterator[AnyStore]:
    """An empty store with our own tables."""
    parts: dict[str, Any] = {
        "clock": clock or SettableClock(START),
        "ids": CountingIds(),
        "wrap": wrap or new_master_keys(),
    }
    store: AnyStore
    if database == "postgres":
        store = PostgresStore(request.getfixturevalue("migrated_url"), **parts)
    else:
        path = tmp_path / "data.sqlite" if database == "file" else None
        store = SqliteStore(path, **parts)
    try:
        if database != "postgres":  # that one was lent with our tables
            NURSERY.plant(store, "our tables", store.migrate)
        yield store
    finally:
        store.close()


def a_field(id_: str, kind: Kind = kinds.TEXT, **options: Any) -> FieldTable:
    """A field's place, still without a column."""
    return FieldTable(FieldId(id_), kind, **options)


def a_table(*fields: FieldTable, form: FormId = TICKET, is_subject: bool = False) -> FormTable:
    """A form's place, not planned yet."""
    return FormTable(APP, form, "", {one.field: one for one in fields}, is_subject=is_subject)


def published(store: AnyStore, *tables: FormTable, number: int = 1) -> dict[FormId, FormTable]:
    """The tables, made, and live as version `number`."""
    planned = dict(store.plan_tables(APP, tables, {}))
    store.expand(APP, planned)
    row = VersionRow(APP, number, "", "{}", START, None, "", is_live=False, tables=planned)
    store.run(lambda unit: unit.definitions.add_version(row))
    expected = number - 1 if number > 1 else None
    store.run(lambda unit: unit.definitions.go_live(APP, number, expected))
    return planned


def made(store: AnyStore, *fields: FieldTable, is_subject: bool = False) -> FormTable:
    """The ticket form's table, published."""
    return published(store, a_table(*fields, is_subject=is_subject))[TICKET]


def a_record(number: int, /, *, form: FormId = TICKET, **values: Any) -> Record:
    """A record whose id ends in `number`."""
    return Record(
        id=record_id(number),
        form=form,
        values=values,
        revision=1,
        created_at=START,
        created_by=UserId("ann"),
        updated_at=START,
        updated_by=None,
    )


def changed(record: Record, **values: Any) -> Record:
    """The record's next revision."""
    merged = {**record.values, **values}
    return replace(record, values=merged, revision=record.revision + 1)


def record_id(number: int) -> RecordId:
    """An id of the usual form."""
    return RecordId(f"00000000-0000-7000-8000-{number:012d}")


def stored(store: AnyStore, table: FormTable, *records: Record) -> None:
    """The records, inserted."""
    store.run(lambda unit: unit.records.insert_many(table, records))
