"""The flow of a complaint: four steps that nobody may skip, and who signs."""

from __future__ import annotations

import pytest

from engines.errors import FieldErrors
from engines.values import RecordId
from runtime.commands import Actor, CompleteTask
from tests.support.worlds import World


@pytest.fixture
def ana(desk: World) -> Actor:
    return desk.person("ana", "agent")


@pytest.fixture
def signers(desk: World) -> list[Actor]:
    """Quality, legal and an executive."""
    return [desk.person(role[:3], role) for role in ("quality", "legal", "executive")]


@pytest.fixture
def complaint(desk: World, ana: Actor) -> RecordId:
    return desk.submit(ana, "ticket", subject="Rude", category="complaint")


def act(desk: World, actor: Actor, outcome: str, comment: str = "", **answers: str) -> None:
    """Finish the actor's first task, of the pool if need be."""
    tasks = [*desk.tasks(actor), *desk.tasks(actor, "pool")]
    desk.do(CompleteTask(desk.app, tasks[0].id, outcome, answers, comment=comment), actor)


def nodes(desk: World, actor: Actor) -> list[str]:
    return [task.node for task in (*desk.tasks(actor), *desk.tasks(actor, "pool"))]


def status(desk: World, ticket: RecordId) -> str:
    return str(desk.values("ticket", ticket)["status"])


def test_need_must_be_written_down_first(desk: World, ana: Actor, complaint: RecordId) -> None:
    with pytest.raises(FieldErrors):
        act(desk, ana, "confirmed")

    assert status(desk, complaint) == "new"
    assert nodes(desk, ana) == ["confirm_need"]


def test_minor_complaint_is_signed_by_quality_and_ends_with_a_call(
    desk: World, ana: Actor, signers: list[Actor], complaint: RecordId
) -> None:
    quality, legal, _ = signers
    states = []

    act(desk, ana, "confirmed", need="An apology", gravity="minor")
    act(desk, ana, "proposed", cause="A long day", solution="We apologise.")
    asked = (nodes(desk, quality), nodes(desk, legal))
    act(desk, quality, "approved")
    states.append(status(desk, complaint))
    act(desk, ana, "understood", understanding="They took it well")
    states.append(status(desk, complaint))
    desk.advance(days=2)
    act(desk, ana, "content", call_back_note="All is well")
    states.append(status(desk, complaint))

    assert asked == (["quality_check"], [])
    assert states == ["solved", "confirmed", "closed"]


def test_major_complaint_needs_three_signatures(
    desk: World, ana: Actor, signers: list[Actor], complaint: RecordId
) -> None:
    act(desk, ana, "confirmed", need="Damages", gravity="major")
    act(desk, ana, "proposed", cause="A fault", solution="We pay.")

    states = []
    for signer in signers:
        act(desk, signer, "approved")
        states.append(status(desk, complaint))

    assert states == ["open", "open", "solved"]


def test_one_refusal_sends_the_solution_back(
    desk: World, ana: Actor, signers: list[Actor], complaint: RecordId
) -> None:
    quality, legal, executive = signers
    act(desk, ana, "confirmed", need="Damages", gravity="major")
    act(desk, ana, "proposed", cause="A fault", solution="We pay.")

    act(desk, quality, "approved")
    act(desk, legal, "rejected", "We are not liable")

    assert nodes(desk, ana) == ["give_solution"]
    assert nodes(desk, executive) == []


def test_customer_who_is_not_content_reopens_the_complaint(
    desk: World, ana: Actor, signers: list[Actor], complaint: RecordId
) -> None:
    act(desk, ana, "confirmed", need="An apology", gravity="minor")
    act(desk, ana, "proposed", cause="A long day", solution="We apologise.")
    act(desk, signers[0], "approved")
    act(desk, ana, "understood", understanding="They took it well")
    desk.advance(days=2)

    act(desk, ana, "not_solved", call_back_note="It happened again")

    assert (status(desk, complaint), nodes(desk, ana)) == ("reopened", ["give_solution"])
    assert desk.values("ticket", complaint)["reopened"] == 1


def test_what_is_no_complaint_is_handled_as_any_request(
    desk: World, ana: Actor, complaint: RecordId
) -> None:
    act(desk, ana, "no_complaint", "It is none", need="An invoice", gravity="minor")

    assert desk.values("ticket", complaint)["category"] == "other"
    assert nodes(desk, ana) == ["first_answer"]
