"""The sandbox in a browser: a case played through under a moved clock, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.web import make_designer
from runtime.adapters.clock import SettableClock
from tests.builder.sandbox.conftest import MORNING, WORKSHOP
from tests.support.browser import OpenPage, accessibility_faults, screenshot, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

PLACE = "/design/workshop/sandbox"


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(
            store, clock, tmp_path, text=WORKSHOP, app="workshop", designer=make_designer
        )
        for locale in ("en", "zh", "ar"):
            site.person(f"wanda_{locale}", "boss", locale=locale)
        with serving(site.app) as base:
            yield Served(site, base)


def started(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", PLACE)
    page.get_by_label("Begins at").fill("2026-03-02T10:00")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("2 Mar 2026 10:00").first).to_be_visible()


def test_case_is_played_through_and_kept_as_a_test(served: Served, page: Page) -> None:
    started(served, page)

    page.get_by_role("button", name="Repair").click()
    form = page.get_by_role("region", name="Repair", exact=True)
    form.get_by_label("Fault").fill("the brake")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="R-0001")).to_be_visible()
    expect(page.get_by_text("Rule brakes_first applied. (Fault: the brake)")).to_be_visible()
    page.get_by_role("button", name="To the next timer").click()
    expect(page.get_by_text("Still waiting: R-0001").first).to_be_visible()
    page.get_by_label("Act as").select_option("mechanic")
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("button", name="Do it").click()
    page.get_by_label("Hours").fill("1.5")
    page.get_by_role("button", name="mended").click()
    expect(page.get_by_text("Mending: ended", exact=True)).to_be_visible()

    kept = page.get_by_role("textbox", name="Keep it as a test").input_value()
    assert "{complete: mend, on: repair_1, as: mechanic, outcome: mended" in kept
    screenshot(page, "sandbox")


def test_refused_answer_is_said_at_its_field(served: Served, page: Page) -> None:
    started(served, page)
    page.get_by_role("button", name="Repair").click()

    page.get_by_role("region", name="Repair", exact=True).get_by_role(
        "button", name="Send"
    ).click()

    expect(page.locator("[data-field=fault] .field__error")).to_have_text("Fill this in.")
    expect(page.get_by_label("Fault")).to_be_focused()


def test_form_is_sent_by_keyboard_only(served: Served, page: Page) -> None:
    started(served, page)
    page.get_by_role("button", name="Repair").focus()

    page.keyboard.press("Enter")
    expect(page.locator("[data-field=bicycle] select, [name=fault]").first).to_be_visible()
    page.get_by_label("Fault").focus()
    page.keyboard.type("bell")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="R-0001")).to_be_visible()


@pytest.mark.parametrize("locale", ["en", "zh", "ar"])
def test_page_is_accessible_in_every_direction(
    served: Served, open_page: OpenPage, locale: str
) -> None:
    page = open_page()
    served.enter(page, f"wanda_{locale}", PLACE)
    page.locator(".trial__start button").click()
    page.locator(".trial__middle .trial__acts button").last.click()
    expect(page.locator("[name=fault]")).to_be_visible()
    page.locator("[name=fault]").fill("bell")
    page.locator(".trial__form .btn--primary").click()
    expect(page.locator(".trial__case")).to_have_count(1)

    screenshot(page, f"sandbox_{locale}")

    assert accessibility_faults(page) == []
    assert [one for one in small_targets(page, least_px=24) if "trial" in one] == []


def test_page_fits_a_phone_right_to_left(served: Served, open_page: OpenPage) -> None:
    page = open_page(phone=True)
    served.enter(page, "wanda_ar", PLACE)

    page.locator(".trial__start button").click()

    expect(page.locator(".trial__controls select")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('.trial')).direction") == "rtl"
    screenshot(page, "sandbox_phone")


def test_file_goes_into_a_trial_by_its_name_alone(served: Served, page: Page) -> None:
    started(served, page)
    page.get_by_role("button", name="Repair").click()
    form = page.get_by_role("region", name="Repair", exact=True)
    form.get_by_label("Fault").fill("bell")

    photo = {"name": "bell.jpg", "mimeType": "image/jpeg", "buffer": b"not sent"}
    form.locator("input[type=file]").set_input_files([photo])
    form.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="R-0001")).to_be_visible()
    page.get_by_text("fields", exact=False).first.click()
    expect(page.get_by_text("bell.jpg").first).to_be_visible()


def test_tests_are_run_on_their_page_and_say_what_they_reach(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", "/design/workshop/tests")

    page.get_by_role("button", name="Run 0 tests").click()

    expect(page.get_by_text("0 of 3").first).to_be_visible()
    page.get_by_text("Steps of flows").click()
    page.get_by_role("button", name="flows.mending.nodes.ready").click()
    expect(page).to_have_url(f"{served.base}/design/workshop/flows/mending")
    assert accessibility_faults(page) == []


def test_sandbox_begins_again_with_sample_records(served: Served, page: Page) -> None:
    started(served, page)

    page.get_by_label("With the sample records").check()
    page.get_by_role("button", name="Begin again with the draft").click()

    expect(page.get_by_role("heading", name="bicycle_1")).to_be_visible()
