"""A program plans which cases go to another version, brings them there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.story.test_calls import TEXT
from tests.runtime.story.test_migrating import FLOW, RENAMED
from tests.support.sites import MORNING, Program, Site, a_site
from tests.support.stores import opened_store

BASE = "/api/v1/shop/-/migrations"
MAPPED = {"flow": "checking", "version": 2, "mapping": {"look": "check"}}
BACK = {"flow": "checking", "version": 1, "reason": "worse"}


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A shop with one case begun at the first of two versions."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=TEXT + FLOW, app="shop")
        found.person("ana", "clerk")
        found.person("lea", "other")
        found.program("ana").call("POST", "/api/v1/shop/case", {"values": {"subject": "Lamp"}})
        found.world.publish(TEXT + RENAMED)
        yield found


def verdicts(program: Program, act: str, body: dict[str, Any]) -> list[str]:
    answer = program.call("POST", f"{BASE}/{act}", body)
    assert answer.status_code == 200, answer.get_json()
    return [one["verdict"] for one in answer.get_json()["instances"]]


def test_cases_are_planned_moved_and_brought_back(site: Site) -> None:
    ana = site.program("ana")

    found = [
        verdicts(ana, "plan", MAPPED),
        verdicts(ana, "apply", {**MAPPED, "reason": "better"}),
        verdicts(ana, "plan", MAPPED),
        verdicts(ana, "undo", BACK),
    ]

    assert found == [["moves"], ["moves"], ["stays"], ["moves"]]
    listed = ana.call("GET", BASE).get_json()["versions"]
    assert [(one["flow"], one["version"], one["cases"]) for one in listed] == [("checking", 1, 1)]


def test_a_plan_says_why_in_words_and_as_data(site: Site) -> None:
    plan = site.program("ana").call("POST", f"{BASE}/plan", {"flow": "checking", "version": 2})

    (one,) = plan.get_json()["instances"]
    assert one["verdict"] == "needs_a_person"
    assert one["why"] == ["node 'look' is not there, and something stands at 'look'"]
    assert one["reasons"] == [{"code": "node_gone", "node": "look", "target": "look"}]


def test_the_same_key_migrates_once(site: Site) -> None:
    ana, key = site.program("ana"), {"Idempotency-Key": "m1"}
    body = {**MAPPED, "reason": "better"}

    first, again = (ana.call("POST", f"{BASE}/apply", body, **key) for _ in range(2))

    assert first.get_json() == again.get_json()


def test_cases_are_narrowed_by_what_their_records_hold(site: Site) -> None:
    ana = site.program("ana")

    some = verdicts(ana, "plan", {**MAPPED, "where": ["subject~is~Lamp"]})
    none = verdicts(ana, "plan", {**MAPPED, "where": ["subject~is~Desk"]})

    assert (some, none) == (["moves"], [])


@pytest.mark.parametrize(
    ("person", "act", "given", "status"),
    [
        pytest.param("lea", "plan", {}, 403, id="no operator"),
        pytest.param("ana", "apply", {}, 422, id="no reason"),
        pytest.param("ana", "plan", {"where": ["subject"]}, 400, id="no filter"),
        pytest.param("ana", "plan", {"version": "two"}, 400, id="no number"),
        pytest.param("ana", "plan", {"mapping": ["look"]}, 400, id="no mapping"),
        pytest.param("ana", "plan", {"version": 9}, 404, id="no such version"),
        pytest.param("ana", "burn", {}, 404, id="no such act"),
    ],
)
def test_what_cannot_be_migrated_is_refused(
    site: Site, person: str, act: str, given: dict[str, Any], status: int
) -> None:
    answer = site.program(person).call("POST", f"{BASE}/{act}", {**MAPPED, **given})

    assert answer.status_code == status, answer.get_json()
