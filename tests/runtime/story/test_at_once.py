"""Many at one task or one record at the same moment: one wins, the others are told who it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from engines.errors import Conflict
from engines.values import FormId
from runtime.commands import (
    SYSTEM,
    Actor,
    ClaimTask,
    CompleteTask,
    FireTimer,
    TerminateFlow,
    UpdateRecord,
)
from runtime.ports import TimerRow
from tests.runtime.story.conftest import SHOP
from tests.support.worlds import World

BIG = {"subject": "Chairs", "amount": "200"}
MANY = 50
# One check that is completed, ended by an operator, or timed out; each leads to the end.
TIMED = SHOP.replace(
    "outcomes: {ok: {to: sign}, no: {to: refuse}}", "outcomes: {ok: {to: agree}, no: {to: sign}}"
).replace(
    """            interrupt: false
            do: [{notify: {to: {role: head, pick: pool}, template: late, channel: in_app}}]
""",
    "            to: refuse\n",
)
ROUNDS = 5
LEFT_BY = {
    (True, False, False): "agreed",
    (False, True, False): "open",
    (False, False, True): "refused",
}


def test_of_fifty_who_claim_one_task_at_once_exactly_one_has_it(world: World) -> None:
    people = [world.person(f"p{number}", "clerk") for number in range(MANY)]
    world.submit(people[0], "order", **BIG)
    task = world.tasks(people[0], "pool")[0].id

    told = at_once(lambda one: world.do(ClaimTask(world.app, task), one), people)

    (winner,) = [people[at] for at, one in enumerate(told) if not isinstance(one, Exception)]
    refused = [one for one in told if isinstance(one, Conflict)]
    assert len(refused) == MANY - 1
    assert {str(one) for one in refused} == {f"{str(winner.user).title()} has taken this task."}
    assert [one.id for one in world.tasks(winner)] == [task]


def test_of_two_who_complete_one_task_at_once_one_does_it_and_the_other_hears_who(
    world: World,
) -> None:
    people = [world.person(name, "clerk") for name in ("ana", "bob")]
    order = world.submit(people[0], "order", **BIG)
    task = world.tasks(people[0], "pool")[0].id

    told = at_once(
        lambda one: world.do(CompleteTask(world.app, task, "ok", {"note": str(one.user)}), one),
        people,
    )

    (winner,) = [people[at] for at, one in enumerate(told) if not isinstance(one, Exception)]
    (refused,) = [one for one in told if isinstance(one, Exception)]
    assert isinstance(refused, Conflict)
    assert str(winner.user).title() in str(refused)
    assert world.values("order", order)["note"] == winner.user


def test_of_two_who_change_one_record_at_once_the_other_hears_who_and_when(world: World) -> None:
    people = [world.person(name, "clerk") for name in ("ana", "bob")]
    order = world.submit(people[0], "order", subject="Chairs")

    told = at_once(
        lambda one: world.do(
            UpdateRecord(world.app, FormId("order"), order, {"subject": str(one.user)}, 1), one
        ),
        people,
    )

    (winner,) = [people[at] for at, one in enumerate(told) if not isinstance(one, Exception)]
    (refused,) = [one for one in told if isinstance(one, Exception)]
    assert isinstance(refused, Conflict)
    assert refused.details["by"] == winner.user
    assert refused.details["at"] == world.clock.now()
    assert world.values("order", order)["subject"] == winner.user


@pytest.mark.parametrize(
    "jumps",
    [(3, -3, 3, 3), (-3, 3, 3, 3), (3, 3, -3, -3, 3)],
    ids=["forward and back", "back first", "far forward and back"],
)
def test_a_timer_fires_once_however_the_clock_is_set(world: World, jumps: tuple[int, ...]) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    world.submit(ana, "order", **BIG)  # reminds the heads after four hours

    for hours in jumps:
        world.clock.jump(timedelta(hours=hours))
        fire_due(world)

    assert len(world.inbox(eve)) == 1


def test_a_timer_handed_to_two_workers_fires_once(world: World) -> None:
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    world.submit(ana, "order", **BIG)
    world.clock.advance(timedelta(hours=5))
    timers = world.store.run(lambda unit: unit.queue.due_timers(unit.now, 100, 60))
    command = FireTimer(world.app, timers[0].id, timers[0].generation)

    told = at_once(lambda actor: world.do(command, actor), [SYSTEM] * 8)

    assert [one for one in told if isinstance(one, Exception)] == []
    assert sorted(one.details["fired"] for one in told) == [False] * 7 + [True]
    assert len(world.inbox(eve)) == 1


def test_of_completing_ending_and_timing_out_at_once_exactly_one_happens(world: World) -> None:
    world.publish(TIMED)
    ana, eve = world.person("ana", "clerk"), world.person("eve", "head")
    orders = [world.submit(ana, "order", **BIG) for _ in range(ROUNDS)]
    world.clock.advance(timedelta(hours=5))
    timers = world.store.run(lambda unit: unit.queue.due_timers(unit.now, 100, 60))

    happened = [three_at_once(world, timer, ana, eve) for timer in timers]

    states = [world.values("order", order)["state"] for order in orders]
    assert sorted(states) == sorted(LEFT_BY[one] for one in happened)
    assert world.tasks(ana, "pool") == ()


def three_at_once(world: World, timer: TimerRow, ana: Actor, eve: Actor) -> tuple[bool, ...]:
    """Which of completing, ending and timing out the step of a timer happened."""
    assert timer.instance is not None
    with world.store.read() as reader:
        case = reader.instances.get(timer.instance)
        assert case is not None
        (task,) = reader.instances.tasks_on(world.app, case.form, case.record)
    acts = {
        str(ana.user): CompleteTask(world.app, task.id, "ok", {"note": "fine"}),
        str(eve.user): TerminateFlow(world.app, timer.instance, "no more"),
        str(SYSTEM.user): FireTimer(world.app, timer.id, timer.generation),
    }
    completed, ended, fired = at_once(
        lambda one: world.do(acts[str(one.user)], one), [ana, eve, SYSTEM]
    )
    return (
        not isinstance(completed, Exception),
        not isinstance(ended, Exception),
        not isinstance(fired, Exception) and fired.details["fired"],
    )


def at_once(act: Callable[[Actor], Any], actors: Iterable[Actor]) -> list[Any]:
    """What each of them is told, an answer or a refusal, when all begin together."""
    waiting = list(actors)
    together = threading.Barrier(len(waiting))

    def begin(actor: Actor) -> Any:
        together.wait()
        try:
            return act(actor)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(begin, waiting))


def fire_due(world: World) -> None:
    """What a worker does at this moment of the clock."""
    for timer in world.store.run(lambda unit: unit.queue.due_timers(unit.now, 100, 60)):
        world.do(FireTimer(timer.app, timer.id, timer.generation), SYSTEM)
