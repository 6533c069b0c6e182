"""The promises of the service desk: calendar, ladder, clocks of complaints and of answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engines.app import parse_app
from engines.values import FlowId, FormId, RecordId, UserId
from runtime.access.clocks import ShownClock
from runtime.commands import Actor
from runtime.ports import Unit, UserRow
from tests.apps.conftest import MONDAY
from tests.support.bundled import owning, text_of
from tests.support.worlds import World

TICKET = FormId("ticket")
CHINA = Path("../shared/data/calendars/china_2023_2025_holidays_makeup_days.json")


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


def clock(desk: World, actor: Actor, ticket: RecordId, policy: str, title: str) -> ShownClock:
    found = desk.reading.clocks(actor, desk.app, TICKET, ticket)
    return next(
        one
        for one in found
        if (one.policy.in_locale("en"), one.title.in_locale("en")) == (policy, title)
    )


def subjects(desk: World, actor: Actor) -> list[str]:
    return [message.subject for message in desk.inbox(actor)]


def _under(unit: Unit, person: str, manager: str) -> UserRow:
    """An account with a manager."""
    row = unit.directory.user(UserId(person))
    assert row is not None
    return replace(row, manager=UserId(manager))


@pytest.mark.skipif(not CHINA.exists(), reason="the public days are not beside the checkout")
def test_business_week_works_on_the_days_the_state_council_announced() -> None:
    calendar = parse_app(text_of("service_desk"), "desk.yaml").calendars["business_week"]
    announced = json.loads(CHINA.read_text("utf-8"))["days"]

    works = {
        day["date"]: bool(calendar.hours_on(date.fromisoformat(day["date"]))) for day in announced
    }

    assert works == {day["date"]: day["workday"] for day in announced}


def test_ladder_goes_from_yellow_to_red_and_starts_the_rescue_once(
    desk: World, ana: Actor, eve: Actor, kim: Actor
) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")
    spare = desk.person("ben", "backup_team")

    alarms = []
    for _ in range(3):
        alarms.append(desk.values("ticket", ticket)["alarm"])
        desk.advance(hours=24)
    alarms.append(desk.values("ticket", ticket)["alarm"])
    rescues = [one.node for one in desk.tasks(spare, "pool")]
    desk.advance(days=3)

    assert alarms == [None, "yellow", "orange", "red"]
    assert subjects(desk, ana).count("Nobody has acted: T2603-00001") == 2
    assert subjects(desk, eve).count("Nobody has acted: T2603-00001") == 1
    assert desk.values("ticket", ticket)["assignee"] == spare.user
    with desk.store.read() as reader:
        flows = [one.flow for one in reader.instances.of_record(desk.app, TICKET, ticket)]
    assert flows.count(FlowId("rescue")) == 1
    assert rescues == ["take_over"]


def test_first_act_of_a_person_ends_the_ladder_and_the_alarm(
    desk: World, ana: Actor, kim: Actor
) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")
    desk.advance(hours=25)

    desk.change(ana, "ticket", ticket, urgency="low")
    desk.advance(days=4)

    found = desk.values("ticket", ticket)
    assert (found["alarm"], found["handled_at"]) == (None, MONDAY + timedelta(hours=25))
    assert clock(desk, ana, ticket, "Nobody acts", "First act").state == "stopped"


def test_what_the_customer_or_a_machine_does_is_no_act(
    desk: World, ana: Actor, kim: Actor
) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")

    desk.submit(kim, "message", ticket=ticket, body="Hello?")
    desk.advance(hours=24)

    assert desk.values("ticket", ticket)["alarm"] == "yellow"
    assert clock(desk, ana, ticket, "Nobody acts", "First act").state == "running"


def test_complaint_has_four_hours_and_a_day_and_each_goes_to_the_superior(
    desk: World, ana: Actor, eve: Actor, kim: Actor
) -> None:
    boss = desk.person("bo", "manager")
    desk.store.run(lambda unit: unit.directory.save_user(_under(unit, "ana", "bo")))
    ticket = desk.submit(kim, "ticket", subject="Rude", category="complaint")

    desk.advance(hours=4)
    after_four_hours = subjects(desk, boss)
    desk.advance(hours=20)

    assert "No answer yet: T2603-00001" in after_four_hours
    assert "Past due: T2603-00001" not in after_four_hours
    assert "Past due: T2603-00001" in subjects(desk, boss)
    assert desk.values("ticket", ticket)["due"] == MONDAY + timedelta(hours=24)


def test_answer_in_time_keeps_the_promise_in_open_hours(
    desk: World, ana: Actor, kim: Actor
) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")
    promised = clock(desk, ana, ticket, "Answers", "First answer")

    desk.advance(hours=3)
    desk.submit(ana, "message", ticket=ticket, body="We look into it.")

    kept = clock(desk, ana, ticket, "Answers", "First answer")
    assert promised.due_at == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # lunch does not count
    assert (kept.state, kept.is_late) == ("stopped", False)


def test_next_answer_has_a_clock_of_its_own(desk: World, ana: Actor, kim: Actor) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")
    desk.submit(ana, "message", ticket=ticket, body="We look into it.")

    desk.submit(kim, "message", ticket=ticket, body="Any news?")

    assert clock(desk, ana, ticket, "Answers", "Next answer").state == "running"


def test_waiting_for_the_customer_stops_the_clock_of_the_solution(
    desk: World, ana: Actor, kim: Actor
) -> None:
    ticket = desk.submit(kim, "ticket", subject="Broken")

    desk.advance(hours=4)
    desk.change(ana, "ticket", ticket, status="waiting")
    waiting = clock(desk, ana, ticket, "By priority", "Solution")
    desk.advance(hours=10)
    desk.change(ana, "ticket", ticket, status="open")

    assert (waiting.state, waiting.left) == ("paused", timedelta(hours=20))
    assert desk.values("ticket", ticket)["due"] == MONDAY + timedelta(hours=34)
