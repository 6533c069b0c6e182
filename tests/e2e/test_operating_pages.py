"""The pages of operators and administrators, with something on each, judged in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.adapters.clock import SettableClock
from tests.runtime.web.test_operators import a_dead_letter, a_parked_timer
from tests.support.browser import OpenPage, accessibility_faults, ready, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

CLUB = """\
format: 1
app: club
title: Club
locales: [en, ar]
time_zone: UTC
roles:
  clerk: {title: Clerk, can: [operate]}
forms:
  member:
    title: Member
    name: "{{ name }}"
    subject: true
    fields:
      name: {type: text, title: Name, required: true}
      phone: {type: phone, title: Phone, encrypted: true}
      code: {type: text, title: Code}
    access: {clerk: {create: true, read: true, update: true, delete: true}}
flows:
  joining:
    title: Joining
    on: {created: member}
    nodes:
      look: {type: task, title: Look at it, assign: {role: clerk}, outcomes: {fine: {to: end}}}
      end: {type: end}
"""
CHANGED = CLUB.replace("code: {type: text,", "code: {type: integer,").replace("look:", "check:")
PAGES = (
    "/admin/users",
    "/admin/users/hanna/place",
    "/admin/departments",
    "/admin/apps",
    "/admin/apps/club/versions/2",
    "/a/club/operate",
    "/a/club/operate?status=running",
    "/a/club/operate/migrate",
    "/a/club/operate/migrate?flow=joining",
    "/a/club/tasks?which=pool",
    "/a/club/absence",
    "/inbox",
    "/profile/messages",
)


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=CLUB, app="club")
        site.person("hanna", "clerk", is_admin=True)
        site.person("amal", "clerk", locale="ar", is_admin=True)
        for name in ("Lin Mei", "Tom"):
            given = {"name": name, "code": f"of {name}"}
            site.browser("hanna").post("/a/club/f/member/new", given)
        for given in ({"id": "care", "head": "amal"}, {"id": "east", "parent": "care"}):
            site.browser("hanna").post("/admin/departments", given)
        site.world.publish(CHANGED)
        a_dead_letter(site, app="club")
        a_parked_timer(site, app="club")
        with serving(site.app) as base:
            yield Served(site, base)


def erasing(served: Served, page: Page) -> str:
    """The page of a member with the menu open in which they are erased."""
    page.goto(f"{served.base}/a/club/f/member/")
    page.locator(".table__name a").first.click()
    page.locator(".page__actions details.person summary").click()
    expect(page.locator("form[action$='/erase'] button")).to_be_visible()
    return page.url


def seen(served: Served, page: Page, path: str) -> Page:
    """The page at a path, awake."""
    page.goto(f"{served.base}{path}")
    return ready(page)


def test_they_can_be_used_by_everybody(served: Served, page: Page) -> None:
    served.sign_in(page, "hanna")

    faults = {path: accessibility_faults(seen(served, page, path)) for path in PAGES}
    faults[erasing(served, page)] = accessibility_faults(page)

    assert [one for one in faults.items() if one[1]] == []


def test_they_fit_a_phone_in_arabic(served: Served, open_page: OpenPage) -> None:
    page = open_page(phone=True, color_scheme="dark")
    served.sign_in(page, "amal")

    found = {path: unfit(seen(served, page, path)) for path in PAGES}
    found[erasing(served, page)] = unfit(page)

    assert [one for one in found.items() if one[1]] == []


@pytest.mark.parametrize("name", ["hanna", "amal"])
def test_every_way_of_a_message_is_within_a_phones_screen(
    served: Served, open_page: OpenPage, name: str
) -> None:
    page = open_page(phone=True)
    served.sign_in(page, name)

    boxes = seen(served, page, "/profile/messages").locator(".table-box")

    assert boxes.count() > 0
    assert (
        boxes.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
        == 0
    )


def unfit(page: Page) -> list[str]:
    """What a finger would miss, what hardly can be read, and what reaches beyond the screen."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return [*small_targets(page), *accessibility_faults(page), *(["too wide"] if wide else [])]
