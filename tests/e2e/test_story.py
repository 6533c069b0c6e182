"""The whole house in one walk: a form, a rule, a flow, a task, a dashboard, a designer, a version.

A real server on the bundled service desk, as `make run` starts it, in a real browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import (
    OpenPage,
    accessibility_faults,
    ready,
    screenshot,
    visitors,
)
from tests.support.server import ROOT, Server, serve_demo

pytestmark = pytest.mark.browser

DESK = "/a/service_desk"
DESIGN = "/design/service_desk"


@dataclass(frozen=True)
class Walk:
    """People at their browsers before one server; who works here keeps theirs open."""

    server: Server
    open_page: OpenPage
    kept: dict[tuple[str, bool], Page] = field(default_factory=dict)

    def enter(self, role: str, locale: str = "en", *, phone: bool = False) -> Page:
        """Somebody new signs in by a one-time link and chooses their language."""
        page = self.open_page(phone=phone, locale=locale)
        page.goto(self.server.link(role))
        page.locator(".door__card form button.btn--primary").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        self.speak(page, locale)
        return page

    def at_work(self, role: str, locale: str = "en", *, phone: bool = False) -> Page:
        """Somebody of the house, signed in once, in the language they choose now."""
        page = self.kept.get((role, phone))
        if page is None:
            self.kept[role, phone] = self.enter(role, locale, phone=phone)
        else:
            self.speak(page, locale)
        return self.kept[role, phone]

    def speak(self, page: Page, locale: str) -> None:
        """The language of the page's person from now on."""
        page.goto(f"{self.server.base_url}/profile")
        if page.locator("html").get_attribute("lang") == locale:
            return
        page.locator("select[name=locale]").select_option(locale)
        page.locator("form[action='/profile'] button").click()
        page.wait_for_url(re.compile("/profile.*done="))

    def go(self, page: Page, path: str) -> None:
        """Open a page of the product; it is awake."""
        page.goto(f"{self.server.base_url}{path}")
        ready(page)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("story") / "data"
    with serve_demo(data, ROOT / "apps" / "service_desk.yaml") as running:
        yield running


@pytest.fixture(scope="module")
def walk(desk: Server, browser: Browser) -> Iterator[Walk]:
    with visitors(browser) as open_page:
        yield Walk(desk, open_page)


def submitted(walk: Walk, page: Page, subject: str) -> str:
    """A ticket submitted on the generated form; its address."""
    walk.go(page, f"{DESK}/f/ticket/new")
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=category]").select_option("refund")
    page.locator("[name=description]").fill("I paid twice for one order.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/f/ticket/[0-9a-f-]{36}"))
    return re.sub(r"\?.*", "", page.url)


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["en", "zh", "ar"])
def test_a_request_becomes_a_task_that_is_done_and_counted(
    walk: Walk, locale: str, *, phone: bool
) -> None:
    size = "phone" if phone else "desktop"
    customer = walk.enter("customer", locale, phone=phone)
    address = submitted(walk, customer, f"退款 refund {locale} {size}")
    screenshot(customer, f"story-{locale}-{size}-1-submitted")
    finance = walk.at_work("finance", locale, phone=phone)

    walk.go(finance, f"{DESK}/tasks")
    screenshot(finance, f"story-{locale}-{size}-2-tasks")
    row = finance.locator("tr", has_text=f"refund {locale} {size}")
    row.locator(".table__name a").click()
    finance.wait_for_url(re.compile(r"/tasks/"))
    screenshot(finance, f"story-{locale}-{size}-3-task")
    finance.locator("button[name=_outcome][value=answered]").click()
    finance.wait_for_url(re.compile(r"/f/ticket/.*done=completed"))
    finance.goto(address)

    screenshot(finance, f"story-{locale}-{size}-4-record")
    assert finance.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
    assert no_wider_than_the_screen(finance)
    assert accessibility_faults(finance) == []
    manager = walk.at_work("manager", locale, phone=phone)
    walk.go(manager, f"{DESK}/dashboards/overview")
    expect(manager.locator("dg-chart svg").first).to_be_visible()
    screenshot(manager, f"story-{locale}-{size}-5-dashboard")
    assert no_wider_than_the_screen(manager)


def test_an_admin_changes_the_desk_and_only_the_next_ticket_follows(walk: Walk) -> None:
    customer = walk.enter("customer")
    first = submitted(walk, customer, "refund before the change")
    admin = walk.enter("admin")

    change_by_dragging(walk, admin)
    try_in_the_sandbox(walk, admin)
    walk.go(admin, DESIGN)
    admin.get_by_role("button", name="Publish…").click()
    admin.get_by_role("dialog").get_by_role("button", name=re.compile("^Publish version")).click()
    expect(admin.get_by_text("Version 2 is live").first).to_be_visible()

    second = submitted(walk, customer, "refund after the change")
    finance = walk.at_work("finance")
    finance.goto(first)
    expect(finance.get_by_text("Version 1").first).to_be_visible()
    finance.goto(second)
    expect(finance.get_by_text("Version 2").first).to_be_visible()
    screenshot(finance, "story-8-second-version")


def change_by_dragging(walk: Walk, admin: Page) -> None:
    """A field is dragged into the form; a node into the flow, and taken back."""
    walk.go(admin, f"{DESIGN}/forms/ticket")
    fields = admin.get_by_role("group", name="Layout").locator(".field-card")
    expect(fields.first).to_be_visible()
    before = fields.count()
    admin.get_by_role("button", name=re.compile("^Duration")).first.drag_to(fields.nth(1))
    expect(fields).to_have_count(before + 1)
    saved(admin)
    walk.go(admin, f"{DESIGN}/flows/handling")
    nodes = admin.locator(".react-flow__node")
    expect(nodes.first).to_be_visible()
    known = nodes.count()
    admin.locator("[data-add=wait]").drag_to(admin.locator(".react-flow__pane"))
    expect(nodes).to_have_count(known + 1)
    screenshot(admin, "story-6-designer-flow")
    saved(admin)
    admin.get_by_role("button", name="Undo").click()
    expect(nodes).to_have_count(known)
    saved(admin)


def try_in_the_sandbox(walk: Walk, admin: Page) -> None:
    """The changed draft is played through: a case, and the clock moved to its next timer."""
    walk.go(admin, f"{DESIGN}/sandbox")
    admin.locator(".trial__start button").click()
    admin.get_by_label("Act as").select_option("agent")
    send_in_the_sandbox(admin, "Customer", {"name": "Wei"})
    expect(admin.locator(".trial__case")).to_have_count(1)
    send_in_the_sandbox(admin, "Ticket", {"subject": "refund in the sandbox"})
    expect(admin.locator(".trial__case")).to_have_count(2)
    admin.get_by_role("button", name="To the next timer").click()
    screenshot(admin, "story-7-sandbox")


def send_in_the_sandbox(admin: Page, title: str, answers: dict[str, str]) -> None:
    admin.get_by_role("button", name=title, exact=True).click()
    form = admin.get_by_role("region", name=title, exact=True)
    for name, answer in answers.items():
        form.locator(f"[name={name}]").fill(answer)
    people = form.locator("select[name=customer]")
    if people.count():
        people.select_option(label="Wei")
    form.get_by_role("button", name="Send").click()


def saved(page: Page) -> None:
    expect(page.locator(".save-state[data-state=saved]")).to_be_visible()
