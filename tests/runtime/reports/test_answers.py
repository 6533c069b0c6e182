"""The database answers a report as plain Python would, on random records, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import kinds
from engines.expression.compile import compile_expression
from engines.expression.scope import Scope
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    NUMBER,
    TEXT,
    ListOf,
    RecordType,
)
from engines.report.query import AggregateQuery, Aggregates
from engines.report.question import Aggregate, Grain
from engines.values import FormId, UserId, Values
from runtime.ports import Filter, FormTable, Record, RecordQuery
from tests.support.reports import COUNT, a_query, by, measure, plain_answer
from tests.support.stores import (
    START,
    TICKET,
    AnyStore,
    a_field,
    a_record,
    a_table,
    published,
    record_id,
    stored,
)

CUSTOMER = FormId("customer")
ZONES = ["UTC", "Asia/Shanghai", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu"]
TIERS = ["gold", "plain", None]
CUSTOMERS = {str(record_id(number)): {"tier": tier} for number, tier in enumerate(TIERS, 1)}
SCOPE = Scope({"record": RecordType("ticket", {"batch": NUMBER})})
BATCHES = count(1)
NUMBERS = count(1000)

instants = st.integers(-(10**7), 10**8).map(
    lambda steps: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=20 * steps)
) | st.sampled_from(
    [
        datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),  # Madrid's summer begins
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(1988, 4, 16, 18, tzinfo=UTC),  # Shanghai had summer time too
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    ]
)
values = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["network", "printer", "客户", None]),
        "closed_at": st.none() | instants,
        "due": st.none() | st.dates(date(1960, 1, 1), date(2040, 1, 1)),
        "is_open": st.booleans() | st.none(),
        "score": st.none() | st.integers(-5, 5),
        "amount": st.none() | st.decimals(-(10**6), 10**6, places=2),
        "length": st.none() | st.integers(0, 90_000).map(lambda s: timedelta(seconds=s)),
        "tags": st.none() | st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
        "customer": st.none() | st.sampled_from(sorted(CUSTOMERS)),
        "price": st.none()
        | st.fixed_dictionaries(
            {
                "amount": st.decimals(0, 1000, places=2),
                "currency": st.sampled_from(["CNY", "EUR"]),
            }
        ),
    }
)
measures = st.lists(
    st.sampled_from(
        [
            COUNT,
            measure(Aggregate.COUNT, "score"),
            measure(Aggregate.SUM, "amount"),
            measure(Aggregate.MEAN, "amount"),
            measure(Aggregate.MEAN, "score"),
            measure(Aggregate.MAX, "closed_at", DATETIME),
            measure(Aggregate.MIN, "due", DATE),
            measure(Aggregate.MEAN, "length", DURATION),
            measure(Aggregate.PERCENTILE, "score", percent=90),
            measure(Aggregate.PERCENTILE, "amount", percent=50),
            measure(Aggregate.PERCENTILE, "length", DURATION, percent=7),
            measure(Aggregate.SUM, "price", currency="EUR"),
        ]
    ),
    min_size=1,
    max_size=3,
    unique=True,
)
dimensions = st.lists(
    st.sampled_from(
        [
            by("category"),
            by("is_open", BOOLEAN),
            by("score", NUMBER),
            by("amount", NUMBER),
            by("customer"),
            by("customer.tier"),
            by("price.currency"),
            by("tags", ListOf(TEXT)),
            *(by("closed_at", DATETIME, grain) for grain in Grain),
            *(by("due", DATE, grain) for grain in Grain if grain is not Grain.HOUR),
        ]
    ),
    max_size=2,
    unique=True,
)


@pytest.fixture
def table(store: AnyStore) -> FormTable:
    ticket = a_table(
        a_field("batch", kinds.INTEGER),
        a_field("category", kinds.CHOICE),
        a_field("closed_at", kinds.DATETIME),
        a_field("due", kinds.DATE),
        a_field("is_open", kinds.BOOLEAN),
        a_field("score", kinds.INTEGER),
        a_field("amount", kinds.decimal(2)),
        a_field("length", kinds.DURATION),
        a_field("tags", kinds.TAGS),
        a_field("customer", kinds.LINK, links_to=CUSTOMER),
        a_field("price", kinds.money(2)),
    )
    customer = a_table(a_field("tier", kinds.CHOICE), form=CUSTOMER)
    tables = published(store, ticket, customer)
    rows = [a_record(n, form=CUSTOMER, tier=tier) for n, tier in enumerate(TIERS, 1)]
    stored(store, tables[CUSTOMER], *rows)
    return tables[TICKET]


def a_ticket(values: Values, batch: int) -> Record:
    return a_record(next(NUMBERS), **{**values, "batch": batch})


def only(batch: int) -> RecordQuery:
    """The tickets of one example."""
    tree = compile_expression(f"record.batch == {batch}", SCOPE, expect=BOOLEAN).tree
    return RecordQuery(TICKET, filters=(Filter(tree, {}),))


def answer(
    store: AnyStore, table: FormTable, query: AggregateQuery, rows: RecordQuery
) -> Aggregates:
    with store.read() as reader:
        return reader.records.aggregate(table, query, rows)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(values, max_size=12),
    dimensions=dimensions,
    measures=measures,
    zone=st.sampled_from(ZONES),
)
def test_database_answers_as_plain_python_does(
    store: AnyStore,
    table: FormTable,
    rows: list[dict[str, Any]],
    dimensions: list[Any],
    measures: list[Any],
    zone: str,
) -> None:
    batch = next(BATCHES)
    records = [a_ticket(row, batch) for row in rows]
    query = a_query(dimensions, measures, zone)
    stored(store, table, *records)

    found = answer(store, table, query, only(batch))

    expected = plain_answer(query, records, CUSTOMERS)
    assert {one.keys: one.values for one in found.groups} == expected


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(values, min_size=1, max_size=8),
    dimensions=dimensions,
    zone=st.sampled_from(ZONES),
)
def test_each_group_opens_exactly_the_records_it_counted(
    store: AnyStore,
    table: FormTable,
    rows: list[dict[str, Any]],
    dimensions: list[Any],
    zone: str,
) -> None:
    batch = next(BATCHES)
    stored(store, table, *(a_ticket(row, batch) for row in rows))
    query = a_query(dimensions, zone=zone)
    groups = answer(store, table, query, only(batch)).groups

    with store.read() as reader:
        opened = [
            reader.records.group_page(table, query, group.keys, only(batch)) for group in groups
        ]

    assert [len(page.records) for page in opened] == [group.values[0] for group in groups]


def test_sum_beyond_64_bits_is_exact(store: AnyStore, table: FormTable) -> None:
    huge = 9_000_000_000_000_000_000
    query = a_query([], [measure(Aggregate.SUM, "score"), measure(Aggregate.MEAN, "score")])
    rows = [a_ticket({"score": huge + number}, 0) for number in range(3)]
    stored(store, table, *rows)

    found = answer(store, table, query, RecordQuery(TICKET))

    assert found.groups[0].values == (3 * huge + 3, Decimal(huge + 1))


def test_groups_beyond_the_most_are_cut_and_said_to_be(store: AnyStore, table: FormTable) -> None:
    query = a_query([by("score", NUMBER)], most=2)
    stored(store, table, *(a_ticket({"score": number}, 0) for number in range(5)))

    found = answer(store, table, query, RecordQuery(TICKET))

    assert (len(found.groups), found.is_cut) == (2, True)


def test_instant_at_the_end_of_time_stays_within_the_years(
    store: AnyStore, table: FormTable
) -> None:
    late = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    query = a_query([by("closed_at", DATETIME, Grain.MONTH)], zone="Asia/Shanghai")
    stored(store, table, a_ticket({"closed_at": late}, 0))

    found = answer(store, table, query, RecordQuery(TICKET))

    assert found.groups[0].keys == (date(9999, 12, 1),)


def test_creation_counts_by_day_of_the_zone(store: AnyStore, table: FormTable) -> None:
    query = a_query([by("created_at", DATETIME, Grain.DAY)], zone="Pacific/Auckland")
    evening = START.replace(hour=11)  # already tomorrow over there
    row = Record(record_id(1), TICKET, {}, 1, evening, UserId("ann"), evening, None)
    stored(store, table, row)

    found = answer(store, table, query, RecordQuery(TICKET))

    assert found.groups[0].keys == (date(2026, 3, 2),)
