"""Signers added and removed, and signatures taken back, while an approval is under way."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.person_signals import Where
from tests.engines.flow.signing.boards import (
    EVERY_LEGAL,
    a_board,
    add,
    asked,
    decided,
    opened_once,
    remove,
    sign,
    take_back,
)
from tests.support.processes import Case

TWO = "signers: [{field: assignee, if_empty: skip}, {role: quality}]\nadd_signers: {}"


def two_signers(rules: str = TWO) -> Case:
    return a_board(rules, record={"assignee": "u-lea"})


def test_adder_signs_after_the_one_added_before():
    case = two_signers()

    add(case, "u-lea", "u-new", Where.BEFORE)
    before = asked(case)
    sign(case, "u-new")

    assert (before, asked(case)) == (["quality", "u-new"], ["quality", "u-lea"])
    assert opened_once(case)


def test_added_in_parallel_joins_the_quorum():
    case = two_signers()

    add(case, "u-lea", "u-new", Where.PARALLEL)
    sign(case, "u-lea")
    sign(case, "quality", by="u-9")
    before = decided(case)
    sign(case, "u-new")

    assert (before, decided(case)) == ([], ["done"])


def test_added_after_signs_when_the_adder_has_approved():
    case = two_signers()

    add(case, "u-lea", "u-new", Where.AFTER)
    before = asked(case)
    sign(case, "u-lea")

    assert (before, asked(case)) == (["u-lea", "quality"], ["quality", "u-new"])


def test_added_after_is_not_asked_when_the_adder_rejects():
    case = two_signers()
    add(case, "u-lea", "u-new", Where.AFTER)

    sign(case, "u-lea", "rejected")

    assert (decided(case), asked(case)) == (["new"], [])


@pytest.mark.parametrize("where", [Where.BEFORE, Where.AFTER])
def test_rejection_of_an_added_one_is_that_of_the_adder(where: Where):
    case = two_signers(f"mode: any\n{TWO}")
    add(case, "u-lea", "u-new", where)
    asked_first = "u-new" if where is Where.BEFORE else "u-lea"
    sign(case, asked_first, "rejected")

    sign(case, "quality", "rejected", by="u-9")

    assert decided(case) == ["new"]


def test_added_signer_cannot_add():
    case = two_signers()
    add(case, "u-lea", "u-new", Where.PARALLEL)

    with pytest.raises(Conflict, match="cannot add"):
        add(case, "u-new", "u-other", Where.PARALLEL)


@pytest.mark.parametrize("who", ["u-lea", "u-new"], ids=["oneself", "somebody twice"])
def test_who_signs_already_is_not_added(who: str):
    case = two_signers()
    add(case, "u-lea", "u-new", Where.PARALLEL)

    with pytest.raises(Conflict):
        add(case, "u-lea", who, Where.AFTER)


@pytest.mark.parametrize(
    "rules",
    [TWO.replace("\nadd_signers: {}", ""), TWO.replace("{}", "{where: [after]}")],
    ids=["not allowed", "only after"],
)
def test_nobody_is_added_where_the_definition_does_not_say_so(rules: str):
    case = two_signers(rules)

    with pytest.raises(Conflict):
        add(case, "u-lea", "u-new", Where.BEFORE)

    assert asked(case) == ["u-lea", "quality"]


def test_removing_a_signer_counts_the_quorum_anew():
    case = two_signers()
    add(case, "u-lea", "u-new", Where.PARALLEL)
    sign(case, "u-lea")
    sign(case, "quality", by="u-9")

    remove(case, "u-new", by="u-lea")

    assert decided(case) == ["done"]


def test_only_the_adder_or_an_operator_removes():
    case = two_signers()
    add(case, "u-lea", "u-new", Where.PARALLEL)

    with pytest.raises(Conflict, match="Only the one who added"):
        remove(case, "u-new", by="u-9")
    remove(case, "u-new", by=None)

    assert asked(case) == ["u-lea", "quality"]


def test_written_signer_is_removed_by_an_operator_alone():
    case = two_signers()

    with pytest.raises(Conflict):
        remove(case, "quality", by="u-lea")
    remove(case, "quality", by=None)

    assert asked(case) == ["u-lea"]


def test_who_has_acted_cannot_be_removed():
    case = two_signers()
    add(case, "u-lea", "u-new", Where.PARALLEL)
    sign(case, "u-new")

    with pytest.raises(StopIteration):  # there is no open task to remove
        remove(case, "u-new", by="u-lea")


def test_last_signer_cannot_be_removed():
    case = a_board("signers: [{role: quality}]")

    with pytest.raises(Conflict, match="last signer"):
        remove(case, "quality", by=None)


def test_signature_is_taken_back_until_the_next_one():
    case = a_board(f"signers: [{EVERY_LEGAL}]")
    sign(case, "u-1")

    take_back(case, "u-1")
    before = asked(case)
    sign(case, "u-1")
    sign(case, "u-2")

    assert before == ["u-2", "u-3", "u-1"]
    with pytest.raises(Conflict, match="acted since"):
        take_back(case, "u-1")


def test_last_signature_is_taken_back_from_the_next_node():
    case = a_board(
        "signers: [{role: quality}]",
        nodes="""
first:
  type: approval
  signers: [{field: assignee, if_empty: skip}, {role: legal}]
  outcomes: {approved: {to: board}, rejected: {to: end}}
""",
        record={"assignee": "u-lea"},
    )
    sign(case, "u-lea")
    sign(case, "legal", by="u-2")

    take_back(case, "u-2")
    before = asked(case)
    sign(case, "u-2")

    assert (before, asked(case)) == (["u-2"], ["quality"])
