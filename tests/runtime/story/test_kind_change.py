"""A field changes its kind: its values come along, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.values import FieldId, FormId, RecordId
from runtime.adapters.clock import SettableClock
from runtime.commands import SYSTEM, PublishApp, RollBackApp
from runtime.kind_change import BATCH, told_of
from runtime.ports import Unit
from runtime.publish import Publisher
from tests.runtime.story.conftest import MORNING
from tests.support.stores import AnyStore, opened_store
from tests.support.worlds import World, a_world

SHED = """\
format: 1
app: shed
title: Shed
currency: EUR
roles:
  clerk: {title: Clerk}
forms:
  part:
    title: Part
    fields:
      name: {type: text}
      weight: {type: text}
      colours: {type: tags}
      note: {type: text}
      price: {type: decimal, scale: 2}
      double: {type: formula, result: text, value: record.weight}
    access:
      clerk: {create: true, read: true, update: true}
"""
CHANGED = (
    SHED.replace("weight: {type: text}", "weight: {type: integer}")
    .replace("colours: {type: tags}", "colours: {type: text}")
    .replace("note: {type: text}", "note: {type: text, encrypted: true}")
    .replace("price: {type: decimal, scale: 2}", "cost: {type: currency, was: price}")
    .replace(
        "double: {type: formula, result: text, value: record.weight}",
        "double: {type: formula, result: number, value: record.weight * 2}",
    )
)


class Killed(Exception):
    """What stands for the end of the process."""


class DyingStore:
    """The world's store, whose process dies at the given write."""

    def __init__(self, store: AnyStore, writes_left: int) -> None:
        self._store = store
        self._left = writes_left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def run(self, work: Callable[[Unit], Any]) -> Any:
        """One transaction, or the end."""
        if not self._left:
            raise Killed
        self._left -= 1
        return self._store.run(work)


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, SHED, "shed")


def with_parts(world: World, count: int) -> list[RecordId]:
    clerk = world.person("cleo", "clerk")
    return [world.submit(clerk, "part", weight=str(number)) for number in range(count)]


def weights(world: World, parts: list[RecordId]) -> list[Any]:
    return [world.values("part", one)["weight"] for one in parts]


def told(world: World, number: int) -> Any:
    with world.store.read() as reader:
        return told_of(reader, world.app, number)


def test_values_are_taken_over_into_the_new_kind(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    part = world.submit(
        clerk, "part", weight="12", colours=["red", "blue"], note="dear", price="2.50"
    )

    world.publish(CHANGED)

    found = world.values("part", part)
    assert {name: found[name] for name in ("weight", "colours", "note", "double")} == {
        "weight": 12,
        "colours": "red; blue",
        "note": "dear",
        "double": Decimal(24),
    }
    assert found["cost"] == {"amount": Decimal("2.50"), "currency": "EUR"}
    assert told(world, 2) == {"done": 1, "lost": 0, "failed": []}


def test_value_that_fits_not_is_empty_and_told(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    heavy = world.submit(clerk, "part", weight="12 kg")
    light = world.submit(clerk, "part", weight="3")

    world.publish(CHANGED)

    assert weights(world, [heavy, light]) == [None, 3]
    assert told(world, 2) == {"done": 2, "lost": 1, "failed": [["part", heavy, "weight"]]}


def test_old_version_still_has_its_own_values(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    heavy = world.submit(clerk, "part", weight="12 kg")
    world.publish(CHANGED)

    world.bus.execute(RollBackApp(world.app, 1), SYSTEM)

    assert weights(world, [heavy]) == ["12 kg"]


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_publish_killed_midway_goes_on_where_it_was(world: World, writes: int) -> None:
    parts = with_parts(world, 2 * BATCH + 5)
    dying = Publisher(DyingStore(world.store, writes), world.live)  # type: ignore[arg-type]

    with pytest.raises(Killed):
        dying.publish(PublishApp(CHANGED, "shed.yaml"), SYSTEM)
    before = weights(world, parts)
    # What is left: the other batches, and the flip.
    rest = Publisher(DyingStore(world.store, 3 - writes + 1), world.live)  # type: ignore[arg-type]
    rest.publish(PublishApp(CHANGED, "shed.yaml"), SYSTEM)

    assert before == [str(number) for number in range(len(parts))]
    assert weights(world, parts) == list(range(len(parts)))


def test_what_is_changed_while_it_is_copied_is_copied_again(world: World) -> None:
    parts = with_parts(world, 3)
    clerk = world.person("cleo", "clerk")
    dying = Publisher(DyingStore(world.store, 1), world.live)  # type: ignore[arg-type]
    with pytest.raises(Killed):  # all records are copied, but nothing is live yet
        dying.publish(PublishApp(CHANGED, "shed.yaml"), SYSTEM)

    world.change(clerk, "part", parts[0], weight="99")
    new = world.submit(clerk, "part", weight="100")
    world.publish(CHANGED)

    assert weights(world, [*parts, new]) == [99, 1, 2, 100]


def test_field_that_changes_back_takes_the_newest_values(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    part = world.submit(clerk, "part", weight="12")
    world.publish(CHANGED)
    world.change(clerk, "part", part, weight="7")

    world.publish(SHED)

    assert weights(world, [part]) == ["7"]


def test_records_can_be_read_and_told_of_after_the_change(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    part = world.submit(clerk, "part", weight="12", colours=["red"])

    world.publish(CHANGED)

    assert world.see(clerk, "part", part).values[FieldId("weight")] == 12
    assert world.reading.list_page(clerk, world.app, FormId("part"), "all").total == 1
    assert world.reading.timeline(clerk, world.app, FormId("part"), part)
