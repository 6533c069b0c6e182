"""Cases returned, withdrawn, taken back, moved and woken."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.person_signals import Jumped, TakenBack, Withdrawn, Woken
from engines.flow.signals import TaskCompleted
from engines.messages import CloseTask
from engines.values import NodeId, UserId
from tests.engines.flow.signing.boards import (
    a_board,
    asked,
    decided,
    key_for,
    send_back,
    sign,
    take_back,
)
from tests.support.processes import ANA, Case, a_flow

BEFORE = """
draft: {type: task, assign: {initiator: true}, outcomes: {done: {to: check}, drop: {to: end}}}
check: {type: task, assign: {role: agent}, outcomes: {done: {to: board}}}
"""
SIGNERS = "signers: [{field: assignee, if_empty: skip}, {role: quality}]"


def at_the_board(then: str, to: str = "[initiator, previous, any]") -> Case:
    case = a_board(
        f"{SIGNERS}\nreturn: {{to: {to}, then: {then}}}",
        nodes=BEFORE,
        record={"assignee": "u-lea"},
    )
    sign(case, "u-ana", "done")
    sign(case, "agent", "done", by="u-ben")
    return case


def test_return_ends_the_node_at_once():
    case = at_the_board("rerun_all")

    send_back(case, "u-lea", "previous")

    assert asked(case) == ["u-ben"]
    closed = [one for one in case.effects if isinstance(one, CloseTask)]
    assert [(one.key, one.outcome) for one in closed if one.by == "u-lea"] == [
        ("board.3.0", "returned")
    ]


@pytest.mark.parametrize("to", ["draft", "check"])
def test_return_to_an_earlier_node_asks_the_same_person(to: str):
    case = at_the_board("rerun_all")

    send_back(case, "u-lea", to)

    assert asked(case) == [{"draft": "u-ana", "check": "u-ben"}[to]]


def test_everything_is_run_again_after_a_return():
    case = at_the_board("rerun_all")
    sign(case, "quality", by="u-9")
    send_back(case, "u-lea", "draft")

    sign(case, "u-ana", "done")
    again = asked(case)
    sign(case, "agent", "done", by="u-ben")

    assert again == ["agent"]
    assert asked(case) == ["u-lea", "quality"]


def test_returned_case_comes_straight_back_to_the_returner():
    case = at_the_board("back_to_returner")
    sign(case, "quality", by="u-9")
    send_back(case, "u-lea", "draft")

    sign(case, "u-ana", "done")

    assert asked(case) == ["u-lea"]
    sign(case, "u-lea")
    assert decided(case) == ["done"]


def test_returned_case_may_still_go_another_way():
    case = at_the_board("back_to_returner")
    send_back(case, "u-lea", "draft")

    sign(case, "u-ana", "drop")

    assert case.instance.status is Status.ENDED


@pytest.mark.parametrize(
    ("then", "left"),
    [("rerun_all", ["u-ana"]), ("back_to_returner", ["u-lea", "quality"])],
)
def test_initiator_submits_a_returned_case_again(then: str, left: list[str]):
    case = at_the_board(then)
    send_back(case, "u-lea", "initiator")
    mending = asked(case)

    case.send(TaskCompleted(key_for(case, "u-ana"), "resubmitted", ANA))

    assert (mending, asked(case)) == (["u-ana"], left)


def test_returned_case_can_only_be_submitted_again():
    case = at_the_board("rerun_all")
    send_back(case, "u-lea", "initiator")

    with pytest.raises(Conflict):
        sign(case, "u-ana", "approved")


@pytest.mark.parametrize("to", ["previous", "check", "end", "nowhere"])
def test_case_is_returned_only_where_the_definition_says(to: str):
    case = at_the_board("rerun_all", to="[initiator]")

    with pytest.raises(Conflict):
        send_back(case, "u-lea", to)

    assert asked(case) == ["u-lea", "quality"]


def test_case_nobody_started_cannot_go_back_to_its_initiator():
    case = Case(
        a_flow("""
board:
  type: approval
  signers: [{role: quality}]
  return: {to: [initiator]}
  outcomes: {approved: {to: end}, rejected: {to: end}}
end: {type: end}
""")
    )
    case.start(by=None)

    with pytest.raises(Conflict, match="Nobody has started"):
        send_back(case, "quality", "initiator")


PARALLEL = """
first: {type: task, assign: {initiator: true}, outcomes: {done: {to: split}}}
split: {type: parallel, to: [left, board]}
left: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
board:
  type: approval
  signers: [{role: quality}]
  return: {to: [any, left]}
  outcomes: {approved: {to: noted}, rejected: {to: noted}}
noted: {type: action, do: [], to: meet}
meet: {type: join, to: last}
last:
  type: approval
  signers: [{role: legal}]
  return: {to: [any]}
  outcomes: {approved: {to: end}, rejected: {to: end}}
end: {type: end}
"""


def in_two_branches() -> Case:
    case = Case(a_flow(PARALLEL))
    case.start(ANA)
    sign(case, "u-ana", "done")
    return case


def test_return_to_before_the_split_ends_the_other_branch():
    case = in_two_branches()

    send_back(case, "quality", "first")
    back = asked(case)
    sign(case, "u-ana", "done")

    assert back == ["u-ana"]
    assert sorted(asked(case)) == ["agent", "quality"]


def test_return_into_a_branch_that_is_over_would_starve_the_join():
    case = in_two_branches()
    sign(case, "agent", "done", by="u-1")
    sign(case, "quality", by="u-2")

    with pytest.raises(Conflict):
        send_back(case, "legal", "left")
    send_back(case, "legal", "first")

    assert asked(case) == ["u-ana"]


def test_return_into_the_other_branch_is_refused():
    case = in_two_branches()

    with pytest.raises(Conflict):
        send_back(case, "quality", "left")


def test_initiator_withdraws_until_somebody_else_has_acted():
    case = a_board(SIGNERS, record={"assignee": "u-lea"})

    case.send(Withdrawn(ANA, "changed my mind"))

    assert (case.instance.status, asked(case)) == (Status.ENDED, [])
    assert case.effects[-1].outcome == "withdrawn"


@pytest.mark.parametrize("by", [ANA, UserId("u-9")], ids=["too late", "not the initiator"])
def test_case_that_cannot_be_withdrawn_stays(by: UserId):
    case = a_board(SIGNERS, record={"assignee": "u-lea"})
    sign(case, "u-lea")
    before = case.instance

    with pytest.raises(Conflict):
        case.send(Withdrawn(by))

    assert case.instance == before


def test_previous_actor_takes_back_until_the_next_has_acted():
    case = at_the_board("rerun_all")

    take_back(case, "u-ben")

    assert asked(case) == ["u-ben"]


@pytest.mark.parametrize("who", ["u-ana", "u-9"])
def test_only_the_latest_act_is_taken_back_by_its_actor(who: str):
    case = at_the_board("rerun_all")

    with pytest.raises(Conflict):
        case.send(TakenBack("check.2", UserId(who)))


def test_act_that_let_branches_meet_is_not_taken_back():
    case = in_two_branches()
    sign(case, "agent", "done", by="u-1")
    sign(case, "quality", by="u-2")

    with pytest.raises(Conflict):
        take_back(case, "u-2")

    assert asked(case) == ["legal"]


def test_operator_jumps_and_what_was_open_is_withdrawn():
    case = at_the_board("rerun_all")

    case.send(Jumped(NodeId("board"), NodeId("draft")))

    assert asked(case) == ["u-ana"]


@pytest.mark.parametrize(
    ("here", "to"),
    [("draft", "check"), ("board", "nowhere")],
    ids=["nothing stands there", "no such node"],
)
def test_impossible_jump_changes_nothing(here: str, to: str):
    case = at_the_board("rerun_all")
    before = case.instance

    with pytest.raises(Conflict):
        case.send(Jumped(NodeId(here), NodeId(to)))

    assert case.instance == before


def test_operator_cannot_jump_into_a_branch_or_onto_a_join():
    case = in_two_branches()
    sign(case, "agent", "done", by="u-1")
    sign(case, "quality", by="u-2")

    with pytest.raises(Conflict):
        case.send(Jumped(NodeId("last"), NodeId("left")))
    with pytest.raises(Conflict):
        case.send(Jumped(NodeId("last"), NodeId("meet")))


def test_woken_wait_goes_on_at_once():
    case = Case(a_flow("rest: {type: wait, after: 3d, to: end}\nend: {type: end}"))
    case.start()

    case.send(Woken(NodeId("rest")))

    assert case.instance.status is Status.ENDED


def test_people_are_not_woken():
    case = a_board("signers: [{role: quality}]")

    with pytest.raises(Conflict):
        case.send(Woken(NodeId("board")))
