"""Running cases are brought to another version, and back, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engines.errors import FieldErrors, NotAllowed, NotFound
from engines.values import FlowId, InstanceId, NodeId
from runtime.commands import MigrateFlows
from runtime.handlers import migrating
from tests.runtime.story.conftest import MORNING
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
    command = MigrateFlows(world.app, FlowId("checking"), version, MAPPING, reason="mended", **how)
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


SOONER = FLOW.replace(
    "timers: {late:",
    "timers: {soon: {after: 1h, interrupt: false, do: [{set: {state: paid}}]}, late:",
)


def state_of(world: World) -> str:
    return str(world.values("case", world.tasks(world.actor("ana"), "pool")[0].record)["state"])


def test_timers_that_only_the_new_version_has_start_with_the_migration(
    begun: tuple[World, int, int],
) -> None:
    world, _, _ = begun
    third = world.publish(TEXT + SOONER)
    command = MigrateFlows(world.app, FlowId("checking"), third, is_dry=False, reason="x")

    world.advance(hours=2)
    world.do(command, world.actor("ana"))
    at_once = state_of(world)
    world.advance(hours=1.5)
    later = state_of(world)
    world.advance(hours=1)

    assert (at_once, later, state_of(world)) == ("open", "paid", "late")


def test_undone_the_timers_it_started_are_forgotten(begun: tuple[World, int, int]) -> None:
    world, first, _ = begun
    third = world.publish(TEXT + SOONER)
    there = MigrateFlows(world.app, FlowId("checking"), third, is_dry=False, reason="x")
    world.do(there, world.actor("ana"))

    verdict = verdicts(world, first, is_undo=True, is_dry=False)
    world.advance(hours=2)
    early = state_of(world)
    world.advance(hours=3)

    assert (verdict, early, state_of(world)) == (["moves"], "open", "late")


RESTING = """\
  checking:
    on: {created: case}
    nodes:
      rest: {type: wait, message: paid, to: paid}
      paid: {type: action, do: [{set: {state: paid}}], to: end}
      end: {type: end}
"""
TIMED = RESTING.replace(
    "message: paid, to: paid",
    "race: [{message: paid, to: paid}, {until: record.visit, to: late}]",
).replace(
    "      end:", "      late: {type: action, do: [{set: {state: late}}], to: end}\n      end:"
)


def test_a_wait_gets_the_time_that_its_record_says(world: World) -> None:
    text = TEXT.replace("    access:", "      visit: {type: datetime}\n    access:")
    world.publish(text + RESTING)
    visit = (MORNING + timedelta(days=2)).isoformat()
    record = world.submit(world.person("ana", "clerk"), "case", subject="one", visit=visit)
    second = world.publish(text + TIMED)
    command = MigrateFlows(world.app, FlowId("checking"), second, is_dry=False, reason="x")

    world.advance(hours=30)
    world.do(command, world.actor("ana"))
    world.advance(hours=17)
    before = world.values("case", record)["state"]
    world.advance(hours=2)

    assert (before, world.values("case", record)["state"]) == ("open", "late")


def test_what_has_no_place_is_said_and_left_alone(begun: tuple[World, int, int]) -> None:
    world, _, _ = begun
    third = world.publish(TEXT + RENAMED.replace("check:", "test:"))

    command = MigrateFlows(world.app, FlowId("checking"), third, is_dry=False, reason="x")
    outcome = world.do(command, world.actor("ana"))
    found = {one["verdict"]: one["why"] for one in outcome.details["instances"]}
    world.finish(world.actor("ana"), "done", "pool")

    assert found == {
        "needs_a_person": ["node 'look' is not there, and something stands at 'look'"]
    }


def test_only_operators_migrate(begun: tuple[World, int, int]) -> None:
    world, _, second = begun
    ben = world.person("ben", "other")

    with pytest.raises(NotAllowed):
        world.do(MigrateFlows(world.app, FlowId("checking"), second), ben)


def verdicts(world: World, version: int, **how: Any) -> list[str]:
    command = MigrateFlows(world.app, FlowId("checking"), version, MAPPING, reason="x", **how)
    found = world.do(command, world.actor("ana")).details["instances"]
    return [one["verdict"] for one in found]


def test_only_those_that_were_brought_go_back(begun: tuple[World, int, int]) -> None:
    world, first, second = begun
    migrated(world, second, is_dry=False)
    world.submit(world.actor("ana"), "case", subject="born there")

    plan = verdicts(world, first, is_undo=True)
    done = verdicts(world, first, is_undo=True, is_dry=False)
    again = verdicts(world, first, is_undo=True, is_dry=False)

    assert plan == done == ["moves", "stays"]
    assert again == ["stays", "stays"]


def test_step_after_step_is_undone_the_latest_first(begun: tuple[World, int, int]) -> None:
    world, first, second = begun
    third = world.publish(TEXT + RENAMED.replace("ready:", "fine:"))
    migrated(world, second, is_dry=False)
    command = MigrateFlows(world.app, FlowId("checking"), third, is_dry=False, reason="x")
    world.do(command, world.actor("ana"))

    found = [
        verdicts(world, version, is_undo=True, is_dry=False) for version in (first, second, first)
    ]

    assert found == [["stays"], ["moves"], ["moves"]]
    assert [task.node for task in world.tasks(world.actor("ana"), "pool")] == ["look"]


def test_cases_are_chosen_by_what_their_records_hold_by_node_and_by_id(
    begun: tuple[World, int, int],
) -> None:
    world, _, second = begun
    ana = world.actor("ana")
    world.submit(ana, "case", subject="two")
    everyone = MigrateFlows(world.app, FlowId("checking"), second, MAPPING)
    ids = [one["instance"] for one in world.do(everyone, ana).details["instances"]]

    by_field = verdicts(world, second, where=(("subject", "is", "one"),))
    by_node = verdicts(world, second, at_node=NodeId("end"))
    by_id = verdicts(world, second, instances=(ids[0],), is_dry=False)

    assert (len(ids), by_field, by_node, by_id) == (2, ["moves"], [], ["moves"])
    assert verdicts(world, second) == ["stays", "stays"]


def test_many_cases_are_taken_in_turns(
    begun: tuple[World, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _, second = begun
    monkeypatch.setattr(migrating, "MOST", 2)
    for number in range(2):
        world.submit(world.actor("ana"), "case", subject=f"more {number}")
    command = MigrateFlows(
        world.app, FlowId("checking"), second, MAPPING, is_dry=False, reason="x"
    )

    turns = [world.do(command, world.actor("ana")).details]
    turns.append(world.do(replace(command, after=turns[0]["next"]), world.actor("ana")).details)

    assert [len(one["instances"]) for one in turns] == [2, 1]
    assert turns[1]["next"] is None
    assert verdicts(world, second)[:2] == ["stays", "stays"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"reason": " ", "is_dry": False}, FieldErrors, id="no reason"),
        pytest.param({"version": 9}, NotFound, id="no such version"),
        pytest.param({"flow": FlowId("nothing")}, NotFound, id="no such flow"),
        pytest.param({"mapping": {NodeId("look"): NodeId("chek")}}, NotFound, id="no such node"),
        pytest.param({"instances": (InstanceId("x"),)}, NotFound, id="no such case"),
        pytest.param({"where": (("nothing", "is", "x"),)}, FieldErrors, id="no such field"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    begun: tuple[World, int, int], change: dict[str, Any], error: type[Exception]
) -> None:
    world, _, second = begun
    command = MigrateFlows(world.app, FlowId("checking"), second, MAPPING, reason="x")

    with pytest.raises(error):
        world.do(replace(command, **change), world.actor("ana"))
