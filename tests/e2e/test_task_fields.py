"""A task's fields in a browser: what is filled in first, and sections that follow the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.adapters.clock import SettableClock
from tests.runtime.web.test_task_fields import CARE, NEW
from tests.support.browser import OpenPage, accessibility_faults, screenshot, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        text = CARE.format(edit="[pages, grade, note]")
        site = a_site(store, clock, tmp_path, text=text, app="care")
        site.person("ana", "clerk")
        site.browser("ana").post("/a/care/f/paper/new", NEW)
        with serving(site.app) as base:
            yield Served(site, base)


def on_task(served: Served, page: Page) -> None:
    """Ana's page of the only task, which she has taken."""
    ana = served.site.world.actor("ana")
    (task,) = served.site.world.tasks(ana, "pool")
    served.enter(page, "ana", f"/a/care/tasks/{task.id}")
    page.locator(".page__actions .btn--primary").click()
    expect(page.locator("[name=pages]")).to_be_visible()


def test_both_parts_follow_the_answers_and_the_task_is_done(served: Served, page: Page) -> None:
    on_task(served, page)
    expect(page.locator("[data-field=note]")).to_be_hidden()

    expect(page.locator("[data-field=is_long] output")).to_have_text("No")
    page.get_by_label("Pages", exact=True).fill("5")
    page.keyboard.press("Tab")
    expect(page.locator("[data-field=price] output")).to_have_text("10.00")
    page.get_by_label("Grade").fill("A")
    # what the server has put into words stays while only something else is typed
    assert page.locator("[data-field=price] output").inner_text() == "10.00"
    page.keyboard.press("Tab")

    expect(page.locator("[data-field=is_long] output")).to_have_text("Yes")
    expect(page.locator("[data-field=note]")).to_be_visible()
    expect(page.locator(".known [data-field=line]")).to_be_visible()
    expect(page.locator(".known h2", has_text="Handling")).to_be_hidden()
    page.get_by_role("button", name="Done").click()
    expect(page).to_have_url(f"{served.base}/a/care/f/paper/{record_of(served)}?done=completed")


def record_of(served: Served) -> str:
    ana = served.site.world.actor("ana")
    (task,) = served.site.world.tasks(ana, "done")
    return str(task.record)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_for_everybody_and_for_fingers(
    served: Served, open_page: OpenPage, scheme: str
) -> None:
    page = open_page(phone=True, color_scheme=scheme)

    on_task(served, page)

    screenshot(page, f"task_fields_{scheme}")
    assert accessibility_faults(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
