"""The rules of the service desk, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from engines.values import RecordId
from tests.support.worlds import World


def _ticket(desk: World, **answers: Any) -> RecordId:
    return desk.submit(desk.person("ana", "agent"), "ticket", **{"subject": "Help", **answers})


@pytest.mark.parametrize(
    "subject",
    ["I want a refund", "申请退款", "Quiero un reembolso", "أريد استرداد المبلغ"],
    ids=["en", "zh", "es", "ar"],
)
def test_a_refund_is_of_high_priority_and_goes_to_finance(desk: World, subject: str):
    finn = desk.person("finn", "finance")

    ticket = _ticket(desk, subject=subject, impact="low")

    found = desk.values("ticket", ticket)
    assert (found["priority"], found["group"], found["assignee"]) == ("high", "finance", finn.user)


def test_a_how_to_question_in_chat_is_of_medium_urgency_and_goes_to_product_support(desk: World):
    ticket = _ticket(desk, subject="功能使用：如何导出？", channel="chat", urgency="high")

    found = desk.values("ticket", ticket)
    assert (found["priority"], found["group"]) == ("moderate", "product")


def test_a_ticket_of_a_vip_has_high_impact(desk: World):
    eve = desk.person("eve", "supervisor")
    vip = desk.submit(eve, "customer", name="Li", level="vip")

    ticket = _ticket(desk, customer=vip)

    found = desk.values("ticket", ticket)
    assert (found["impact"], found["priority"]) == ("high", "high")


def test_advertising_is_closed_and_no_other_rule_runs_for_it(desk: World):
    ana = desk.person("ana", "agent")

    ticket = _ticket(desk, subject="refund?", description="Click to unsubscribe", channel="email")

    found = desk.values("ticket", ticket)
    assert (found["status"], found["group"], found["due"]) == ("closed", "support", None)
    assert desk.tasks(ana) == ()


def test_the_customer_is_told_that_the_ticket_arrived(desk: World):
    eve, kim = desk.person("eve", "supervisor"), desk.person("kim", "customer")
    customer = desk.submit(eve, "customer", name="Kim", account=kim.user)

    _ticket(desk, customer=customer)

    assert [one.subject for one in desk.inbox(kim)] == ["We have your request T2603-00001"]


def test_a_ticket_untouched_for_a_day_gets_high_impact_and_the_supervisor_hears_of_it(
    desk: World,
):
    eve = desk.person("eve", "supervisor")
    ticket = _ticket(desk)

    desk.advance(hours=25)

    assert desk.values("ticket", ticket)["impact"] == "high"
    assert "Untouched for a day: T2603-00001" in [one.subject for one in desk.inbox(eve)]


def test_every_change_of_the_assignee_counts_as_a_hand_over(desk: World):
    ana, ben = desk.person("ana", "agent"), desk.person("ben", "agent")
    ticket = desk.submit(ana, "ticket", subject="Help", assignee=ana.user)

    desk.change(ana, "ticket", ticket, assignee=ben.user)
    desk.change(ana, "ticket", ticket, assignee=ana.user)

    assert desk.values("ticket", ticket)["hand_overs"] == 2


def test_a_message_of_the_customer_reaches_the_assignee(desk: World):
    eve, kim = desk.person("eve", "supervisor"), desk.person("kim", "customer")
    ana = desk.person("ana", "agent")
    customer = desk.submit(eve, "customer", name="Kim", account=kim.user)
    ticket = desk.submit(ana, "ticket", subject="Help", customer=customer, assignee=ana.user)
    desk.store.run(lambda unit: unit.directory.link_record(desk.app, kim.user, customer))

    desk.submit(desk.actor("kim"), "message", ticket=ticket, body="Any news?")

    assert [one.body for one in desk.inbox(ana)] == ["Any news?"]


def test_an_internal_message_does_not_reach_the_customer(desk: World):
    eve, kim = desk.person("eve", "supervisor"), desk.person("kim", "customer")
    customer = desk.submit(eve, "customer", name="Kim", account=kim.user)
    ticket = desk.submit(eve, "ticket", subject="Help", customer=customer)
    before = len(desk.inbox(kim))

    desk.submit(eve, "message", ticket=ticket, body="A difficult one", visibility="internal")

    assert len(desk.inbox(kim)) == before


def test_the_owner_is_reminded_of_an_article_that_is_to_be_reviewed(desk: World):
    ana = desk.person("ana", "agent")
    article = {"title": "Descaling", "body": "Boil once.", "state": "published"}
    desk.submit(ana, "article", **article, owner=ana.user, review_on="2026-03-02")

    desk.advance(hours=25)

    assert "Please review: Descaling" in [one.subject for one in desk.inbox(ana)]
