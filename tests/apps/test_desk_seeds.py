"""The sample records of the service desk: a desk in full swing on the first day."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from engines.values import FormId, RoleId
from runtime.exchange.seeds import plant
from runtime.ports import RecordQuery
from tests.support.bundled import data_of
from tests.support.ids import CountingIds
from tests.support.worlds import World

ROLES = ("customer", "staff", "agent", "finance", "supervisor", "manager", "admin")


@pytest.fixture
def planted(desk: World) -> World:
    """The desk with an account for each role and all sample records."""
    people = {RoleId(role): desk.person(role, role).user for role in ROLES}
    runtime = SimpleNamespace(
        bus=desk.bus, store=desk.store, live=desk.live, ids=CountingIds(), clock=desk.clock
    )
    plant(runtime, desk.app, people)
    return desk


def _tickets(desk: World) -> list[dict[str, object]]:
    with desk.store.read() as reader:
        table = desk.live.app(reader, desk.app).table(FormId("ticket"))
        page = reader.records.page(table, RecordQuery(FormId("ticket")))
        return [dict(one.values) for one in page.records]


def test_the_desk_looks_alive_with_tickets_in_every_state(planted: World):
    tickets = _tickets(planted)

    states = Counter(one["status"] for one in tickets)
    assert len(tickets) == len(data_of("service_desk")["seeds"]["ticket"])
    assert set(states) == {"new", "open", "waiting", "supplier", "cause", "solved", "closed"}


def test_solved_tickets_of_long_ago_have_their_times(planted: World):
    solved = [one for one in _tickets(planted) if one["resolved_at"] is not None]

    assert len(solved) > 15
    assert all(one["hours_to_solve"] > 0 for one in solved)  # type: ignore[operator]
    assert all(one["hours_to_answer"] > 0 for one in solved)  # type: ignore[operator]


def test_what_comes_in_now_is_shared_out_by_the_flow(planted: World):
    agent, finance = planted.actor("agent"), planted.actor("finance")

    assert len(planted.tasks(agent)) == 3
    assert len(planted.tasks(finance)) == 1


def test_the_demo_customer_owns_a_record_and_sees_own_tickets(planted: World):
    customer = planted.actor("customer")

    own = [one for one in _tickets(planted) if one["customer"] == customer.record]

    assert customer.record is not None
    assert len(own) >= 4
