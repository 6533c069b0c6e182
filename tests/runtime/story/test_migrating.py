"""Running cases are brought to another version, and back, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engines.errors import NotAllowed
from engines.values import FlowId, NodeId
from runtime.commands import MigrateFlows
from tests.runtime.story.test_calls import TEXT
from tests.support.worlds import World

FLOW = """\
  checking:
    on: {created: case}
    nodes:
      look:
        type: task
        assign: {role: clerk}
        timers: {late: {after: 4h, interrupt: false, do: [{set: {state: late}}]}}
        outcomes: {done: {to: end}}
      end: {type: end}
"""
RENAMED = FLOW.replace("look:", "check:").replace("done:", "ready:")
MAPPING = {NodeId("look"): NodeId("check")}


def migrated(world: World, version: int, **how: Any) -> Mapping[str, Any]:
    command = MigrateFlows(world.app, FlowId("checking"), version, MAPPING, **how)
    outcome = world.do(command, world.actor("ana"))
    return {one["verdict"]: one["why"] for one in outcome.details["instances"]}


@pytest.fixture
def begun(world: World) -> tuple[World, int, int]:
    """A case begun at the first of two versions."""
    first = world.publish(TEXT + FLOW)
    ana = world.person("ana", "clerk")
    world.submit(ana, "case", subject="one")
    return world, first, world.publish(TEXT + RENAMED)


def test_plan_changes_nothing(begun: tuple[World, int, int]) -> None:
    world, _, second = begun

    found = migrated(world, second)

    assert found == {"moves": ["goes from 'look' to 'check'"]}
    assert [task.node for task in world.tasks(world.actor("ana"), "pool")] == ["look"]


def test_case_goes_on_at_the_new_version_with_task_and_timer(
    begun: tuple[World, int, int],
) -> None:
    world, _, second = begun
    ana = world.actor("ana")

    migrated(world, second, is_dry=False)
    world.advance(hours=5)
    late = world.values("case", world.tasks(ana, "pool")[0].record)["state"]
    world.finish(ana, "ready", "pool")

    assert late == "late"
    assert world.tasks(ana, "pool") == ()


def test_undone_it_goes_on_at_the_old_version(begun: tuple[World, int, int]) -> None:
    world, first, second = begun
    migrated(world, second, is_dry=False)

    found = migrated(world, first, is_dry=False, is_undo=True)
    world.finish(world.actor("ana"), "done", "pool")

    assert found == {"moves": ["goes from 'check' to 'look'"]}


def test_what_has_no_place_is_said_and_left_alone(begun: tuple[World, int, int]) -> None:
    world, _, _ = begun
    third = world.publish(TEXT + RENAMED.replace("check:", "test:"))

    found = migrated(world, third, is_dry=False)
    world.finish(world.actor("ana"), "done", "pool")

    assert found == {
        "needs_a_person": ["node 'check' is not there, and something stands at 'look'"]
    }


def test_only_operators_migrate(begun: tuple[World, int, int]) -> None:
    world, _, second = begun
    ben = world.person("ben", "other")

    with pytest.raises(NotAllowed):
        world.do(MigrateFlows(world.app, FlowId("checking"), second), ben)
