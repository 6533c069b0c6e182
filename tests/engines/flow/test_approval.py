"""Approvals by any and by all."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.signals import TaskCompleted
from engines.messages import CloseTask, SetFields, ToUser
from engines.values import UserId
from tests.support.processes import ANA, CLEO, Case, a_flow

BOARD = """
board:
  type: approval
  mode: MODE
  signers: [{role: quality}, {role: legal}, {field: assignee, if_empty: skip}]
  outcomes:
    approved: {to: end, set: {status: done}}
    rejected: {to: end, set: {status: new}}
end: {type: end}
"""


def a_board(mode: str, **record: object) -> Case:
    case = Case(a_flow(BOARD.replace("MODE", mode)), dict(record))
    case.start()
    return case


def sign(case: Case, number: int, outcome: str) -> None:
    case.send(TaskCompleted(f"board.1.{number}", outcome, UserId(f"u-{number}")))


def withdrawn(case: Case) -> list[str]:
    closes = [one for one in case.effects if isinstance(one, CloseTask)]
    return [one.key for one in closes if one.state == "withdrawn"]


def decided(case: Case) -> list[object]:
    return [one.values["status"] for one in case.effects if isinstance(one, SetFields)]


def test_every_signer_gets_a_task():
    case = a_board("all", assignee=CLEO)

    assert case.open_tasks() == ["board.1.0", "board.1.1", "board.1.2"]


def test_any_passes_with_the_first_approval_and_withdraws_the_rest():
    case = a_board("any", assignee=CLEO)

    sign(case, 1, "approved")

    assert decided(case) == ["done"]
    assert withdrawn(case) == ["board.1.0", "board.1.2"]
    assert case.instance.status is Status.ENDED


def test_any_is_rejected_only_by_all():
    case = a_board("any", assignee=CLEO)

    sign(case, 0, "rejected")
    sign(case, 1, "rejected")
    before = decided(case)
    sign(case, 2, "rejected")

    assert before == []
    assert decided(case) == ["new"]


def test_all_passes_with_the_last_approval():
    case = a_board("all", assignee=CLEO)

    sign(case, 2, "approved")
    sign(case, 0, "approved")
    before = decided(case)
    sign(case, 1, "approved")

    assert before == []
    assert decided(case) == ["done"]
    assert withdrawn(case) == []


def test_all_is_rejected_by_the_first_rejection():
    case = a_board("all", assignee=CLEO)

    sign(case, 0, "approved")
    sign(case, 1, "rejected")

    assert decided(case) == ["new"]
    assert withdrawn(case) == ["board.1.2"]


@pytest.mark.parametrize("number", [0, 2])
def test_withdrawn_signature_is_refused(number: int):
    case = a_board("any", assignee=CLEO)
    sign(case, 0, "rejected")

    sign(case, 1, "approved")

    with pytest.raises(Conflict):
        sign(case, number, "approved")


def test_signature_given_twice_is_refused():
    case = a_board("all", assignee=CLEO)
    sign(case, 0, "approved")

    with pytest.raises(Conflict):
        sign(case, 0, "approved")


def test_signer_who_may_be_missing_is_passed_over():
    case = a_board("all", assignee=None)

    sign(case, 0, "approved")
    sign(case, 1, "approved")

    assert decided(case) == ["done"]


def test_one_person_reached_twice_signs_once():
    nodes = BOARD.replace("MODE", "all").replace("{role: legal}", "{initiator: true}")
    case = Case(a_flow(nodes), {"assignee": ANA})

    case.start(by=ANA)

    assert [task.to for task in case.tasks()].count(ToUser(ANA)) == 1


def test_without_any_signer_skip_passes_the_node():
    nodes = BOARD.replace("MODE", "all").replace("{role: quality}, {role: legal}, ", "")
    case = Case(a_flow(nodes), {"assignee": None})

    case.start()

    assert decided(case) == ["done"]


def test_without_a_signer_block_is_an_incident():
    nodes = BOARD.replace("MODE", "any").replace("if_empty: skip", "if_empty: block")
    case = Case(a_flow(nodes), {"assignee": None})

    case.start()

    assert case.instance.status is Status.INCIDENT
    assert not case.tasks()
