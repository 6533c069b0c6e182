"""Many records at once are what each of them is alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import kinds
from engines.values import FieldId, UserId, ValueBlock
from runtime.ports import FormTable, Record, RecordQuery
from tests.runtime.store.test_records import EVERY_KIND, RECORDS, open_table
from tests.support.stores import START, AnyStore, a_field, a_record, made, record_id, stored

__all__ = ["open_table"]


def test_many_records_are_stored_like_single_ones(store: AnyStore) -> None:
    table = made(store, a_field("subject", is_searched=True), a_field("tags", kinds.TAGS))
    records = [a_record(one, subject=f"no {one}", tags=["x", str(one)]) for one in range(1, 121)]

    stored(store, table, *records)

    with store.read() as reader:
        found = reader.records.get_many(table, [one.id for one in records] + [record_id(999)])
    assert found == {one.id: one for one in records}


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_many_values_of_every_kind_come_back_as_they_were(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    fields = [
        a_field(name, kind, is_encrypted=is_encrypted) for name, (kind, _) in EVERY_KIND.items()
    ]
    table = made(store, *fields)
    full = {name: value for name, (_, value) in EVERY_KIND.items()}
    records = [a_record(1, **full), a_record(2, **dict.fromkeys(EVERY_KIND)), a_record(3, **full)]

    stored(store, table, *records)

    with store.read() as reader:
        assert reader.records.get_many(table, [one.id for one in records]) == {
            one.id: one for one in records
        }
        assert [reader.records.get(table, one.id) for one in records] == records


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_of_many_values_those_that_records_hold_are_taken(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    table = made(store, a_field("phone", is_unique=True, is_encrypted=is_encrypted))
    stored(
        store, table, a_record(1, phone="138"), a_record(2, phone="140"), a_record(3, phone=None)
    )
    asked = [*map(str, range(141, 1_200)), "139", "140", "138"]

    found = store.run(lambda unit: unit.records.taken(table, FieldId("phone"), asked))

    assert found == {"138", "140"}


@given(many=st.lists(RECORDS, min_size=2, max_size=6))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_many_records_are_the_same_as_each_alone(
    open_table: tuple[AnyStore, FormTable], many: list[dict[str, object]]
) -> None:
    store, table = open_table
    records = [a_record(number, **values) for number, values in enumerate(many)]
    together: list[Record | None] = []
    alone: list[Record | None] = []

    def there_and_back(unit: object) -> None:
        stored = unit.records  # type: ignore[attr-defined]
        stored.insert_many(table, records)
        together.extend(stored.get_many(table, [one.id for one in records]).values())
        alone.extend(stored.get(table, one.id) for one in records)
        for one in records:
            stored.delete(table, one)

    store.run(there_and_back)

    assert sorted(together, key=lambda one: one.id if one else "") == records
    assert alone == records


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_block_of_values_comes_back_as_it_was(store: AnyStore, *, is_encrypted: bool) -> None:
    fields = [
        a_field(name, kind, is_encrypted=is_encrypted) for name, (kind, _) in EVERY_KIND.items()
    ]
    table = made(store, *fields)
    ids = [record_id(one) for one in (1, 2, 3)]
    columns = {name: [value, None, value] for name, (_, value) in EVERY_KIND.items()}
    block = ValueBlock(table.form, ids, columns)

    store.run(
        lambda unit: unit.records.insert_block(
            table, block, created_at=[START] * 3, created_by=UserId("ann")
        )
    )

    with store.read() as reader:
        first = reader.records.get(table, ids[0])
        third = reader.records.get(table, ids[2])
    assert first is not None
    assert third is not None
    assert first.values == block.rows()[0]
    assert (third.values, third.revision) == (block.rows()[2], 1)
    assert (third.created_at, third.created_by, third.updated_at) == (START, "ann", START)


def test_words_of_a_block_are_found(store: AnyStore) -> None:
    table = made(store, a_field("subject", is_searched=True), a_field("rest"))
    block = ValueBlock(table.form, [record_id(1), record_id(2)], {"subject": ["Lamp, red", None]})

    store.run(
        lambda unit: unit.records.insert_block(
            table, block, created_at=[START] * 2, created_by=None
        )
    )

    with store.read() as reader:
        page = reader.records.page(table, RecordQuery(table.form, search="red lamp"))
    assert [one.id for one in page.records] == [record_id(1)]
