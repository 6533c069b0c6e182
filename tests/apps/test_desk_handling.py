"""The flow that handles a ticket, walked along every path."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.values import FormId, RecordId
from runtime.commands import Actor, CompleteTask
from tests.apps.conftest import MONDAY
from tests.support.bundled import due_at, owning
from tests.support.worlds import World


@pytest.fixture
def ana(desk: World) -> Actor:
    return desk.person("ana", "agent")


@pytest.fixture
def eve(desk: World) -> Actor:
    return desk.person("eve", "supervisor")


@pytest.fixture
def kim(desk: World, eve: Actor) -> Actor:
    """A customer with an account."""
    account = desk.person("kim", "customer")
    record = desk.submit(eve, "customer", name="Kim", account=account.user)
    return owning(desk, account, record)


def _do(desk: World, actor: Actor, outcome: str, comment: str = "", **answers: str) -> None:
    task = desk.tasks(actor)[0]
    desk.do(CompleteTask(desk.app, task.id, outcome, answers, comment=comment), actor)


def _status(desk: World, ticket: RecordId) -> str:
    return str(desk.values("ticket", ticket)["status"])


def test_a_customers_ticket_reaches_the_least_busy_agent_due_in_four_hours(
    desk: World, ana: Actor, kim: Actor
):
    ticket = desk.submit(kim, "ticket", subject="Broken")

    assert desk.values("ticket", ticket)["assignee"] == ana.user
    assert due_at(desk, ana) == MONDAY + timedelta(hours=4)


def test_the_second_ticket_goes_to_the_agent_with_less_to_do(desk: World, ana: Actor, kim: Actor):
    ben = desk.person("ben", "agent")
    desk.submit(kim, "ticket", subject="One")

    desk.submit(kim, "ticket", subject="Two")

    assert (len(desk.tasks(ana)), len(desk.tasks(ben))) == (1, 1)


def test_without_any_agent_the_task_waits_in_the_pool(desk: World, kim: Actor):
    ticket = desk.submit(kim, "ticket", subject="Broken")
    ana = desk.person("ana", "agent")

    assert [one.record for one in desk.tasks(ana, "pool")] == [ticket]


def test_answered_solved_and_confirmed_closes_the_ticket(desk: World, ana: Actor, kim: Actor):
    ticket = desk.submit(kim, "ticket", subject="Broken")

    desk.advance(hours=2)
    _do(desk, ana, "answered")
    desk.advance(hours=3)
    _do(desk, ana, "solved", solution="Press twice.")
    _do(desk, kim, "solved", rating="5")

    found = desk.values("ticket", ticket)
    assert (found["status"], found["rating"]) == ("closed", 5)
    assert (found["hours_to_answer"], found["hours_to_solve"]) == (2, 5)
    flows = desk.reading.flows_of(desk.actor("eve"), desk.app, FormId("ticket"), ticket)
    assert [one.status for one in flows] == ["ended"]


def test_who_says_nothing_for_three_days_agrees(desk: World, ana: Actor, kim: Actor):
    ticket = desk.submit(kim, "ticket", subject="Broken")
    _do(desk, ana, "solved_at_once", "On the phone")

    desk.advance(days=3)

    assert _status(desk, ticket) == "closed"
    assert desk.tasks(kim) == ()


def test_not_solved_goes_back_to_work_and_is_counted(desk: World, ana: Actor, kim: Actor):
    ticket = desk.submit(kim, "ticket", subject="Broken")
    _do(desk, ana, "solved_at_once", "On the phone")

    _do(desk, kim, "not_solved", "It broke again")

    assert _status(desk, ticket) == "reopened"
    assert desk.values("ticket", ticket)["reopened"] == 1
    assert [one.node for one in desk.tasks(ana)] == ["work"]


def test_a_question_waits_for_the_customer_and_comes_back_with_the_answer(
    desk: World, ana: Actor, kim: Actor
):
    ticket = desk.submit(kim, "ticket", subject="Broken")
    _do(desk, ana, "answered")
    _do(desk, ana, "ask", question="Which model?")
    waiting = _status(desk, ticket)

    _do(desk, kim, "answered", answer="KT-100")

    assert (waiting, _status(desk, ticket)) == ("waiting", "open")
    assert desk.values("ticket", ticket)["answer"] == "KT-100"
    assert [one.node for one in desk.tasks(ana)] == ["work"]


def test_a_question_without_an_answer_comes_back_after_three_days(
    desk: World, ana: Actor, kim: Actor
):
    ticket = desk.submit(kim, "ticket", subject="Broken")
    _do(desk, ana, "answered")
    _do(desk, ana, "ask", question="Which model?")

    desk.advance(days=3)

    assert _status(desk, ticket) == "open"
    assert desk.tasks(kim) == ()
    assert [one.node for one in desk.tasks(ana)] == ["work"]


def test_a_question_to_a_customer_without_an_account_stays_with_the_assignee(
    desk: World, ana: Actor, eve: Actor
):
    customer = desk.submit(eve, "customer", name="Lee", email="lee@example.org")
    desk.submit(ana, "ticket", subject="Broken", customer=customer)
    _do(desk, ana, "answered")

    _do(desk, ana, "ask", question="Which model?")

    assert [one.node for one in desk.tasks(ana)] == ["customers_turn"]


def test_a_first_answer_that_is_late_escalates_to_the_supervisors(
    desk: World, ana: Actor, eve: Actor, kim: Actor
):
    ticket = desk.submit(kim, "ticket", subject="Broken")

    desk.advance(hours=4)

    assert desk.tasks(ana) == ()
    assert [one.record for one in desk.tasks(eve, "pool")] == [ticket]
    assert "No answer yet: T2603-00001" in [one.subject for one in desk.inbox(eve)]


def test_handing_over_to_finance_gives_the_work_to_finance(desk: World, ana: Actor, kim: Actor):
    finn = desk.person("finn", "finance")
    ticket = desk.submit(kim, "ticket", subject="Broken")
    _do(desk, ana, "answered")

    _do(desk, ana, "hand_over", "It is about money", group="finance")

    assert desk.tasks(ana) == ()
    assert [(one.node, one.record) for one in desk.tasks(finn)] == [("work", ticket)]
