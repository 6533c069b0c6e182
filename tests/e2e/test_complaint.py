"""A major complaint at the bundled desk, in browsers: late, signed by three, returned, closed.

Real pages before a real store; only the clock is moved by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from engines.values import UserId
from runtime.adapters.clock import SettableClock
from runtime.ports import Unit
from tests.support.browser import OpenPage, accessibility_faults, screenshot
from tests.support.bundled import owning, text_of
from tests.support.serving import Served, serving
from tests.support.sites import a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
DESK = "/a/service_desk"
PEOPLE = {
    "carla": "customer",
    "ana": "agent",
    "sun": "supervisor",
    "quinn": "quality",
    "lex": "legal",
    "eve": "executive",
}
CLOSED = {"en": "Closed", "ar": "مغلقة"}


@dataclass(frozen=True)
class Office:
    """Everybody at a browser of their own before one desk."""

    served: Served
    pages: dict[str, Page]
    locale: str

    def page(self, person: str, path: str) -> Page:
        """What somebody sees at a path of the desk."""
        return self.served.enter(self.pages[person], person, f"{DESK}{path}")

    def task(self, person: str, which: str = "mine") -> Page:
        """The page of the first task that somebody has, or could take."""
        world = self.served.site.world
        task = world.tasks(world.actor(person), which)[0]
        return self.page(person, f"/tasks/{task.id}")

    def shot(self, person: str, name: str) -> None:
        """What somebody sees now, for people to look at."""
        page = self.pages[person]
        screenshot(page, f"complaint-{self.locale}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    clock, folder = SettableClock(MONDAY), tmp_path_factory.mktemp("complaint")
    with opened_store("memory", request, folder, clock=clock) as store:
        site = a_site(store, clock, folder, text=text_of("service_desk"), app="service_desk")
        for person, role in PEOPLE.items():
            site.person(person, role)
        store.run(lambda unit: reports_to(unit, "ana", "sun"))
        customer = site.world.submit(
            site.world.actor("ana"), "customer", name="Carla", account="carla"
        )
        owning(site.world, site.world.actor("carla"), customer)
        with serving(site.app) as base:
            yield Served(site, base)


@pytest.fixture(params=["en", "ar"])
def office(request: pytest.FixtureRequest, served: Served, open_page: OpenPage) -> Office:
    locale = str(request.param)
    for person in PEOPLE:
        served.site.runtime.store.run(lambda unit, who=person: speaks(unit, who, locale))
    pages = {person: open_page(locale=locale) for person in PEOPLE}
    return Office(served, pages, locale)


def reports_to(unit: Unit, person: str, superior: str) -> None:
    row = unit.directory.user(UserId(person))
    assert row is not None
    unit.directory.save_user(replace(row, manager=UserId(superior)))


def speaks(unit: Unit, person: str, locale: str) -> None:
    row = unit.directory.user(UserId(person))
    assert row is not None
    unit.directory.save_user(replace(row, locale=locale))


def finish(page: Page, outcome: str, **answers: str) -> None:
    """Fill the task's form and press the button of an outcome."""
    for name, answer in answers.items():
        page.locator(f"textarea[name={name}]").fill(answer)
    page.locator(f"button[name=_outcome][value={outcome}]").click()
    page.wait_for_url("**/f/ticket/*")


def test_a_major_complaint_goes_its_whole_way(office: Office) -> None:
    world = office.served.site.world

    complaint = submit(office)
    world.advance(hours=4, minutes=1)
    the_superior_takes_over(office, complaint)
    three_are_asked_and_one_returns_it(office)
    ana_resubmits_and_the_others_sign(office, complaint)
    the_customer_has_understood(office)
    world.advance(days=2, minutes=1)
    ana_calls_back(office)

    page = office.page("ana", complaint)
    expect(page.locator(".form--read")).to_contain_text(
        {"en": "Closed", "ar": "مغلقة"}[office.locale]
    )


def submit(office: Office) -> str:
    """Carla complains; the address of the ticket."""
    page = office.page("carla", "/f/ticket/new")
    page.locator("[name=subject]").fill("My lamp burned the table")
    page.locator("[name=category]").select_option("complaint")
    page.locator("[name=description]").fill("It was new. I want the table replaced.")
    page.locator(".form__actions .btn--primary").click()
    page.wait_for_url(lambda url: "/f/ticket/" in url and "/new" not in url)
    return page.url.partition(DESK)[2].partition("?")[0]


def the_superior_takes_over(office: Office, complaint: str) -> None:
    """Nobody answered for four hours: the agent's superior was told and has the task now."""
    inbox = office.served.enter(office.pages["sun"], "sun", "/inbox")
    expect(inbox.locator("main")).to_contain_text("My lamp burned the table")
    office.shot("sun", "1-inbox")
    record = office.page("sun", complaint)
    expect(record.locator(".badge--danger").first).to_be_visible()
    office.shot("sun", "2-late-record")
    task = office.task("sun")
    office.shot("sun", "3-escalated-task")
    task.locator("select[name=gravity]").select_option("major")
    finish(task, "confirmed", need="A new table")
    finish(office.task("ana"), "proposed", cause="A weak wire", solution="We pay the repair.")


def three_are_asked_and_one_returns_it(office: Office) -> None:
    """Quality signs; legal wants another solution and sends it back."""
    for person in ("quinn", "lex", "eve"):
        page = office.page(person, "/tasks?which=pool")
        expect(page.locator(".table__name a")).to_have_count(1)
    finish(office.task("quinn", "pool"), "approved")
    page = office.task("lex", "pool")
    page.locator("form[action$='/claim'] button").click()
    page.locator("details.act > summary").click()
    page.locator("select[name=return_to]").select_option("give_solution")
    page.locator("#a-why").fill("We promised a new table")
    office.shot("lex", "4-return")
    assert accessibility_faults(page) == []
    page.locator("button[value=return]").click()
    page.wait_for_url("**/flows/*")
    office.shot("lex", "5-returned-flow")
    expect(office.page("eve", "/tasks?which=pool").locator(".table__name a")).to_have_count(0)


def ana_resubmits_and_the_others_sign(office: Office, complaint: str) -> None:
    """The reason is on Ana's page; quality's signature stands, the two others give theirs."""
    page = office.task("ana")
    expect(page.locator(".timeline")).to_contain_text("We promised a new table")
    office.shot("ana", "6-returned-task")
    finish(page, "proposed", solution="We replace the table.")
    expect(office.page("quinn", "/tasks?which=pool").locator(".table__name a")).to_have_count(0)
    finish(office.task("lex"), "approved")
    finish(office.task("eve", "pool"), "approved")
    office.page("eve", complaint)
    office.shot("eve", "7-signed-record")


def the_customer_has_understood(office: Office) -> None:
    """The third step."""
    finish(office.task("ana"), "understood", understanding="She is content")


def ana_calls_back(office: Office) -> None:
    """The fourth step, two days later; then the flow is over."""
    page = office.task("ana")
    finish(page, "content", call_back_note="The table stands")
    page.locator("a[href*='/flows/']").first.click()
    page.wait_for_url("**/flows/*")
    office.shot("ana", "8-flow-at-the-end")
    assert accessibility_faults(page) == []
