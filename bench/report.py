"""A report as the product answers it beside the query one would write for PostgreSQL by hand.

Month by category over N tickets: how many, the mean and the 90th percentile of an amount. The
reference is plain SQL over the same typed table with the database's own functions, in UTC (it
rounds, and its percentile is a float; ours is exact and in a zone with summer time). Interleaved
rounds on one connection each, medians. Run with `python -m bench.report [--full]`.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg

from bench.result import Result, report
from engines import kinds
from engines.expression.types import DATETIME
from engines.report.query import AggregateQuery
from engines.report.question import Aggregate, Grain
from runtime.adapters.clock import SettableClock
from runtime.adapters.ids import RandomIds
from runtime.adapters.keys import new_master_keys
from runtime.ports import FormTable, Record, RecordQuery
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.postgres import running_server
from tests.support.reports import COUNT, a_query, by, measure
from tests.support.stores import START, TICKET, AnyStore, a_field, made, record_id

QUICK, FULL = 200_000, 1_000_000
ROUNDS = 5
GOAL = 0.1
CHUNK = 10_000
CATEGORIES = [f"category_{number}" for number in range(12)]
ZONE = "Europe/Madrid"

SIMPLE = [COUNT, measure(Aggregate.MEAN, "amount")]
WHOLE = [*SIMPLE, measure(Aggregate.PERCENTILE, "amount", percent=90)]
HAND_WRITTEN = """
SELECT date_trunc('month', closed_at), category, count(*), avg(amount){more}
FROM {table} GROUP BY 1, 2
"""
PERCENTILE = ", percentile_cont(0.9) WITHIN GROUP (ORDER BY amount)"


def main() -> int:
    results: list[Result] = []
    size = FULL if "--full" in sys.argv else QUICK
    print(f"{size:,} tickets, {len(CATEGORIES)} categories, 36 months, zone {ZONE}")
    with running_server() as server, tempfile.TemporaryDirectory() as folder:
        if server is None:
            sys.exit("The reference needs PostgreSQL: install Debian's postgresql.")
        url = server.new_database()
        clock = SettableClock(START)
        parts = {"clock": clock, "ids": RandomIds(clock), "wrap": new_master_keys()}
        sqlite = SqliteStore(Path(folder) / "data.sqlite", **parts)
        postgres = PostgresStore(url, **parts)
        tables = {store: filled(store, size) for store in (sqlite, postgres)}
        with psycopg.connect(url, autocommit=True) as plain:
            plain.execute(f"VACUUM ANALYZE {tables[postgres].table}")
            for words, asked, more in (
                ("count, mean", SIMPLE, ""),
                ("count, mean, p90", WHOLE, PERCENTILE),
            ):
                query = month_by_category(asked)
                text = HAND_WRITTEN.format(table=tables[postgres].table, more=more)
                results += compare(
                    f"report over {size:,}: {words}",
                    {
                        "hand-written SQL": lambda text=text: plain.execute(text).fetchall(),
                        **{
                            name: lambda store=store, query=query: answer(
                                store, tables[store], query
                            )
                            for name, store in (("SQLite", sqlite), ("PostgreSQL", postgres))
                        },
                    },
                )
        sqlite.close()
        postgres.close()
    return report(*results)


def filled(store: AnyStore, size: int) -> FormTable:
    """The ticket table with so many records."""
    store.migrate()
    table = made(
        store,
        a_field("category", kinds.CHOICE),
        a_field("closed_at", kinds.DATETIME),
        a_field("amount", kinds.decimal(2)),
    )
    for start in range(0, size, CHUNK):
        chunk = list(tickets(start, min(CHUNK, size - start)))
        store.run(lambda unit, chunk=chunk: unit.records.insert_many(table, chunk))
    store.count_anew(table)
    return table


def tickets(start: int, count: int) -> Iterator[Record]:
    """The same tickets for each database."""
    chance = random.Random(start)
    first = datetime(2023, 1, 1, tzinfo=UTC)
    for number in range(start, start + count):
        values = {
            "category": chance.choice(CATEGORIES),
            "closed_at": first + timedelta(seconds=chance.randrange(3 * 365 * 86_400)),
            "amount": Decimal(chance.randrange(10_000_00)).scaleb(-2),
        }
        yield Record(record_id(number), TICKET, values, 1, START, None, START, None)


def month_by_category(measures: list) -> AggregateQuery:
    """The question of both sides."""
    dimensions = [by("closed_at", DATETIME, Grain.MONTH), by("category")]
    return a_query(dimensions, measures, ZONE)


def answer(store: AnyStore, table: FormTable, query: AggregateQuery) -> int:
    """How many groups the product finds."""
    with store.read() as reader:
        return len(reader.records.aggregate(table, query, RecordQuery(TICKET)).groups)


def compare(words: str, ways: dict[str, Callable[[], object]]) -> list[Result]:
    """The median time of each way as a ratio to the first."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in times.items()}
    (by_hand, reference), *ours = medians.items()
    return [
        Result(
            f"{words}, {name}",
            seconds / reference,
            "times its time",
            final=GOAL,
            ours=f"{seconds * 1000:,.0f} ms",
            reference=f"{by_hand} {reference * 1000:,.0f} ms",
        )
        for name, seconds in ours
    ]


if __name__ == "__main__":
    sys.exit(main())
