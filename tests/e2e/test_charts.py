"""Charts in a browser: what the pointer is told, and the records behind what is pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from runtime.adapters.clock import SettableClock
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

RING = 0.15  # of the height: where the ring of a pie is cut from above
OVERVIEW = "/a/desk/dashboards/overview"


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path)
        site.person("hanna", "head")
        for subject in ("One", "Two"):
            site.browser("hanna").post(
                "/a/desk/f/request/new", {"subject": subject, "urgency": "high"}
            )
        with serving(site.app) as base:
            yield Served(site, base)


def test_pointing_at_a_chart_says_its_number_and_breaks_no_policy(
    served: Served, page: Page
) -> None:
    served.enter(page, "hanna", OVERVIEW)
    drawing = page.locator("dg-chart[data-type=pie] .chart")
    box = box_of(drawing)

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * RING)

    # the page's own fixture refuses any breach of the content security policy
    expect(drawing.locator("svg")).to_contain_text(re.compile("2$"))


def test_pressing_a_slice_opens_its_records(served: Served, page: Page) -> None:
    served.enter(page, "hanna", OVERVIEW)
    drawing = page.locator("dg-chart[data-type=pie] .chart")
    box = box_of(drawing)

    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * RING)

    page.wait_for_url(re.compile("/records"))
    expect(page.locator("tbody tr")).to_have_count(2)


def box_of(drawing: Locator) -> FloatRect:
    """Where a drawn chart stands on the screen."""
    expect(drawing.locator("svg path").first).to_be_visible()
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    return box
