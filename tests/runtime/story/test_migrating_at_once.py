"""Cases that somebody moves on while they are brought to another version are judged anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from engines.values import FlowId, InstanceId
from runtime.commands import ClaimTask, Command, MigrateFlows, TerminateFlow
from runtime.ports import Unit
from tests.runtime.story.test_calls import TEXT
from tests.runtime.story.test_migrating import FLOW, MAPPING, RENAMED
from tests.support.worlds import World

# On SQLite units follow each other: there is no meanwhile.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("world", ["postgres"], indirect=True),
]

WITHIN_S = 60.0
_WAITING = """\
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


@pytest.fixture
def begun(world: World) -> tuple[World, int]:
    """Two cases begun at the first of two versions."""
    world.publish(TEXT + FLOW)
    ana = world.person("ana", "clerk")
    for subject in ("one", "two"):
        world.submit(ana, "case", subject=subject)
    return world, world.publish(TEXT + RENAMED)


def meanwhile(world: World, version: int, act: Command, **how: Any) -> Mapping[str, str]:
    """The verdict on each case of a migration that finds it locked by an act that then commits."""
    ana = world.actor("ana")
    migrate = MigrateFlows(
        world.app, FlowId("checking"), version, MAPPING, reason="mended", is_dry=False, **how
    )

    def hold(unit: Unit) -> None:
        world.bus._carry_out(unit, act, ana)
        moving.append(pool.submit(world.do, migrate, ana))
        wait_until_somebody_waits(world)

    moving: list[Any] = []
    with ThreadPoolExecutor(1) as pool:
        world.store.run(hold)
    found = moving[0].result().details["instances"]
    return {one["instance"]: one["verdict"] for one in found}


def wait_until_somebody_waits(world: World) -> None:
    end_s = time.perf_counter() + WITHIN_S
    with psycopg.connect(world.store.url, autocommit=True) as connection:  # type: ignore[union-attr]
        while connection.execute(_WAITING).fetchone() == (0,):
            assert time.perf_counter() < end_s, "nobody waits for the case"
            time.sleep(0.02)


def cases(world: World) -> list[InstanceId]:
    """Both, as they were begun."""
    with world.store.read() as reader:
        rows = reader.instances.of_flow(world.app, FlowId("checking"), 10)
    return [row.id for row in rows]


def test_a_case_that_ended_meanwhile_stays_and_the_others_move(begun: tuple[World, int]) -> None:
    world, second = begun
    first_case, other_case = cases(world)

    found = meanwhile(world, second, TerminateFlow(world.app, first_case, "no more"))

    assert found == {first_case: "stays", other_case: "moves"}
    with world.store.read() as reader:
        moved = reader.instances.get(other_case)
    assert moved is not None
    assert moved.version == second


def test_a_case_that_went_on_meanwhile_moves_as_it_is_then(begun: tuple[World, int]) -> None:
    world, second = begun
    ana = world.actor("ana")
    task = next(one for one in world.tasks(ana, "pool") if one.instance == cases(world)[0])

    found = meanwhile(world, second, ClaimTask(world.app, task.id))

    assert set(found.values()) == {"moves"}
    assert [one.node for one in world.tasks(ana)] == ["check"]


def test_a_case_that_is_not_asked_for_any_more_is_left_alone(begun: tuple[World, int]) -> None:
    world, second = begun
    first_case, other_case = cases(world)
    act = TerminateFlow(world.app, first_case, "no more")

    found = meanwhile(world, second, act, at_node="look")

    assert found == {other_case: "moves"}
