"""The operators' page that brings cases to another version: plan, look, move, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from engines.flow import migrate
from engines.values import AppId
from runtime.adapters.clock import SettableClock
from runtime.handlers import migrating
from runtime.web.catalogue import catalogue
from runtime.web.pages import migration_steps
from tests.runtime.story.test_calls import TEXT
from tests.runtime.story.test_migrating import FLOW, RENAMED
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

PAGE = "/a/shop/operate/migrate"
PLAN = {"flow": "checking", "to": "2", "map.look": "check", "reason": "better"}
NAMED_TEXT = TEXT.replace("    fields:\n", "    name: '{{ subject }}'\n    fields:\n")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A shop with two cases begun at the first of two versions."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=NAMED_TEXT + FLOW, app="shop")
        found.person("ana", "clerk")
        found.person("lea", "other")
        for subject in ("Lamp", "Desk"):
            values = {"values": {"subject": subject}}
            found.program("ana").call("POST", "/api/v1/shop/case", values)
        found.world.publish(NAMED_TEXT + RENAMED)
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
    assert "The step look is not there, and something stands at Look." in said
    assert 'name="map.look"' in page.get_data(as_text=True)
    assert '<option value="check">' in page.get_data(as_text=True)


def test_steps_are_called_by_their_titles(site: Site) -> None:
    page = site.browser("ana").get(f"{PAGE}?flow=checking&map.look=check")

    assert "It goes from Look to Check." in text_of(page)


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


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch, site: Site) -> Site:
    """Five cases of two versions, of which two fit into a turn and one turn into a request."""
    monkeypatch.setattr(migrating, "MOST", 2)
    monkeypatch.setattr(migration_steps, "TURNS", 1)
    site.world.publish(NAMED_TEXT + FLOW)
    for subject in ("Sofa", "Bed", "Shelf"):
        site.program("ana").call("POST", "/api/v1/shop/case", {"values": {"subject": subject}})
    site.world.publish(NAMED_TEXT + RENAMED)
    return site


def going_on(page: TestResponse) -> dict[str, str]:
    """What the form asks for that takes the next step."""
    return dict(HIDDEN.findall(page.get_data(as_text=True).partition("data-go-on")[2]))


def test_many_cases_are_counted_step_by_step_and_shown_by_pages(small_steps: Site) -> None:
    ana = small_steps.browser("ana")

    first = ana.get(f"{PAGE}?flow=checking&map.look=check&to=4")
    second = ana.get(f"{PAGE}?{urlencode(going_on(first))}")
    plan = ana.get(f"{PAGE}?{urlencode(going_on(second))}")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', plan.get_data(as_text=True))
    behind = ana.get(PAGE + following.replace("&amp;", "&"))

    assert "Cases looked at: 2 of 5 Moves 2" in text_of(first)
    assert "Cases looked at: 4 of 5 Moves 4" in text_of(second)
    assert "Moves 5 Needs a person 0 Stays 0" in text_of(plan)
    assert "Moves 5 Needs a person 0 Stays 0" in text_of(behind)
    assert ("Lamp" in text_of(plan), "Lamp" in text_of(behind)) == (True, False)


def test_many_cases_are_moved_step_by_step_and_none_is_left(small_steps: Site) -> None:
    ana = small_steps.browser("ana")

    first = ana.post(PAGE, {**PLAN, "to": "4"})
    there = versions(small_steps)
    second = ana.post(PAGE, going_on(first))
    done = ana.post(PAGE, going_on(second))
    counted = going_on(ana.get(done.location))

    assert "Cases worked through: 2 of 5 Moves 2" in text_of(first)
    assert there == [(3, 3), (4, 2)]
    assert (done.status_code, "moved=1%2C3" in done.location) == (303, True)
    assert versions(small_steps) == [(4, 5)]
    assert (counted["done"], counted["moved"]) == ("migrated", "1,3")


def test_of_how_many_is_not_said_where_only_some_are_asked_for(small_steps: Site) -> None:
    narrowed = {"field": "subject", "operator": "is", "value": "Lamp"}
    query = urlencode({"flow": "checking", "map.look": "check", "to": "4", **narrowed})

    first = small_steps.browser("ana").get(f"{PAGE}?{query}")

    assert "Cases found so far: 1 Moves 1" in text_of(first)


@pytest.mark.parametrize("query", ["flow=nothing", "flow=checking&to=9"])
def test_what_is_not_there_is_not_found(site: Site, query: str) -> None:
    assert site.browser("ana").get(f"{PAGE}?{query}").status_code == 404


def test_every_reason_has_its_sentence() -> None:
    words = catalogue("en").messages

    assert {f"migrate.why_{code}" for code in migrate.SENTENCES} - words.keys() == set()
