"""Who signs: each person once, some by themselves, and what happens to an empty chair."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.person_signals import NobodyFound
from tests.engines.flow.signing.boards import EVERY_LEGAL, a_board, asked, decided, sign

BEFORE = """
first:
  type: approval
  signers: [{role: quality}]
  outcomes: {approved: {to: board}, rejected: {to: end}}
"""


def test_one_person_reached_through_several_roles_signs_once():
    signers = f"signers: [{EVERY_LEGAL}, {{field: assignee, if_empty: skip}}]"

    case = a_board(signers, record={"assignee": "u-2"})

    assert asked(case) == ["u-1", "u-2", "u-3"]


def test_stronger_word_stays_when_a_person_is_reached_twice():
    strong = "{who: {field: assignee, if_empty: skip}, power: veto}"
    case = a_board(f"mode: any\nsigners: [{EVERY_LEGAL}, {strong}]", record={"assignee": "u-2"})

    sign(case, "u-2", "rejected")

    assert decided(case) == ["new"]


def test_nobody_signs_for_two_pools():
    case = a_board("signers: [{role: quality}, {role: legal}]")
    sign(case, "quality", by="u-9")

    with pytest.raises(Conflict, match="signed here already"):
        sign(case, "legal", by="u-9")

    assert asked(case) == ["legal"]


@pytest.mark.parametrize(
    ("auto", "left"),
    [("none", ["u-ana", "quality"]), ("initiator", ["quality"])],
)
def test_initiator_signs_by_themselves_only_where_it_is_said(auto: str, left: list[str]):
    case = a_board(f"auto_approve: {auto}\nsigners: [{{initiator: true}}, {{role: quality}}]")

    assert asked(case) == left


@pytest.mark.parametrize(
    ("auto", "left"),
    [("none", ["u-1", "u-2", "u-3"]), ("same_person_before", ["u-1", "u-3"])],
)
def test_who_approved_before_signs_by_themselves_only_where_it_is_said(auto: str, left: list[str]):
    case = a_board(f"auto_approve: {auto}\nsigners: [{EVERY_LEGAL}]", nodes=BEFORE)

    sign(case, "quality", by="u-2")

    assert asked(case) == left


def test_who_rejected_before_has_to_sign():
    nodes = BEFORE.replace("rejected: {to: end}", "rejected: {to: board}")
    case = a_board(f"auto_approve: same_person_before\nsigners: [{EVERY_LEGAL}]", nodes=nodes)

    sign(case, "quality", "rejected", by="u-2")

    assert asked(case) == ["u-1", "u-2", "u-3"]


def test_node_passes_when_all_sign_by_themselves():
    case = a_board("auto_approve: [initiator, same_person_before]\nsigners: [{initiator: true}]")

    assert decided(case) == ["done"]


@pytest.mark.parametrize(
    ("policy", "result"),
    [("auto_pass", ["done"]), ("reject", ["new"]), ("skip", ["done"])],
)
def test_empty_signer_follows_its_policy(policy: str, result: list[str]):
    case = a_board(f"signers: [{{field: assignee, if_empty: {policy}}}]")

    assert decided(case) == result


def test_empty_signer_that_passes_is_one_voice_among_others():
    rules = "mode: vote\nthreshold: 2/3\nsigners: [{field: assignee, if_empty: POLICY}, SIGNERS]"
    rules = rules.replace("SIGNERS", "{role: quality}, {role: legal}")

    passing = a_board(rules.replace("POLICY", "auto_pass"))
    sign(passing, "quality", by="u-8")
    skipping = a_board(rules.replace("POLICY", "skip"))
    sign(skipping, "quality", by="u-8")

    assert (decided(passing), decided(skipping)) == (["done"], [])


def test_empty_signer_may_be_replaced():
    case = a_board("signers: [{field: assignee, if_empty: {role: quality}}]")

    assert asked(case) == ["quality"]


def test_empty_signer_that_blocks_is_an_incident():
    case = a_board("signers: [{role: quality}, {field: assignee, if_empty: block}]")

    assert (case.instance.status, asked(case)) == (Status.INCIDENT, [])


@pytest.mark.parametrize(
    ("policy", "result"), [("auto_pass", ["done"]), ("reject", ["new"]), ("skip", ["done"])]
)
def test_signer_who_turns_out_to_be_gone_follows_the_policy(policy: str, result: list[str]):
    case = a_board(
        f"signers: [{{field: assignee, if_empty: {policy}}}]", record={"assignee": "u-gone"}
    )

    case.send(NobodyFound(case.open_tasks()[0]))

    assert decided(case) == result


def test_gone_signer_that_blocks_is_an_incident():
    case = a_board("signers: [{field: assignee, if_empty: block}]", record={"assignee": "u-gone"})

    case.send(NobodyFound(case.open_tasks()[0]))

    assert case.instance.status is Status.INCIDENT
