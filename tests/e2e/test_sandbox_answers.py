"""Another program answers in the sandbox: the page shows the call, takes the answer, goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.web import make_designer
from runtime.adapters.clock import SettableClock
from tests.builder.sandbox.conftest import MORNING
from tests.builder.sandbox.test_answers import BOOKS
from tests.support.browser import OpenPage, accessibility_faults, screenshot
from tests.support.serving import Served, serving
from tests.support.sites import a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

PLACE = "/design/books/sandbox"
SIDE = ".trial__side"


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=BOOKS, app="books", designer=make_designer)
        for locale in ("en", "ar"):
            site.person(f"wanda_{locale}", "clerk", locale=locale)
        with serving(site.app) as base:
            yield Served(site, base)


def ordered(served: Served, page: Page, locale: str) -> None:
    served.enter(page, f"wanda_{locale}", PLACE)
    page.locator(".trial__start button").click()
    page.locator(".trial__middle .trial__acts button").first.click()
    page.locator("[name=subject]").fill("Tea")
    page.locator(".trial__form .btn--primary").click()
    expect(page.locator(".trial__case")).to_have_count(1)


def test_an_answer_that_failed_is_given_again_and_moves_the_flow(
    served: Served, page: Page
) -> None:
    ordered(served, page, "en")
    side = page.locator(SIDE)

    side.get_by_text("Let it answer").click()
    side.get_by_label("How it answers").select_option("503")
    side.get_by_role("button", name="Answer", exact=True).click()
    expect(side.get_by_text("failed; would be tried again")).to_be_visible()
    side.get_by_label("How it answers").select_option("200")
    answer = side.get_by_label("What it answers, as JSON")
    answer.fill('{"order": {"id": "B-7"}, "items": [{}, {"price": 12.50}]}')
    side.get_by_role("button", name="Answer", exact=True).click()

    expect(side.get_by_text("answered", exact=True)).to_be_visible()
    expect(page.get_by_text("booking: ended", exact=True)).to_be_visible()
    assert accessibility_faults(page) == []


def test_an_answer_that_is_none_stays_to_be_mended(served: Served, page: Page) -> None:
    ordered(served, page, "en")
    side = page.locator(SIDE)

    side.get_by_text("Let it answer").click()
    side.get_by_label("What it answers, as JSON").fill("{order:")
    side.get_by_role("button", name="Answer", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("The answer is no JSON")
    expect(side.get_by_label("What it answers, as JSON")).to_have_value("{order:")


def test_calls_fit_a_phone_right_to_left(served: Served, open_page: OpenPage) -> None:
    page = open_page(phone=True)
    ordered(served, page, "ar")

    page.locator(".trial__answer summary").click()

    expect(page.locator(".trial__answer textarea")).to_be_visible()
    screenshot(page, "sandbox_answer_phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert accessibility_faults(page) == []
