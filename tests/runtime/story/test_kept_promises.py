"""Whether a promise was kept stands in a field of the record, and so in any report."""

from __future__ import annotations

from typing import Any

import pytest

from engines.values import RecordId, ReportId
from runtime.access.lists import Ask
from runtime.commands import Actor
from tests.runtime.story.test_service_levels import TEXT
from tests.support.worlds import World

FIELD = "      in_time: {type: checkbox, readonly: true}\n"
SHOWN = (
    TEXT.replace(
        "        due_field: due\n", "        due_field: due\n        kept_field: in_time\n"
    )
    .replace(
        "      due: {type: datetime}\n",
        "      due: {type: datetime}\n      in_time: {type: checkbox, readonly: true}\n",
    )
    .replace("sla:\n", "reports:\n  promises: {of: order, by: [in_time]}\nsla:\n", 1)
)


@pytest.fixture
def ana(world: World) -> Actor:
    """A clerk, in a shop that counts which promises it keeps."""
    world.publish(SHOWN)
    return world.person("ana", "clerk", "head")


def in_time(world: World, order: RecordId) -> bool | None:
    found: bool | None = world.values("order", order)["in_time"]
    return found


def promises(world: World, actor: Actor) -> dict[Any, Any]:
    page = world.reading.report(actor, world.app, ReportId("promises"), Ask())
    return {row.keys[0]: row.values[0] for row in page.table.rows}


def test_kept_it_says_so_once_the_clock_stops(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")
    world.advance(hours=71)
    before = in_time(world, order)

    world.change(ana, "order", order, state="agreed")
    world.advance(days=3)

    assert (before, in_time(world, order)) == (None, True)


def test_late_it_says_so_by_itself_and_for_good(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")
    world.advance(hours=72)
    on_time = in_time(world, order)

    world.advance(minutes=1)
    late = in_time(world, order)
    world.change(ana, "order", order, state="agreed")

    assert (on_time, late, in_time(world, order)) == (None, False, False)


def test_a_pause_moves_when_it_is_late(world: World, ana: Actor) -> None:
    order = world.submit(ana, "order", subject="Chairs")
    world.change(ana, "order", order, note="wait")
    world.advance(days=9)
    world.change(ana, "order", order, note="")

    world.advance(hours=71)
    world.change(ana, "order", order, state="agreed")

    assert in_time(world, order) is True


def test_a_report_counts_kept_late_and_open_promises(world: World, ana: Actor) -> None:
    kept, _, _ = (world.submit(ana, "order", subject=name) for name in ("one", "two", "three"))
    world.change(ana, "order", kept, state="agreed")
    world.advance(hours=73)
    world.submit(ana, "order", subject="four")

    found = promises(world, ana)

    assert found == {True: 1, False: 2, None: 1}
