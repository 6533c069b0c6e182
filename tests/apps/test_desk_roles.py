"""What each role of the service desk may see and do, as the comments of the definition say."""

from __future__ import annotations

import pytest

from engines.errors import FieldErrors, NotAllowed, NotFound
from engines.values import FieldId, RecordId
from runtime.commands import Actor
from tests.support.bundled import owning
from tests.support.worlds import World

OURS = {"impact", "urgency", "priority", "group", "assignee", "labels", "hand_overs"}
PHONE = "+44 20 7946 0101"


def _customer(desk: World, name: str) -> tuple[Actor, RecordId]:
    account = desk.person(name, "customer")
    eve = desk.person("eve", "supervisor")
    record = desk.submit(eve, "customer", name=name.title(), account=account.user, phone=PHONE)
    return owning(desk, account, record), record


def test_a_customer_asks_for_help_as_oneself(desk: World):
    kim, record = _customer(desk, "kim")

    ticket = desk.submit(kim, "ticket", subject="Broken", description="It does not start.")

    assert desk.values("ticket", ticket)["customer"] == record


def test_a_customer_cannot_write_as_somebody_else(desk: World):
    kim, _ = _customer(desk, "kim")
    _, other = _customer(desk, "lee")

    with pytest.raises(FieldErrors):
        desk.submit(kim, "ticket", subject="Broken", customer=other)


def test_a_customer_sees_own_tickets_without_what_is_ours(desk: World):
    kim, _ = _customer(desk, "kim")
    ticket = desk.submit(kim, "ticket", subject="Broken")

    seen = desk.see(kim, "ticket", ticket)

    assert not OURS & set(seen.values)
    assert seen.values[FieldId("status")] == "new"


def test_a_customer_does_not_find_the_ticket_of_another(desk: World):
    kim, _ = _customer(desk, "kim")
    lee, _ = _customer(desk, "lee")
    ticket = desk.submit(kim, "ticket", subject="Broken")

    with pytest.raises(NotFound):
        desk.see(lee, "ticket", ticket)


def test_a_customer_cannot_write_on_the_ticket_of_another(desk: World):
    kim, _ = _customer(desk, "kim")
    lee, _ = _customer(desk, "lee")
    ticket = desk.submit(kim, "ticket", subject="Broken")

    with pytest.raises((NotAllowed, NotFound, FieldErrors)):
        desk.submit(lee, "message", ticket=ticket, body="Me too")


def test_a_customer_reads_public_messages_only(desk: World):
    kim, _ = _customer(desk, "kim")
    eve = desk.actor("eve")
    ticket = desk.submit(kim, "ticket", subject="Broken")
    public = desk.submit(eve, "message", ticket=ticket, body="We look at it.")
    internal = desk.submit(eve, "message", ticket=ticket, body="Old.", visibility="internal")

    assert desk.see(kim, "message", public).values[FieldId("body")] == "We look at it."
    with pytest.raises(NotFound):
        desk.see(kim, "message", internal)


@pytest.mark.parametrize(
    ("audience", "state"), [("internal", "published"), ("public", "draft"), ("public", "retired")]
)
def test_a_customer_does_not_find_articles_that_are_not_for_everybody(
    desk: World, audience: str, state: str
):
    kim, _ = _customer(desk, "kim")
    eve = desk.actor("eve")
    article = desk.submit(eve, "article", title="T", body="B", audience=audience, state=state)

    with pytest.raises(NotFound):
        desk.see(kim, "article", article)


@pytest.mark.parametrize(
    ("role", "phone"),
    [
        ("agent", "masked"),
        ("finance", "masked"),
        ("supervisor", "whole"),
        ("manager", "whole"),
        ("admin", "whole"),
    ],
)
def test_only_supervisors_and_above_see_the_whole_phone_number(desk: World, role: str, phone: str):
    _, record = _customer(desk, "kim")
    person = desk.person("somebody", role)

    seen = desk.see(person, "customer", record).values[FieldId("phone")]

    assert ("*" in seen) == (phone == "masked")


def test_an_agent_cannot_raise_the_level_of_a_customer(desk: World):
    _, record = _customer(desk, "kim")
    ana = desk.person("ana", "agent")

    with pytest.raises(FieldErrors):
        desk.change(ana, "customer", record, level="vip")


def test_an_agent_does_not_see_tickets_of_finance_but_finance_does(desk: World):
    ana, finn = desk.person("ana", "agent"), desk.person("finn", "finance")
    eve = desk.person("eve", "supervisor")
    ticket = desk.submit(eve, "ticket", subject="Refund please")

    assert desk.see(finn, "ticket", ticket).values[FieldId("group")] == "finance"
    with pytest.raises(NotFound):
        desk.see(ana, "ticket", ticket)


def test_staff_see_only_what_they_reported_themselves(desk: World):
    sam, ana = desk.person("sam", "staff"), desk.person("ana", "agent")
    mine = desk.submit(sam, "ticket", subject="My customer called")
    other = desk.submit(ana, "ticket", subject="Another")

    assert desk.see(sam, "ticket", mine).values[FieldId("subject")] == "My customer called"
    with pytest.raises(NotFound):
        desk.see(sam, "ticket", other)


def test_staff_cannot_choose_who_works_on_a_ticket(desk: World):
    sam = desk.person("sam", "staff")

    with pytest.raises(FieldErrors):
        desk.submit(sam, "ticket", subject="Mine first", assignee="sam")


@pytest.mark.parametrize(
    ("role", "able"),
    [
        ("customer", set()),
        ("staff", set()),
        ("agent", set()),
        ("finance", set()),
        ("supervisor", {"export"}),
        ("manager", {"export", "audit"}),
        (
            "admin",
            {"design", "publish", "import", "export", "operate", "audit", "manage_users"},
        ),
    ],
)
def test_capabilities_grow_with_the_role(desk: World, role: str, able: set[str]):
    person = desk.person("somebody", role)

    assert person.can == able
