"""What comes to flows through the API: messages for a record, more work at a node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.story.test_calls import TEXT, WAITING
from tests.support.sites import MORNING, Program, Site, a_site
from tests.support.stores import opened_store

MANY = """\
  many:
    for: case
    nodes:
      ask:
        type: multi_task
        count: 1
        adding: true
        assign: {role: clerk}
        outcomes: {done: {}}
        to: end
      end: {type: end}
"""
BASE = "/api/v1/shop/-"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=TEXT + WAITING + MANY, app="shop")
        found.person("ana", "clerk")
        found.person("lea", "other")
        found.person("gus")
        yield found


def a_case(program: Program) -> str:
    made = program.call("POST", "/api/v1/shop/case", {"values": {"subject": "Lamp"}})
    return str(made.get_json()["id"])


def a_message(record: str, key: str = "bank-1") -> dict[str, str]:
    return {"form": "case", "record": record, "message": "paid", "key": key}


def test_message_wakes_the_flow_that_waits_for_it(site: Site) -> None:
    ana = site.program("ana")
    case = a_case(ana)

    told = ana.call("POST", f"{BASE}/messages", a_message(case))

    assert told.status_code == 204, told.get_json()
    seen = ana.call("GET", f"/api/v1/shop/case/{case}").get_json()
    assert seen["values"]["subject"] == "paid"


@pytest.mark.parametrize(
    ("person", "given", "status"),
    [
        pytest.param("lea", {}, 403, id="may only read"),
        pytest.param("gus", {}, 404, id="knows no such record"),
        pytest.param("ana", {"record": "0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e99"}, 404, id="none"),
        pytest.param("ana", {"key": ""}, 422, id="no key"),
        pytest.param("ana", {"keep": "yes"}, 400, id="no truth"),
    ],
)
def test_message_for_a_record_one_may_not_change_is_refused(
    site: Site, person: str, given: dict[str, str], status: int
) -> None:
    case = a_case(site.program("ana"))

    answer = site.program(person).call("POST", f"{BASE}/messages", {**a_message(case), **given})

    assert answer.status_code == status, answer.get_json()
    seen = site.program("ana").call("GET", f"/api/v1/shop/case/{case}").get_json()
    assert seen["values"]["subject"] == "Lamp"


def test_work_is_added_until_adding_is_closed(site: Site) -> None:
    ana = site.program("ana")
    order = {"flow": "many", "record": a_case(ana)}
    instance = ana.call("POST", f"{BASE}/flows", order).get_json()["instance"]

    acts = [
        ana.call("POST", f"{BASE}/flows/{instance}/{act}", given)
        for act, given in (
            ("add-work", {"node": "ask", "to": "ana"}),
            ("add-work", {"node": "ask", "to": "nobody"}),
            ("close-adding", {"node": "ask"}),
            ("add-work", {"node": "ask"}),
        )
    ]

    assert [one.status_code for one in acts] == [200, 409, 200, 409]
    mine = ana.call("GET", f"{BASE}/tasks?which=mine").get_json()["tasks"]
    assert [one["node"] for one in mine] == ["ask"]
