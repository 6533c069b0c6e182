"""Lists of tasks that are longer than a page: narrowed in the database, not on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.access import task_lists
from runtime.adapters.clock import SettableClock
from tests.runtime.web.test_task_pages import SHOP, TASKS, an_order
from tests.support.sites import MORNING, Site, a_site, text_of
from tests.support.stores import opened_store

TWO_STEPS = SHOP.replace("fine: {title: Fine, to: end}", "fine: {title: Fine, to: pack}").replace(
    "      end: {type: end}\n",
    "      pack: {type: task, title: Pack it, assign: {role: clerk, pick: pool},\n"
    "             outcomes: {packed: {to: end}}}\n"
    "      end: {type: end}\n",
)
POOL = f"{TASKS}?which=pool"


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
    """A page has two tasks, and only the titles of one are looked through."""
    monkeypatch.setattr(task_lists, "MOST_TASKS", 2)
    monkeypatch.setattr(task_lists, "MOST_SEARCHED", 1)


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


def test_words_find_no_record_that_the_person_may_not_read(site: Site) -> None:
    packed(site)
    an_order(site, "Secret")

    assert "Look at it" not in text_of(site.browser("ana").get(f"{POOL}&q=secret&node=look"))
