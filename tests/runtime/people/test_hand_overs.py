"""Tasks that go from hand to hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.errors import Conflict, NotAllowed, NotFound
from runtime.commands import (
    ClaimTask,
    CompleteTask,
    DelegateTask,
    EndProxy,
    HandOverTasks,
    ReleaseTask,
    SetProxy,
    TransferTask,
)
from tests.runtime.people.cases import OfficeCase, a_case, on_the_board, uid
from tests.runtime.people.conftest import MORNING
from tests.support.worlds import World


def test_transfer_replaces_the_holder_for_good_and_is_counted(world: World) -> None:
    case = on_the_board(world)
    task = case.task_of("legal")
    world.do(ClaimTask(world.app, task.id), case.lea)

    world.do(TransferTask(world.app, task.id, uid("leo"), "on leave"), case.lea)

    moved = case.task_of("leo")
    assert (moved.id, moved.handovers, moved.role) == (task.id, 1, None)
    assert "TaskHandedOver" in case.kinds()
    with pytest.raises(NotFound):
        case.world.do(CompleteTask(world.app, task.id, "approved"), case.lea)


@pytest.mark.parametrize("to", ["gus", "quin", "lea", "nobody"])
def test_transfer_to_somebody_unfit_changes_nothing(office: World, to: str) -> None:
    case = on_the_board(office)
    office.person("gus", "guest")
    task = case.task_of("legal")
    office.do(ClaimTask(office.app, task.id), case.lea)
    quality = case.task_of("quality")
    office.do(ClaimTask(office.app, quality.id), case.quin)
    before = case.task_of("lea")

    with pytest.raises(Conflict):
        office.do(TransferTask(office.app, task.id, uid(to)), case.lea)

    assert case.task_of("lea") == before


def test_task_of_somebody_else_cannot_be_transferred(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotFound):
        office.do(TransferTask(office.app, case.task_of("ana").id, uid("ben")), case.lea)


def test_delegated_task_comes_back_and_decides_nothing(world: World) -> None:
    case = on_the_board(world)
    task = case.task_of("legal")
    world.do(ClaimTask(world.app, task.id), case.lea)
    world.do(DelegateTask(world.app, task.id, uid("leo"), "please look"), case.lea)
    leo = world.actor("leo")

    world.do(CompleteTask(world.app, task.id, "rejected", {}, "looks bad"), leo)

    back = case.task_of("lea")
    assert (back.id, back.delegated_by, back.handovers) == (task.id, None, 2)
    assert case.row().status == "running"
    case.finish(case.lea, "lea", "approved")
    assert case.tasks("done")["lea"].outcome == "approved"


def test_who_was_delegated_to_cannot_delegate_on(office: World) -> None:
    case = on_the_board(office)
    task = case.task_of("legal")
    office.do(ClaimTask(office.app, task.id), case.lea)
    office.do(DelegateTask(office.app, task.id, uid("leo")), case.lea)

    with pytest.raises(Conflict, match="delegated to you"):
        office.do(DelegateTask(office.app, task.id, uid("ben")), office.actor("leo"))


def test_substitute_acts_in_the_period_and_both_are_named(world: World) -> None:
    case = a_case(world)
    period = (MORNING + timedelta(hours=1), MORNING + timedelta(hours=3))
    world.do(SetProxy(world.app, uid("ana"), uid("ben"), *period), case.ana)
    task = case.task_of("ana")

    with pytest.raises(NotFound):
        world.do(CompleteTask(world.app, task.id, "done"), case.ben)
    world.advance(hours=2)
    world.do(CompleteTask(world.app, task.id, "done"), case.ben)

    done = case.tasks("done")["ana"]
    assert (done.closed_by, done.on_behalf_of) == ("ben", "ana")


def a_substitute(case: OfficeCase, who: str, to: str) -> None:
    """`to` acts for `who` from now on for an hour."""
    world = case.world
    period = (world.clock.now(), world.clock.now() + timedelta(hours=1))
    world.do(SetProxy(world.app, uid(who), uid(to), *period), world.actor(who))


def test_substitute_takes_a_pools_task_in_the_name_of_the_absent(world: World) -> None:
    case = on_the_board(world)
    a_substitute(case, "lea", "ben")
    offered = world.tasks(world.actor("ben"), "pool")

    world.do(ClaimTask(world.app, case.task_of("legal").id), case.ben)
    world.do(CompleteTask(world.app, case.task_of("lea").id, "approved"), case.ben)

    done = case.tasks("done")["lea"]
    assert [(one.role, one.behalf_name, one.can_claim) for one in offered] == [
        ("legal", "Lea", True)
    ]
    assert (done.closed_by, done.on_behalf_of) == ("ben", "lea")


def test_substitute_gives_a_pools_task_back(office: World) -> None:
    case = on_the_board(office)
    a_substitute(case, "lea", "ben")
    task = case.task_of("legal").id
    office.do(ClaimTask(office.app, task), case.ben)

    office.do(ReleaseTask(office.app, task), case.ben)

    assert set(case.tasks()) == {"legal", "quality"}


def test_pool_is_closed_to_the_substitute_once_the_period_is_over(office: World) -> None:
    case = on_the_board(office)
    a_substitute(case, "lea", "ben")

    office.advance(hours=2)

    assert office.tasks(office.actor("ben"), "pool") == ()
    with pytest.raises(NotFound):
        office.do(ClaimTask(office.app, case.task_of("legal").id), case.ben)


def test_who_signs_for_two_pools_through_others_is_refused(office: World) -> None:
    case = on_the_board(office)
    a_substitute(case, "lea", "ben")
    a_substitute(case, "quin", "ben")
    case.finish(case.ben, "legal", "approved")

    with pytest.raises(Conflict, match="signed here already"):
        case.finish(case.ben, "quality", "approved")


def test_substitute_can_do_nothing_once_the_period_is_over(office: World) -> None:
    case = a_case(office)
    period = (MORNING - timedelta(hours=1), MORNING + timedelta(hours=1))
    office.do(SetProxy(office.app, uid("ana"), uid("ben"), *period), case.ana)

    office.advance(hours=1)

    with pytest.raises(NotFound):
        office.do(CompleteTask(office.app, case.task_of("ana").id, "done"), case.ben)


def test_ended_substitute_can_do_nothing(office: World) -> None:
    case = a_case(office)
    period = (MORNING, MORNING + timedelta(days=1))
    made = office.do(SetProxy(office.app, uid("ana"), uid("ben"), *period), case.ana)
    office.do(EndProxy(office.app, str(made.details["proxy"])), case.ana)

    with pytest.raises(NotFound):
        office.do(CompleteTask(office.app, case.task_of("ana").id, "done"), case.ben)


@pytest.mark.parametrize(
    ("who", "to", "hours"),
    [("ana", "ana", 2), ("ana", "gus", 2), ("ana", "ben", 0), ("ana", "ben", -1)],
    ids=["oneself", "portal guest", "empty period", "past period"],
)
def test_unfit_substitutes_are_refused(office: World, who: str, to: str, hours: int) -> None:
    case = a_case(office)
    office.person("gus", "guest")
    period = (MORNING, MORNING + timedelta(hours=hours))

    with pytest.raises(Conflict):
        office.do(SetProxy(office.app, uid(who), uid(to), *period), case.ana)


def test_nobody_names_a_substitute_for_somebody_else(office: World) -> None:
    case = a_case(office)
    period = (MORNING, MORNING + timedelta(days=1))

    with pytest.raises(NotAllowed):
        office.do(SetProxy(office.app, uid("lea"), uid("ben"), *period), case.ana)


def test_leaver_hands_over_every_open_task(world: World) -> None:
    first, second = a_case(world), a_case(world)

    done = world.do(HandOverTasks(world.app, uid("ana"), uid("ben"), "leaves"), first.boss)

    assert done.details == {"tasks": 2}
    assert list(first.tasks()) == list(second.tasks()) == ["ben"]


def test_colleague_cannot_take_all_tasks_of_somebody(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotAllowed):
        office.do(HandOverTasks(office.app, uid("ana"), uid("ben")), case.ben)


def test_task_given_by_name_cannot_be_released(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotAllowed):
        office.do(ReleaseTask(office.app, case.task_of("ana").id), case.ana)
