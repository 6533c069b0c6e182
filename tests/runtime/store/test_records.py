from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import kinds
from engines.errors import BugError, Conflict
from engines.values import FieldId, FormId
from runtime.ports import FormTable, Record
from tests.support.stores import (
    TICKET,
    AnyStore,
    a_field,
    a_record,
    a_table,
    changed,
    made,
    opened_store,
    published,
    record_id,
    stored,
)

EVERY_KIND = {
    "text": (kinds.TEXT, "Ähre 退款"),
    "long_text": (kinds.LONG_TEXT, "a\nb"),
    "integer": (kinds.INTEGER, -(2**63)),
    "decimal": (kinds.decimal(4), Decimal("-12.3400")),
    "boolean": (kinds.BOOLEAN, False),
    "date": (kinds.DATE, date(1999, 12, 31)),
    "datetime": (kinds.DATETIME, datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)),
    "duration": (kinds.DURATION, timedelta(days=-2, seconds=5)),
    "choice": (kinds.CHOICE, "high"),
    "tree": (kinds.TREE, "leaf"),
    "user": (kinds.USER, "ann"),
    "link": (kinds.LINK, record_id(9)),
    "choices": (kinds.CHOICES, ["b", "a"]),
    "files": (kinds.FILES, ["f1"]),
    "links": (kinds.LINKS, [record_id(8), record_id(7)]),
    "tags": (kinds.TAGS, ["Zoll", "äpfel"]),
    "json": (kinds.JSON, {"$d": [1, Decimal("0.10"), None]}),
    "money": (kinds.money(2), {"amount": Decimal("9.90"), "currency": "CNY"}),
    "order": (kinds.TEXT, "a reserved word"),
}


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_values_of_every_kind_come_back_as_they_were(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    fields = [
        a_field(name, kind, is_encrypted=is_encrypted) for name, (kind, _) in EVERY_KIND.items()
    ]
    table = made(store, *fields)
    record = a_record(1, **{name: value for name, (_, value) in EVERY_KIND.items()})

    store.run(lambda unit: unit.records.insert(table, record))

    with store.read() as reader:
        assert reader.records.get(table, record.id) == record


def test_empty_values_of_every_kind_come_back_as_none(store: AnyStore) -> None:
    table = made(store, *[a_field(name, kind) for name, (kind, _) in EVERY_KIND.items()])
    record = a_record(1, **dict.fromkeys(EVERY_KIND))

    stored(store, table, record)

    with store.read() as reader:
        assert reader.records.get(table, record.id) == record


def test_an_update_stores_what_differs(store: AnyStore) -> None:
    table = made(store, a_field("subject"), a_field("tags", kinds.TAGS), a_field("note"))
    before = a_record(1, subject="a", tags=["x", "y"], note="kept")
    stored(store, table, before)
    after = changed(before, subject="b", tags=["y"])

    store.run(lambda unit: unit.records.update(table, before, after))

    with store.read() as reader:
        assert reader.records.get(table, before.id) == after


def test_an_update_of_an_outdated_record_is_refused(store: AnyStore) -> None:
    table = made(store, a_field("subject"))
    before = a_record(1, subject="a")
    stored(store, table, before)
    store.run(lambda unit: unit.records.update(table, before, changed(before, subject="b")))

    with pytest.raises(Conflict) as refusal:
        store.run(lambda unit: unit.records.update(table, before, changed(before, subject="c")))

    assert refusal.value.details["revision"] == 2


def test_a_deleted_record_leaves_nothing_behind(store: AnyStore) -> None:
    table = made(store, a_field("subject", is_searched=True), a_field("tags", kinds.TAGS))
    record = a_record(1, subject="a", tags=["x"])
    stored(store, table, record)

    store.run(lambda unit: unit.records.delete(table, record))

    with store.read() as reader:
        assert reader.records.get(table, record.id) is None
    stored(store, table, record)  # no element or word of it is in the way


def test_deleting_an_outdated_record_is_refused(store: AnyStore) -> None:
    table = made(store, a_field("subject"))
    before = a_record(1, subject="a")
    stored(store, table, before)
    store.run(lambda unit: unit.records.update(table, before, changed(before, subject="b")))

    with pytest.raises(Conflict):
        store.run(lambda unit: unit.records.delete(table, before))


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_value_another_record_holds_is_taken(store: AnyStore, *, is_encrypted: bool) -> None:
    table = made(store, a_field("phone", is_unique=True, is_encrypted=is_encrypted))
    stored(store, table, a_record(1, phone="138"))
    field = FieldId("phone")

    answers = store.run(
        lambda unit: (
            unit.records.is_taken(table, field, "138", None),
            unit.records.is_taken(table, field, "138", record_id(1)),
            unit.records.is_taken(table, field, "139", None),
            unit.records.is_taken(table, field, None, None),
        )
    )

    assert answers == (True, False, False, False)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kinds.LINK, record_id(7)), (kinds.LINKS, [record_id(6), record_id(7)])],
    ids=["link", "links"],
)
def test_records_that_link_to_another_are_found(
    store: AnyStore, kind: kinds.Kind, value: object
) -> None:
    table = made(store, a_field("customer", kind, links_to=FormId("customer")))
    stored(store, table, a_record(1, customer=value), a_record(2, customer=None))
    stored(store, table, a_record(3, customer=value))

    with store.read() as reader:
        found = reader.records.linking(table, FieldId("customer"), record_id(7), 10)

    assert [one.id for one in found] == [record_id(3), record_id(1)]


def test_serials_count_without_gaps_within_their_period(store: AnyStore) -> None:
    table = made(store, a_field("number"))

    numbers = [
        store.run(lambda unit, period=period: unit.records.next_serial(table, NUMBER, period))
        for period in ("2026", "2026", "2027", "2026")
    ]

    assert numbers == [1, 2, 1, 3]


def test_a_range_of_serials_follows_those_given_before(store: AnyStore) -> None:
    table, field = made(store, a_field("number")), FieldId("number")

    given = store.run(
        lambda unit: [
            unit.records.next_serial(table, field, "2603", many) for many in (1, 5, 3, 1)
        ]
    )

    assert given == [1, 2, 7, 10]


def test_a_failed_unit_gives_its_serial_back(store: AnyStore) -> None:
    table = made(store, a_field("number"))

    with pytest.raises(ZeroDivisionError):
        store.run(lambda unit: unit.records.next_serial(table, NUMBER, "") / 0)

    assert store.run(lambda unit: unit.records.next_serial(table, NUMBER, "")) == 1


def test_a_number_with_more_digits_than_its_column_is_a_bug(store: AnyStore) -> None:
    table = made(store, a_field("price", kinds.decimal(2), is_encrypted=False))
    record = a_record(1, price=Decimal("1.005"))

    with pytest.raises(BugError):
        store.run(lambda unit: unit.records.insert(table, record))


@pytest.mark.parametrize("text", ["1.00000000000000000000000000000001", "9" * 30, "-1E-7"])
def test_a_number_that_would_be_rounded_on_its_way_is_a_bug(store: AnyStore, text: str) -> None:
    table = made(store, a_field("price", kinds.decimal(2)))

    with pytest.raises(BugError):
        stored(store, table, a_record(1, price=Decimal(text)))


def test_forms_with_long_names_have_tables_of_their_own(store: AnyStore) -> None:
    long = "a_form_with_a_name_as_long_as_names_may_get_here"
    forms = [FormId(long[:47] + end) for end in "xy"]
    fields = [a_field("b" * 48, kinds.TAGS), a_field("c" * 48, kinds.money(2), is_indexed=True)]
    tables = published(store, *[a_table(*fields, form=form) for form in forms])
    values = {"b" * 48: ["t"], "c" * 48: {"amount": Decimal("1.00"), "currency": "EUR"}}
    record = a_record(1, form=forms[0], **values)

    stored(store, tables[forms[0]], record)

    with store.read() as reader:
        assert reader.records.get(tables[forms[0]], record.id) == record
        assert reader.records.get(tables[forms[1]], record.id) is None


NUMBER = FieldId("number")
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
PLAIN = {
    "text": TEXTS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.decimals(-(10**13), 10**13, places=4, allow_nan=False),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2)),  # noqa: DTZ001
    "duration": st.timedeltas().map(lambda one: timedelta(seconds=one // timedelta(seconds=1))),
    "tags": st.lists(TEXTS, min_size=1, max_size=3),
    "boolean": st.booleans(),
}
RECORDS = st.fixed_dictionaries({name: st.none() | values for name, values in PLAIN.items()})


@pytest.fixture(params=["memory", "postgres"])
def open_table(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[AnyStore, FormTable]]:
    with opened_store(request.param, request, tmp_path) as store:
        yield store, made(store, *[a_field(name, EVERY_KIND[name][0]) for name in PLAIN])


@given(values=RECORDS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_value_comes_back_exactly(
    open_table: tuple[AnyStore, FormTable], values: dict[str, object]
) -> None:
    store, table = open_table
    record = a_record(1, **values)
    found: list[Record | None] = []

    def there_and_back(unit: object) -> None:
        records = unit.records  # type: ignore[attr-defined]
        records.insert(table, record)
        found.append(records.get(table, record.id))
        records.delete(table, record)

    store.run(there_and_back)

    assert found == [record]
    assert record.form == TICKET
