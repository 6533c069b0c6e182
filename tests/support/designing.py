"""The designers in a browser: an app served with its designer, and what is done on their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.web import make_designer
from runtime.adapters.clock import SettableClock
from tests.support.designs import PARKS
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

FORM = "/design/parks/forms/tree"
FLOW = "/design/parks/flows/care"


@contextmanager
def designing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """The parks, with a warden for each of three languages and an administrator."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=PARKS, app="parks", designer=make_designer)
        for locale in ("en", "zh", "ar"):
            site.person(f"wanda_{locale}", "warden", locale=locale)
        site.person("ada", is_admin=True)
        with serving(site.app) as base:
            yield Served(site, base)


def text_of_draft(served: Served) -> str:
    """The draft's text as the server has it."""
    browser = served.site.browser("wanda_en")
    return str(browser.get("/design/api/parks/draft").get_json()["text"])


def typing(page: Page) -> None:
    """Wait until keys go into a search field: a loaded machine opens it later than one types."""
    expect(page.locator("input:focus")).to_have_count(1)


def saved(page: Page) -> None:
    """Wait until the server has what was done."""
    expect(page.locator(".save-state[data-state=saved]")).to_be_visible()


def arrived(page: Page) -> None:
    """The part itself is there, checked, and no longer moves."""
    expect(page.locator(".design__main > :not(.designer__loading)").first).to_be_visible()
    expect(page.locator(".design__main .designer__loading")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def panel(page: Page) -> Locator:
    """The properties of what is selected."""
    return page.get_by_role("complementary", name="Properties")


def block(page: Page, title: str) -> Locator:
    """A block of the form's layout by its title."""
    return page.get_by_role("group", name="Layout").get_by_role(
        "button", name=re.compile(f"^{title}")
    )


def node(page: Page, name: str) -> Locator:
    """A node of the flow's canvas by its id."""
    return page.locator(f".react-flow__node[data-id={name}]")
