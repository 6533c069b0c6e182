"""Whole cases: urged, copied, and steered by operators."""

from __future__ import annotations

import pytest

from engines.errors import Conflict, FieldErrors, NotAllowed, NotFound
from engines.values import NodeId
from runtime.commands import (
    Actor,
    ClaimTask,
    JumpFlow,
    ReadCopy,
    ResumeFlow,
    SendCopies,
    SuspendFlow,
    TerminateFlow,
    UrgeFlow,
)
from runtime.staffing import Placing, Staffing
from tests.runtime.people.cases import OfficeCase, a_case, on_the_board, uid
from tests.runtime.people.conftest import OFFICE
from tests.support.worlds import World


def test_urging_reminds_the_holders_at_most_once_an_hour(world: World) -> None:
    case = on_the_board(world)
    world.do(ClaimTask(world.app, case.task_of("legal").id), case.lea)

    first = world.do(UrgeFlow(world.app, case.instance), case.ana)

    assert first.details == {"tasks": 2}
    assert [one.subject for one in world.inbox(case.lea)] == ["Ana asks you to see to this: Board"]
    assert len(world.inbox(case.quin)) == 1
    with pytest.raises(Conflict, match="short while ago"):
        world.do(UrgeFlow(world.app, case.instance), case.ana)
    world.advance(hours=1)
    world.do(UrgeFlow(world.app, case.instance), case.ana)
    assert len(world.inbox(case.lea)) == 2


STEPS = OFFICE.replace(
    "        outcomes: {ok: {to: agree}}",
    "        timers:\n"
    "          nudge: {after: 1h, remind: true}\n"
    "          up: {after: 2h, escalate: {manager: 1, of: record.created_by, if_empty: skip}}\n"
    "          late: {after: 3h, outcome: ok}\n"
    "        outcomes: {ok: {to: agree}}",
)


def test_waiting_task_is_reminded_escalated_and_decided(world: World) -> None:
    world.publish(STEPS)
    case = on_the_board(world)
    Staffing(world.store).place(uid("ana"), Placing(manager=uid("boss")))
    jump = JumpFlow(world.app, case.instance, NodeId("board"), NodeId("last"), "known")
    world.do(jump, case.boss)

    world.advance(hours=1)
    told = [one.subject for one in world.inbox(case.ben)]
    world.advance(hours=1)
    held = list(case.tasks())
    world.advance(hours=1)

    assert (told, held) == (["Still waiting for you: Last"], ["boss"])
    assert (case.row().status, world.values("request", case.record)["state"]) == (
        "ended",
        "agreed",
    )


def test_stranger_cannot_urge(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotFound):
        office.do(UrgeFlow(office.app, case.instance), case.lea)


def test_copy_is_sent_once_and_its_reading_noted(world: World) -> None:
    case = a_case(world)
    copies = SendCopies(world.app, case.instance, (uid("lea"), uid("ben")), "for you")

    first = world.do(copies, case.ana)
    second = world.do(copies, case.ana)
    world.do(ReadCopy(world.app, case.instance), case.lea)
    world.do(ReadCopy(world.app, case.instance), case.lea)

    assert (first.details, second.details) == ({"sent": 2}, {"sent": 0})
    with world.store.read() as reader:
        mine = reader.instances.copies_of(world.app, uid("lea"))
        read = {one.user: one.read_at for one in reader.instances.copies_in(case.instance)}
    assert [one.note for one in mine] == ["for you"]
    assert read == {"lea": world.clock.now(), "ben": None}
    assert len(world.inbox(case.lea)) == 1
    assert case.kinds().count("CopyRead") == 1


TOLD = OFFICE.replace(
    "        form: {edit: [subject, amount]}\n",
    "        form: {edit: [subject, amount]}\n        copies: [{role: legal}, {role: quality}]\n",
)


def test_step_tells_those_who_may_know_when_it_is_done(world: World) -> None:
    world.publish(TOLD)
    case = a_case(world, amount="5000")

    case.finish(case.ana, "ana", "done")

    with world.store.read() as reader:
        copies = [one.user for one in reader.instances.copies_in(case.instance)]
    assert copies == ["lea", "leo"]  # quality may not see so much money
    assert [one.subject for one in world.inbox(case.lea)] == ["Ana sent you a copy: Handling"]


def test_copy_to_whom_the_record_is_closed_is_refused_by_name(office: World) -> None:
    case = a_case(office, amount="5000")

    with pytest.raises(Conflict) as refused:
        office.do(SendCopies(office.app, case.instance, (uid("ben"), uid("quin"))), case.ana)

    assert refused.value.details == {"users": ["quin"]}
    assert office.inbox(case.ben) == ()


def test_copy_of_somebody_else_cannot_be_read(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotFound):
        office.do(ReadCopy(office.app, case.instance), case.lea)


def test_operator_jumps_and_the_reason_is_kept(world: World) -> None:
    case = on_the_board(world)

    world.do(
        JumpFlow(world.app, case.instance, NodeId("board"), NodeId("last"), "agreed by phone"),
        case.boss,
    )

    assert list(case.tasks()) == ["clerk"]
    with world.store.read() as reader:
        events = reader.events.of_record(world.app, case.row().form, case.record)
    assert [one.event.reason for one in events if one.kind == "FlowSteered"] == ["agreed by phone"]


@pytest.mark.parametrize("to", ["nowhere", "board"])
def test_impossible_jump_is_refused(office: World, to: str) -> None:
    case = a_case(office)
    command = JumpFlow(office.app, case.instance, NodeId("last"), NodeId(to), "why not")

    with pytest.raises(Conflict):
        office.do(command, case.boss)

    assert list(case.tasks()) == ["ana"]


def test_suspended_case_goes_on_where_it_was(world: World) -> None:
    case = a_case(world)
    world.do(SuspendFlow(world.app, case.instance, "audit"), case.boss)

    world.do(ResumeFlow(world.app, case.instance, "done"), case.boss)

    case.finish(case.ana, "ana", "done")
    assert set(case.tasks()) == {"legal", "quality"}


def test_terminated_case_has_nothing_open(world: World) -> None:
    case = on_the_board(world)

    world.do(TerminateFlow(world.app, case.instance, "double"), case.boss)

    assert (case.row().status, case.tasks()) == ("ended", {})
    with pytest.raises(Conflict, match="ended"):
        world.do(ResumeFlow(world.app, case.instance, "no"), case.boss)


def steer(case: OfficeCase, actor: Actor, reason: str) -> None:
    case.world.do(TerminateFlow(case.world.app, case.instance, reason), actor)


def test_steering_is_for_operators(office: World) -> None:
    case = a_case(office)

    with pytest.raises(NotAllowed):
        steer(case, case.ana, "mine")


def test_steering_wants_a_reason(office: World) -> None:
    case = a_case(office)

    with pytest.raises(FieldErrors):
        steer(case, case.boss, "  ")
