"""Lists of tasks that are longer than a page: narrowed in the database, not on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.access import task_lists
from runtime.adapters.clock import SettableClock
from tests.runtime.web.test_task_pages import SHOP, TASKS, an_order
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

TWO_STEPS = (
    SHOP.replace("fine: {title: Fine, to: end}", "fine: {title: Fine, to: pack}")
    .replace(
        "      end: {type: end}\n",
        "      pack: {type: task, title: Pack it, assign: {role: clerk, pick: pool},\n"
        "             outcomes: {packed: {to: end}}}\n"
        "      end: {type: end}\n",
    )
    .replace(
        "      big:",
        "      code: {type: text, title: Code, mask: {end: 2, unless: [head]}}\n"
        "      buyer: {type: text, title: Buyer}\n"
        "      big:",
    )
    .replace("update: true}", "update: true, fields: {buyer: hidden}}")
)
POOL = f"{TASKS}?which=pool"
AWAY = {"starts_on": "2026-03-02", "ends_on": "2026-03-03"}


@pytest.fixture(params=["memory", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=TWO_STEPS, app="shop")
        site.person("gus", "guest")
        site.person("ana", "clerk")
        yield site


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page has two tasks."""
    monkeypatch.setattr(task_lists, "MOST_TASKS", 2)


def packed(site: Site, *subjects: str) -> None:
    """Orders that wait to be packed, behind three that wait to be looked at."""
    for subject in ("Lamp", "Desk", "Sofa"):
        an_order(site, subject)
    ana = site.browser("ana")
    for subject in subjects:
        task = an_order(site, subject)
        ana.post(f"{TASKS}/{task}/claim")
        ana.post(f"{TASKS}/{task}", {"_outcome": "fine"})


def test_a_step_is_asked_for_beyond_the_first_page(site: Site) -> None:
    packed(site, "Chair", "Table", "Shelf")
    ana = site.browser("ana")

    first = ana.get(f"{POOL}&node=pack")
    second = ana.get(f"{POOL}&node=pack&skip=2")

    assert ["Chair" in text_of(first), "Sofa" in text_of(first)] == [True, False]
    assert "?which=pool&amp;node=pack&amp;skip=2" in first.text
    assert "Shelf" in text_of(second)
    assert 'rel="next"' not in second.text


def test_the_other_steps_stay_to_be_chosen(site: Site) -> None:
    packed(site, "Chair")

    page = site.browser("ana").get(f"{POOL}&node=pack").text

    assert '<option value="look">Look at it</option>' in page
    assert '<option value="pack" selected>Pack it</option>' in page


def test_words_of_a_record_are_found_however_long_the_list(site: Site) -> None:
    packed(site, "Chair")
    ana = site.browser("ana")

    found = text_of(ana.get(f"{POOL}&q=sofa"))
    narrowed = text_of(ana.get(f"{POOL}&q=sofa&node=pack"))
    nothing = text_of(ana.get(f"{POOL}&q=carpet"))

    assert ["Sofa" in one for one in (found, narrowed, nothing)] == [True, False, False]
    assert "Desk" not in found


def test_what_words_find_has_pages_too(site: Site) -> None:
    packed(site)
    ana = site.browser("ana")

    first = ana.get(f"{POOL}&q=look")
    second = ana.get(f"{POOL}&q=look&skip=2")

    assert ["Lamp" in text_of(first), "Sofa" in text_of(first)] == [True, False]
    assert "?which=pool&amp;q=look&amp;skip=2" in first.text
    assert ["Lamp" in text_of(second), "Sofa" in text_of(second)] == [False, True]
    assert 'rel="next"' not in second.text


def test_a_step_is_found_by_its_title_beyond_the_first_page(site: Site) -> None:
    packed(site, "Chair")

    found = text_of(site.browser("ana").get(f"{POOL}&q=PACK"))

    assert ["Chair" in found, "Lamp" in found] == [True, False]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pack+chair", ["Chair"]),
        ("sofa+it", ["Sofa"]),
        ("pack+sofa", []),
        ("look+pack", []),
        ("-+.", []),
    ],
    ids=["both", "either way", "of two tasks", "of two steps", "no words"],
)
def test_words_may_stand_in_the_step_and_in_the_record(
    site: Site, words: str, found: list[str]
) -> None:
    packed(site, "Chair")

    page = text_of(site.browser("ana").get(f"{POOL}&q={words}"))

    names = ["Lamp", "Desk", "Sofa", "Chair"]
    assert [one for one in names if one in page] == found


@pytest.mark.parametrize(
    ("name", "word", "found"),
    [
        ("ana", "4711", []),
        ("eve", "4711", ["Sofa"]),
        ("ana", "11", []),
        ("ana", "merchant", []),
        ("ana", "sofa", ["Sofa"]),
    ],
    ids=["masked", "not masked to a head", "shown part of a mask", "hidden", "readable"],
)
def test_words_of_fields_that_a_person_may_not_know_find_no_task(
    site: Site, name: str, word: str, found: list[str]
) -> None:
    site.person("eve", "head")
    an_order(site, "Sofa", code="4711", buyer="Merchant")

    page = text_of(site.browser(name).get(f"{POOL}&q={word}"))

    assert re.findall("Sofa", page)[:1] == found


@pytest.mark.parametrize("words", ["sofa", "pack+sof"], ids=["name", "name and step"])
def test_names_of_records_are_found_though_no_view_searches_in_them(
    request: pytest.FixtureRequest, tmp_path: Path, words: str
) -> None:
    clock = SettableClock(MORNING)
    text = TWO_STEPS.replace(
        "    access:\n",
        "    views: {all: {title: All, columns: [subject], search: [why]}}\n    access:\n",
    ).replace("!= 'Secret'", "!= 'Secret sofa'")
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=text, app="shop")
        site.person("gus", "guest")
        site.person("ana", "clerk")
        packed(site, "Red sofa", "Secret sofa")

        found = text_of(site.browser("ana").get(f"{POOL}&node=pack&q={words}"))

    assert ["Red sofa" in found, "Pack it" in found] == [True, True]
    assert "Secret" not in found


@pytest.mark.parametrize("words", ["chair", "pack", "pack+chair"])
def test_tasks_at_a_step_that_is_no_more_are_found(site: Site, words: str) -> None:
    packed(site, "Chair")
    site.world.publish(
        TWO_STEPS.replace("      pack: {", "      wrap: {").replace("pack}", "wrap}")
    )

    found = text_of(site.browser("ana").get(f"{POOL}&q={words}"))

    assert ["Chair" in found, "Lamp" in found] == [True, False]


def test_programs_search_tasks_by_pages_too(site: Site) -> None:
    packed(site, "Chair")
    program, address = site.program("ana"), "/api/v1/shop/-/tasks?which=pool"

    first = program.call("GET", f"{address}&q=look").get_json()
    second = program.call("GET", f"{address}&q=look&skip={first['next']}").get_json()
    at_step = program.call("GET", f"{address}&node=pack").get_json()

    titles = [[one["record_title"] for one in page["tasks"]] for page in (first, second, at_step)]
    assert titles == [["Lamp", "Desk"], ["Sofa"], ["Chair"]]
    assert (second["next"], at_step["next"]) == (None, None)


def test_tasks_of_those_one_stands_in_for_are_found_among_ones_own(site: Site) -> None:
    site.person("ben", "clerk")
    ana, ben = site.browser("ana"), site.browser("ben")
    ana.post(f"{TASKS}/{an_order(site, 'Late lamp')}/claim")
    ben.post(f"{TASKS}/{an_order(site, 'Blue lamp')}/claim")
    ben.post(f"{TASKS}/{an_order(site, 'Desk')}/claim")
    ben.post("/a/shop/absence", {"_act": "set", "to": "ana", **AWAY})

    every, found = text_of(ana.get(TASKS)), text_of(ana.get(f"{TASKS}?q=lamp"))

    assert "Mine 3" in every
    assert [one in found for one in ("Late lamp", "Blue lamp", "Desk")] == [True, True, False]


def test_words_find_no_record_that_the_person_may_not_read(site: Site) -> None:
    packed(site)
    an_order(site, "Secret")

    assert "Look at it" not in text_of(site.browser("ana").get(f"{POOL}&q=secret&node=look"))
