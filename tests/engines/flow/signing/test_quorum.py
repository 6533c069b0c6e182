"""How signatures are counted: in turn, by vote, with weights and powers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import Conflict
from engines.flow.person_signals import Voice
from engines.flow.signals import TaskCompleted
from engines.flow.signing.quorum import Mode, Power, Quorum, Weight
from engines.flow.signing.sheet import APPROVED, OPEN, REJECTED, Sheet, Signature
from engines.values import UserId
from tests.engines.flow.signing.boards import (
    EVERY_LEGAL,
    a_board,
    asked,
    decided,
    opened_once,
    sign,
)

IN_TURN = f"mode: sequential\nsigners: [{EVERY_LEGAL}]"
TWO_THIRDS = f"mode: vote\nthreshold: 2/3\nsigners: [{EVERY_LEGAL}]"


def test_signers_in_turn_are_asked_one_after_the_other():
    case = a_board(IN_TURN)

    before = asked(case)
    sign(case, "u-1")

    assert (before, asked(case)) == (["u-1"], ["u-2"])


def test_signers_in_turn_pass_with_the_last():
    case = a_board(IN_TURN)

    sign(case, "u-1")
    sign(case, "u-2")
    before = decided(case)
    sign(case, "u-3")

    assert (before, decided(case)) == ([], ["done"])


def test_signers_in_turn_stop_with_the_first_rejection():
    case = a_board(IN_TURN)

    sign(case, "u-1", "rejected")

    assert (decided(case), asked(case)) == (["new"], [])


def test_signer_whose_turn_has_not_come_has_no_task():
    case = a_board(IN_TURN)

    with pytest.raises(StopIteration):
        sign(case, "u-2")


def test_two_of_three_votes_reach_two_thirds():
    case = a_board(TWO_THIRDS)

    sign(case, "u-1")
    before = decided(case)
    sign(case, "u-2")

    assert (before, decided(case), asked(case)) == ([], ["done"], [])
    assert opened_once(case)


def test_vote_is_lost_as_soon_as_it_cannot_be_won():
    case = a_board(TWO_THIRDS)

    sign(case, "u-1", "rejected")
    before = decided(case)
    sign(case, "u-2", "rejected")

    assert (before, decided(case), asked(case)) == ([], ["new"], [])


def test_vote_that_waits_for_all_counts_at_the_end():
    case = a_board(f"{TWO_THIRDS}\nwait_for_all: true")

    sign(case, "u-1")
    sign(case, "u-2")
    before = decided(case)
    sign(case, "u-3", "rejected")

    assert (before, decided(case)) == ([], ["done"])


@pytest.mark.parametrize(
    ("weight", "result"), [(1, []), (2, ["done"])], ids=["half", "two thirds"]
)
def test_votes_are_weighted(weight: int, result: list[str]):
    heavy = f"{{who: {{field: assignee, if_empty: skip}}, weight: {weight}}}"
    rules = f"mode: vote\nthreshold: 60%\nsigners: [{heavy}, {{role: quality}}]"
    case = a_board(rules, record={"assignee": "u-boss"})

    sign(case, "u-boss")

    assert decided(case) == result


@pytest.mark.parametrize(
    ("power", "outcome", "result"),
    [
        ("veto", "rejected", ["new"]),
        ("veto", "approved", []),
        ("one_pass", "approved", ["done"]),
        ("one_pass", "rejected", []),
        ("decides", "approved", ["done"]),
        ("decides", "rejected", ["new"]),
    ],
)
def test_power_decides_alone_and_withdraws_the_rest(power: str, outcome: str, result: list[str]):
    strong = f"{{who: {{field: assignee, if_empty: skip}}, power: {power}}}"
    rules = f"mode: vote\nthreshold: 50%\nsigners: [{EVERY_LEGAL}, {strong}]"
    case = a_board(rules, record={"assignee": "u-boss"})

    sign(case, "u-boss", outcome)

    assert decided(case) == result
    assert bool(asked(case)) == (not result)


def test_power_counts_even_where_all_are_waited_for():
    strong = "{who: {field: assignee, if_empty: skip}, power: veto}"
    rules = f"mode: vote\nthreshold: 50%\nwait_for_all: true\nsigners: [{EVERY_LEGAL}, {strong}]"
    case = a_board(rules, record={"assignee": "u-boss"})

    sign(case, "u-boss", "rejected")

    assert decided(case) == ["new"]


def test_withdrawn_vote_is_refused():
    case = a_board(TWO_THIRDS)
    sign(case, "u-1")
    withdrawn = case.open_tasks()[1]
    sign(case, "u-2")

    with pytest.raises(Conflict):
        case.send(TaskCompleted(withdrawn, "approved", UserId("u-3")))


votes = st.lists(st.sampled_from([APPROVED, REJECTED, OPEN]), min_size=1, max_size=7)
quorums = st.builds(
    Quorum,
    mode=st.sampled_from(list(Mode)),
    threshold=st.fractions(min_value=Fraction(1, 100), max_value=1),
    waits_for_all=st.booleans(),
    weights=st.lists(
        st.builds(Weight, st.integers(1, 5).map(Fraction), st.sampled_from(list(Power))),
        min_size=7,
        max_size=7,
    ).map(tuple),
)


def a_sheet(states: list[str]) -> Sheet:
    return Sheet(
        tuple(
            Signature(number, number, Voice(user=UserId(f"u-{number}")), state, number)
            for number, state in enumerate(states)
        )
    )


@given(quorums, votes)
def test_a_verdict_never_changes_when_more_is_signed(quorum: Quorum, states: list[str]):
    early = Quorum(quorum.mode, quorum.threshold, False, ())  # noqa: FBT003
    verdict = early.verdict(a_sheet(states))
    finished = [APPROVED if one == OPEN else one for one in states]
    refused = [REJECTED if one == OPEN else one for one in states]

    later = {early.verdict(a_sheet(one)) for one in (finished, refused)}

    assert not verdict or later == {verdict}


@given(quorums, votes)
def test_a_full_sheet_always_decides(quorum: Quorum, states: list[str]):
    full = [APPROVED if one == OPEN else one for one in states]

    assert quorum.verdict(a_sheet(full)) in (APPROVED, REJECTED)
