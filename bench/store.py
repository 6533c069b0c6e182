"""What the store does alone: durable units a second, and a page of a list over 100,000 records.

The list is filtered, sorted, searched and has row permissions, as a list view is. Run with
`python -m bench.store`; PostgreSQL is measured where its server is installed. Medians of five.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from bench.result import Result, report
from engines import kinds
from engines.expression.compile import compile_expression
from engines.expression.scope import Scope
from engines.expression.types import NUMBER, TEXT, LinkType, RecordType
from engines.messages import RecordCreated
from engines.values import AppId, FieldId, FormId, RecordId
from runtime.adapters.clock import SystemClock
from runtime.adapters.ids import RandomIds
from runtime.adapters.keys import new_master_keys
from runtime.ports import (
    FieldTable,
    Filter,
    FormTable,
    Record,
    RecordQuery,
    SortKey,
    Unit,
    VersionRow,
)
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.postgres import running_server

ROUNDS = 5
THREADS = 16
UNITS = 4_000
RECORDS = 100_000
GOAL_MS = 50.0
APP, TICKET = AppId("bench"), FormId("ticket")
START = datetime(2026, 1, 1, tzinfo=UTC)
USER = "00000000-0000-7000-8000-000000000007"
AnyStore = SqliteStore | PostgresStore


def main() -> int:
    """Print units a second and the time of every list."""
    results = []
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as stores:
        for name, store in stores.items():
            store.migrate()
            table = published(store)
            print(
                f"{name}: {units_a_second(store, table):,.0f} durable units/s, "
                f"{THREADS} threads; a unit = one record of 8 fields and its event"
            )
            fill(store, table)
            for what, query in queries().items():
                spent_ms = page_ms(store, table, query)
                work = f"query of {RECORDS:,}, {what}, {name}"
                results.append(Result(work, spent_ms, "ms", final=GOAL_MS))
    return report(*results)


@contextmanager
def opened(folder: Path) -> Iterator[dict[str, AnyStore]]:
    """A store on each database there is."""
    clock = SystemClock()
    parts: dict[str, Any] = {"clock": clock, "ids": RandomIds(clock), "wrap": new_master_keys()}
    stores: dict[str, AnyStore] = {"SQLite": SqliteStore(folder / "data.sqlite", **parts)}
    with running_server() as server:
        if server is not None:
            stores["PostgreSQL"] = PostgresStore(server.new_database(), **parts)
        yield stores
        for store in stores.values():
            store.close()


def published(store: AnyStore) -> FormTable:
    """The ticket form, made and live."""
    fields = [
        FieldTable(FieldId("subject"), kinds.TEXT, is_searched=True),
        FieldTable(FieldId("description"), kinds.LONG_TEXT),
        FieldTable(FieldId("status"), kinds.CHOICE, is_indexed=True),
        FieldTable(FieldId("priority"), kinds.INTEGER),
        FieldTable(FieldId("amount"), kinds.decimal(2)),
        FieldTable(FieldId("due"), kinds.DATETIME, is_indexed=True),
        FieldTable(FieldId("assignee"), kinds.USER, links_to=FormId("user")),
        FieldTable(FieldId("phone"), kinds.TEXT, is_encrypted=True),
    ]
    wanted = FormTable(APP, TICKET, "", {one.field: one for one in fields})
    tables = dict(store.plan_tables(APP, [wanted], {}))
    store.expand(APP, tables)
    row = VersionRow(APP, 1, "", "{}", START, None, "", is_live=False, tables=tables)
    store.run(lambda unit: unit.definitions.add_version(row))
    store.run(lambda unit: unit.definitions.go_live(APP, 1, None))
    return tables[TICKET]


def a_record(number: int) -> Record:
    """The record of a number, the same in every run."""
    status = ("new", "open", "waiting", "done", "done", "done")[number % 6]
    due = None if number % 10 == 0 else START + timedelta(minutes=number * 7 % 99_991)
    values = {
        "subject": f"Printer {number} on floor {number % 40} 退款申请",
        "description": "It does not print any more since this morning.",
        "status": status,
        "priority": number % 5,
        "amount": Decimal(number % 10_000).scaleb(-2),
        "due": due,
        "assignee": f"00000000-0000-7000-8000-{number % 200:012d}",
        "phone": f"138{number:08d}",
    }
    id_ = RecordId(f"00000000-0000-7000-8000-{number:012d}")
    return Record(id_, TICKET, values, 1, START + timedelta(seconds=number), None, START, None)


def units_a_second(store: AnyStore, table: FormTable) -> float:
    """Records with their event, each in its own unit, from many threads."""
    numbers = count(10_000_000)
    spent: list[float] = []
    for _ in range(ROUNDS):
        threads = [
            threading.Thread(
                target=add_some, args=(store, table, numbers, UNITS // ROUNDS // THREADS)
            )
            for _ in range(THREADS)
        ]
        began_s = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent.append((UNITS // ROUNDS // THREADS * THREADS) / (time.perf_counter() - began_s))
    return statistics.median(spent)


def add_some(store: AnyStore, table: FormTable, numbers: Iterator[int], many: int) -> None:
    """Add records one by one."""
    for _ in range(many):
        store.run(adding(table, a_record(next(numbers))))


def adding(table: FormTable, record: Record) -> Callable[[Unit], None]:
    """The unit that adds one record."""

    def work(unit: Unit) -> None:
        unit.records.insert(table, record)
        event = RecordCreated(TICKET, record.id, record.values)
        unit.events.append(APP, 1, [event], actor=None, via="bench")

    return work


def fill(store: AnyStore, table: FormTable) -> None:
    """The records of the lists."""
    for start in range(0, RECORDS, 2_000):
        records = [a_record(number) for number in range(start, start + 2_000)]
        store.run(lambda unit, records=records: unit.records.insert_many(table, records))
    store.count_anew(table)


def queries() -> dict[str, RecordQuery]:
    """Lists as views ask for them."""
    is_mine = condition("record.assignee == user.id or record.status == 'new'")
    is_open = condition("record.status != 'done' and record.priority >= 1")
    by_due, newest = (SortKey(FieldId("due")),), (SortKey(FieldId("created_at"), True),)  # noqa: FBT003
    return {
        "filter, permissions, by due": RecordQuery(TICKET, (is_open,), (is_mine,), by_due),
        "permissions, newest first": RecordQuery(TICKET, (), (is_mine,), newest),
        "everything, by due": RecordQuery(TICKET, (), None, by_due),
        "search of two words": RecordQuery(
            TICKET, (is_open,), (is_mine,), by_due, search="floor 退款申"
        ),
        "search of a rare word": RecordQuery(TICKET, (), (is_mine,), by_due, search="4242"),
    }


def condition(text: str) -> Filter:
    """A filter over the ticket."""
    user = RecordType(FormId("user"), {"id": LinkType(FormId("user"))})
    fields = {"status": TEXT, "priority": NUMBER, "assignee": LinkType(FormId("user"))}
    scope = Scope(names={"record": RecordType(TICKET, fields), "user": user})
    return Filter(compile_expression(text, scope).tree, {"user": {"id": USER}})


def page_ms(store: AnyStore, table: FormTable, query: RecordQuery) -> float:
    """Milliseconds of a first page with its total."""
    spent: list[float] = []
    for _ in range(ROUNDS):
        with store.read() as reader:
            began_s = time.perf_counter()
            reader.records.page(table, query)
            spent.append(time.perf_counter() - began_s)
    return statistics.median(spent) * 1_000


if __name__ == "__main__":
    sys.exit(main())
