"""Signers added and removed, cases returned, acts taken back: through the commands."""

from __future__ import annotations

import pytest

from engines.errors import Conflict, FieldErrors, NotFound
from engines.values import NodeId
from runtime.commands import (
    AddSigner,
    ClaimTask,
    CompleteTask,
    RemoveSigner,
    ReturnTask,
    SuspendFlow,
    TakeBackTask,
    WithdrawFlow,
)
from tests.runtime.people.cases import OfficeCase, a_case, on_the_board, uid
from tests.runtime.people.conftest import OFFICE
from tests.support.worlds import World


def claimed(case: OfficeCase) -> str:
    task = case.task_of("legal")
    case.world.do(ClaimTask(case.world.app, task.id), case.lea)
    return task.id


def test_added_signer_is_asked_and_counts(world: World) -> None:
    case = on_the_board(world)
    task = case.tasks()["legal"].id
    claimed(case)

    world.do(AddSigner(world.app, task, uid("ben"), "parallel"), case.lea)

    case.finish(case.lea, "lea", "approved")
    case.finish(case.quin, "quality", "approved")
    assert list(case.tasks()) == ["ben"]
    case.finish(case.ben, "ben", "approved")
    assert list(case.tasks()) == ["clerk"]


def test_adder_signs_after_the_one_added_before(world: World) -> None:
    case = on_the_board(world)
    task = case.tasks()["legal"].id
    claimed(case)

    world.do(AddSigner(world.app, task, uid("ben"), "before"), case.lea)

    assert set(case.tasks()) == {"ben", "quality"}
    case.finish(case.ben, "ben", "approved")
    assert set(case.tasks()) == {"lea", "quality"}


@pytest.mark.parametrize("who", ["quin", "gus"], ids=["not of the roles", "portal guest"])
def test_only_eligible_people_are_added(office: World, who: str) -> None:
    case = on_the_board(office)
    office.person("gus", "guest")
    task = case.tasks()["legal"].id
    claimed(case)

    with pytest.raises(Conflict):
        office.do(AddSigner(office.app, task, uid(who), "parallel"), case.lea)


def test_added_signer_is_removed_before_the_turn_has_come(world: World) -> None:
    case = on_the_board(world)
    claimed(case)
    task = case.task_of("lea").id
    world.do(AddSigner(world.app, task, uid("ben"), "after"), case.lea)

    world.do(RemoveSigner(world.app, task, who="ben"), case.lea)

    case.finish(case.lea, "lea", "approved")
    case.finish(case.quin, "quality", "approved")
    assert list(case.tasks()) == ["clerk"]


@pytest.mark.parametrize("who", ["quality", "nobody"], ids=["not added by them", "not there"])
def test_signer_whom_one_has_not_added_stays(office: World, who: str) -> None:
    case = on_the_board(office)
    claimed(case)

    with pytest.raises(Conflict):
        office.do(RemoveSigner(office.app, case.task_of("lea").id, who=who), case.lea)
    assert set(case.tasks()) == {"lea", "quality"}


def test_operator_removes_a_written_signer_of_a_later_turn(office: World) -> None:
    office.publish(OFFICE.replace("mode: all", "mode: sequential"))
    case = on_the_board(office)

    office.do(RemoveSigner(office.app, case.task_of("legal").id, who="quality"), case.boss)
    case.finish(case.lea, "legal", "approved")

    assert list(case.tasks()) == ["clerk"]


def test_added_signer_is_removed_by_who_added(world: World) -> None:
    case = on_the_board(world)
    task = case.tasks()["legal"].id
    claimed(case)
    world.do(AddSigner(world.app, task, uid("ben"), "parallel"), case.lea)
    world.do(ClaimTask(world.app, case.task_of("quality").id), case.quin)
    added = case.task_of("ben").id

    with pytest.raises(Conflict, match="Only the one who added"):
        world.do(RemoveSigner(world.app, added), case.quin)
    world.do(RemoveSigner(world.app, added), case.lea)

    assert "ben" not in case.tasks()
    assert case.tasks("withdrawn")["ben"].id == added


def test_returned_case_is_mended_by_its_initiator_and_comes_back(world: World) -> None:
    case = on_the_board(world)
    case.finish(case.quin, "quality", "approved")
    task = case.tasks()["legal"].id
    world.do(ReturnTask(world.app, task, "initiator", "too much"), case.lea)
    mending = case.task_of("ana")

    world.do(CompleteTask(world.app, mending.id, "resubmitted", {"amount": "5"}), case.ana)

    assert mending.kind == "revise"
    assert str(world.values("request", case.record)["amount"]) == "5.00"
    assert list(case.tasks()) == ["lea"]


def test_case_returned_to_the_previous_step_is_done_by_the_same_person(world: World) -> None:
    case = on_the_board(world)

    world.do(ReturnTask(world.app, case.tasks()["legal"].id, "previous", "look again"), case.lea)

    assert list(case.tasks()) == ["ana"]
    case.finish(case.ana, "ana", "done")
    assert set(case.tasks()) == {"lea", "quality"}


def test_case_cannot_be_returned_elsewhere(office: World) -> None:
    case = on_the_board(office)

    with pytest.raises(Conflict):
        office.do(ReturnTask(office.app, case.tasks()["legal"].id, "last"), case.lea)

    assert set(case.tasks()) == {"legal", "quality"}


def test_latest_act_is_taken_back_before_the_next(world: World) -> None:
    case = on_the_board(world)

    world.do(TakeBackTask(world.app, case.tasks("done")["ana"].id), case.ana)

    assert list(case.tasks()) == ["ana"]


def test_act_is_not_taken_back_once_the_next_has_acted(world: World) -> None:
    case = on_the_board(world)
    case.finish(case.quin, "quality", "approved")

    with pytest.raises(Conflict):
        world.do(TakeBackTask(world.app, case.tasks("done")["ana"].id), case.ana)


def test_initiator_withdraws_until_somebody_acts(world: World) -> None:
    first, second = on_the_board(world), on_the_board(world)
    second.finish(second.quin, "quality", "approved")

    world.do(WithdrawFlow(world.app, first.instance, "not needed"), first.ana)

    assert (first.row().status, first.tasks()) == ("ended", {})
    with pytest.raises(Conflict):
        world.do(WithdrawFlow(world.app, second.instance), second.ana)


def test_case_of_somebody_else_cannot_be_withdrawn(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotFound):
        office.do(WithdrawFlow(office.app, case.instance), case.lea)


def test_missing_comment_is_asked_for_and_nothing_changes(office: World) -> None:
    case = on_the_board(office)

    with pytest.raises(FieldErrors):
        case.finish(case.lea, "legal", "rejected")

    assert case.task_of("legal").assignee is None


def test_suspended_case_refuses_everything(office: World) -> None:
    case = on_the_board(office)
    task = case.task_of("legal")
    office.do(SuspendFlow(office.app, case.instance, "audit"), case.boss)

    with pytest.raises(Conflict, match="suspended"):
        case.finish(case.lea, "legal", "approved")
    with pytest.raises(Conflict):
        office.do(ReturnTask(office.app, task.id, "previous"), case.lea)
    assert case.task_of("legal") == task
    assert case.row().status == "suspended"
    assert NodeId("board") in {one.node for one in case.tasks().values()}
