"""The flow that approves a refund."""

from __future__ import annotations

import pytest

from engines.values import RecordId
from runtime.commands import Actor, CompleteTask
from tests.support.worlds import World


@pytest.fixture
def finn(desk: World) -> Actor:
    return desk.person("finn", "finance")


@pytest.fixture
def mia(desk: World) -> Actor:
    return desk.person("mia", "manager")


def _asked_for(desk: World, amount: str) -> RecordId:
    eve = desk.person("eve", "supervisor")
    ticket = desk.submit(eve, "ticket", subject="Paid twice", category="payment")
    desk.change(eve, "ticket", ticket, refund_amount=amount)
    return ticket


def _decide(desk: World, actor: Actor, outcome: str, comment: str = "") -> None:
    task = desk.tasks(actor, "pool")[0]
    desk.do(CompleteTask(desk.app, task.id, outcome, {}, comment=comment), actor)


def _refund(desk: World, ticket: RecordId) -> str:
    return str(desk.values("ticket", ticket)["refund_status"])


def test_a_small_refund_is_approved_and_paid_by_finance_alone(
    desk: World, finn: Actor, mia: Actor
):
    ticket = _asked_for(desk, "500 CNY")
    asked = _refund(desk, ticket)

    _decide(desk, finn, "approved")
    approved = _refund(desk, ticket)
    _decide(desk, finn, "paid")

    assert (asked, approved, _refund(desk, ticket)) == ("asked", "approved", "paid")
    assert desk.tasks(mia, "pool") == ()


def test_a_large_refund_needs_finance_and_a_manager(desk: World, finn: Actor, mia: Actor):
    ticket = _asked_for(desk, "500.01 CNY")

    _decide(desk, finn, "approved")
    by_finance = _refund(desk, ticket)
    _decide(desk, mia, "approved")

    assert (by_finance, _refund(desk, ticket)) == ("asked", "approved")


def test_one_refusal_ends_a_large_refund(desk: World, finn: Actor, mia: Actor):
    ticket = _asked_for(desk, "900 CNY")

    _decide(desk, mia, "rejected", "No proof of payment")

    assert _refund(desk, ticket) == "refused"
    assert desk.tasks(finn, "pool") == ()


def test_a_refund_is_asked_for_once_however_often_the_amount_changes(desk: World, finn: Actor):
    ticket = _asked_for(desk, "100 CNY")

    desk.change(desk.actor("eve"), "ticket", ticket, refund_amount="120 CNY")

    assert [one.node for one in desk.tasks(finn, "pool")] == ["finance"]
