"""The operators' page that brings cases to another version: plan, look, move, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engines.flow import migrate
from engines.values import AppId
from runtime.adapters.clock import SettableClock
from runtime.web.catalogue import catalogue
from tests.runtime.story.test_calls import TEXT
from tests.runtime.story.test_migrating import FLOW, RENAMED
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

PAGE = "/a/shop/operate/migrate"
PLAN = {"flow": "checking", "to": "2", "map.look": "check", "reason": "better"}
NAMED = "    name: '{{ subject }}'\n    fields:\n"


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A shop with two cases begun at the first of two versions."""
    clock = SettableClock(MORNING)
    text = TEXT.replace("    fields:\n", NAMED)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=text + FLOW, app="shop")
        found.person("ana", "clerk")
        found.person("lea", "other")
        for subject in ("Lamp", "Desk"):
            values = {"values": {"subject": subject}}
            found.program("ana").call("POST", "/api/v1/shop/case", values)
        found.world.publish(text + RENAMED)
        yield found


def versions(site: Site) -> list[tuple[int, int]]:
    """(version, how many cases follow it)."""
    with site.runtime.store.read() as reader:
        found = reader.instances.going_on_by_version(AppId("shop"))
    return [(version, many) for _, version, many in found]


def test_only_operators_see_which_versions_are_followed(site: Site) -> None:
    said = text_of(site.browser("ana").get(PAGE))

    assert "Version 1 2" not in said
    assert "1 2 Plan" in said
    assert site.browser("lea").get(PAGE).status_code == 403


def test_plan_says_what_is_missing_and_offers_what_could_stand_for_it(site: Site) -> None:
    page = site.browser("ana").get(f"{PAGE}?flow=checking")

    said = text_of(page)
    assert "Needs a person 2" in said
    assert "The step look is not there, and something stands at look." in said
    assert 'name="map.look"' in page.get_data(as_text=True)
    assert '<option value="check">' in page.get_data(as_text=True)


def test_cases_are_moved_and_brought_back(site: Site) -> None:
    ana = site.browser("ana")

    moved = ana.post(PAGE, PLAN)
    after = ana.get(moved.location)
    there = versions(site)
    undo = {"flow": "checking", "to": "1", "do": "undo", "reason": "worse"}
    plan = text_of(ana.get(f"{PAGE}?flow=checking&to=1&do=undo"))
    back = ana.post(PAGE, undo)

    assert (moved.status_code, back.status_code) == (303, 303)
    assert "Cases came from version 1; this can be undone." in text_of(after)
    assert f"{urlsplit(moved.location).path}" == PAGE
    assert there == [(2, 2)]
    assert "Bring all 2 cases back" in plan
    assert versions(site) == [(1, 2)]


def test_history_of_a_case_says_who_moved_it_and_why(site: Site) -> None:
    ana = site.browser("ana")
    ana.post(PAGE, PLAN)
    plan = ana.get(f"{PAGE}?flow=checking").get_data(as_text=True)

    case = text_of(ana.get(re.findall(r'href="(/a/shop/flows/[^"]+)"', plan)[0]))

    assert "Ana moved it to another version: 1 → 2: better" in case


def test_only_the_ticked_cases_move(site: Site) -> None:
    ana = site.browser("ana")
    plan = site.program("ana").call(
        "POST", "/api/v1/shop/-/migrations/plan", {"flow": "checking", "version": 2}
    )
    one = plan.get_json()["instances"][0]["instance"]

    ana.post(PAGE, {**PLAN, "_act": "chosen", "chosen": one})

    assert versions(site) == [(1, 1), (2, 1)]


def test_nothing_ticked_moves_nothing(site: Site) -> None:
    answer = site.browser("ana").post(PAGE, {**PLAN, "_act": "chosen"})

    assert answer.status_code == 303
    assert versions(site) == [(1, 2)]


def test_cases_are_narrowed_by_what_their_records_hold(site: Site) -> None:
    narrowed = {"field": "subject", "operator": "is", "value": "Lamp"}

    site.browser("ana").post(PAGE, {**PLAN, **narrowed})

    assert versions(site) == [(1, 1), (2, 1)]


def test_without_a_reason_nothing_moves(site: Site) -> None:
    answer = site.browser("ana").post(PAGE, {**PLAN, "reason": " "})

    assert answer.status_code == 422
    assert versions(site) == [(1, 2)]


@pytest.mark.parametrize("query", ["flow=nothing", "flow=checking&to=9"])
def test_what_is_not_there_is_not_found(site: Site, query: str) -> None:
    assert site.browser("ana").get(f"{PAGE}?{query}").status_code == 404


def test_every_reason_has_its_sentence() -> None:
    words = catalogue("en").messages

    assert {f"migrate.why_{code}" for code in migrate.SENTENCES} - words.keys() == set()
