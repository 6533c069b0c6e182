"""Chunks of an import: stored as they are or through the rules, with their own times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engines.errors import NotAllowed
from engines.values import FormId, RecordId
from runtime.commands import ImportedRecord, ImportRecords
from tests.support.worlds import World

ORDER = FormId("order")
ONE = RecordId("01900000-0000-7000-8000-000000000001")
IN_MAY = datetime(2025, 5, 1, 10, 0, tzinfo=UTC)
IN_JUNE = datetime(2025, 6, 1, 10, 0, tzinfo=UTC)

IMPORTED = ImportedRecord(
    ONE,
    {"subject": "Old", "urgency": "high", "state": "open"},
    occurred_at=IN_MAY,
    changes=((IN_JUNE, {"state": "agreed"}),),
)


def imported(world: World, rules: str) -> None:
    head = world.person("eve", "head")
    world.do(ImportRecords(world.app, ORDER, (IMPORTED,), rules, "run-1", 7), head)


def test_an_import_keeps_the_times_at_which_things_happened(world: World) -> None:
    imported(world, "off")

    eve = world.actor("eve")
    entries = world.reading.timeline(eve, world.app, ORDER, ONE)
    assert [(one.kind, one.at) for one in entries] == [
        ("RecordChanged", IN_JUNE),
        ("RecordCreated", IN_MAY),
    ]
    assert world.see(eve, "order", ONE).created_at == IN_MAY


@pytest.mark.parametrize(("rules", "owner"), [("off", None), ("set_only", "eve"), ("full", "eve")])
def test_rules_touch_an_import_only_where_it_says_so(
    world: World, rules: str, owner: str | None
) -> None:
    imported(world, rules)

    values = world.values("order", ONE)
    assert values["state"] == "agreed"
    assert values["owner"] == owner


def test_an_import_remembers_how_far_it_is_in_the_same_transaction(world: World) -> None:
    imported(world, "off")

    with world.store.read() as reader:
        run = reader.registry.run("run-1")
    assert run is not None
    assert run["done"] == 7


def test_importing_needs_the_right(world: World) -> None:
    clerk = world.person("ana", "clerk")

    with pytest.raises(NotAllowed):
        world.do(ImportRecords(world.app, ORDER, (IMPORTED,)), clerk)


@pytest.mark.parametrize("rules", ["off", "full"])
def test_an_imported_record_without_a_number_gets_the_next_one(world: World, rules: str) -> None:
    imported(world, rules)

    assert world.values("order", ONE)["number"] == "O25-0001"
