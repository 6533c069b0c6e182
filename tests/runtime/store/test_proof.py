"""The cells that values stand in are the cells that are found there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.values import ValueBlock
from runtime.ports import FormTable, Unit
from tests.runtime.store.test_records import EVERY_KIND, RECORDS, open_table
from tests.support.stores import START, AnyStore, a_field, made, record_id

__all__ = ["open_table"]

FULL = {name: value for name, (_, value) in EVERY_KIND.items()}
EMPTY: dict[str, Any] = dict.fromkeys(EVERY_KIND)


def a_block(table: FormTable, *records: dict[str, Any]) -> ValueBlock:
    ids = [record_id(number) for number, _ in enumerate(records, 1)]
    columns = {str(name): [one.get(name) for one in records] for name in table.fields}
    return ValueBlock(table.form, ids, columns)


def add(unit: Unit, table: FormTable, block: ValueBlock) -> None:
    moments = [START] * len(block.ids)
    unit.records.insert_block(table, block, created_at=moments, created_by=None)


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_values_of_every_kind_stand_in_the_cells_told(
    store: AnyStore, *, is_encrypted: bool
) -> None:
    fields = [
        a_field(name, kind, is_encrypted=is_encrypted) for name, (kind, _) in EVERY_KIND.items()
    ]
    table = made(store, *fields)
    block = a_block(table, FULL, EMPTY, FULL)

    store.run(lambda unit: add(unit, table, block))

    names = [*reversed(EVERY_KIND), "gone"]
    with store.read() as reader:
        told = reader.records.cells(table, names, block)
        found = reader.records.cells_between(table, names, record_id(1), record_id(3))
    assert found == told
    assert [row[0] for row in told] == list(block.ids)


@given(many=st.lists(RECORDS, min_size=1, max_size=6))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_values_stand_in_the_cells_told(
    open_table: tuple[AnyStore, FormTable], many: list[dict[str, Any]]
) -> None:
    store, table = open_table
    block, names = a_block(table, *many), list(table.fields)
    found: list[Any] = []

    def there_and_back(unit: Unit) -> None:
        add(unit, table, block)
        found.extend(unit.records.cells_between(table, names, block.ids[0], block.ids[-1]))
        for id_ in block.ids:
            if (record := unit.records.get(table, id_)) is not None:
                unit.records.delete(table, record)

    store.run(there_and_back)

    with store.read() as reader:
        assert found == reader.records.cells(table, names, block)


@pytest.mark.parametrize("name", ["text", "decimal", "boolean", "datetime", "money", "json"])
def test_another_value_stands_in_other_cells(store: AnyStore, name: str) -> None:
    table = made(store, *[a_field(one, kind) for one, (kind, _) in EVERY_KIND.items()])
    other = {**FULL, "text": "Ahre 退款", "decimal": Decimal("-12.3401"), "boolean": True}
    other |= {
        "datetime": START,
        "money": {"amount": Decimal("9.91"), "currency": "CNY"},
        "json": 1,
    }
    blocks = [a_block(table, FULL), a_block(table, {**FULL, name: other[name]})]

    with store.read() as reader:
        ours, theirs = (reader.records.cells(table, list(EVERY_KIND), one) for one in blocks)

    assert ours != theirs
