"""The pages in a browser: a form that lives, drafts, keys, languages, phones, and readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from runtime.adapters.clock import SettableClock
from tests.support.browser import OpenPage, accessibility_faults, screenshot, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, PASSWORD, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

NEW = "/a/desk/f/request/new"
LIST = "/a/desk/f/request/?view=open"
PAGES = ["/", LIST, NEW, "/a/desk/tasks", "/a/desk/dashboards/overview", "/profile"]


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with a_desk(request, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def unchanged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One for all who only look."""
    with a_desk(request, tmp_path_factory.mktemp("unchanged")) as desk:
        yield desk


@contextmanager
def a_desk(request: pytest.FixtureRequest, folder: Path) -> Iterator[Served]:
    """Somebody for each language, and three records in lists, tasks and charts."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, folder, clock=clock) as store:
        site = a_site(store, clock, folder)
        site.person("gus", "guest")
        for locale in ("en", "zh", "es", "ar"):
            site.person(f"hanna_{locale}", "head", locale=locale)
        site.browser("hanna_en").post("/a/desk/f/buyer/new", {"name": "Lin Mei"})
        for subject in ("The lamp flickers", "无法登录", "شاشة لا تعمل"):
            site.browser("hanna_en").post(NEW, {"subject": subject, "urgency": "high"})
        with serving(site.app) as base:
            yield Served(site, base)


def test_a_person_signs_in_submits_and_sees_the_record(served: Served, page: Page) -> None:
    with served.site.runtime.store.read() as reader:
        hanna = reader.directory.user("hanna_en")  # type: ignore[arg-type]
    served.site.runtime.accounts.set_password(hanna, PASSWORD)
    page.goto(f"{served.base}{NEW}")

    page.get_by_label("E-mail address").fill("hanna_en@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Subject").fill("A new lamp")
    page.get_by_role("button", name="Submit Request").click()

    expect(page.get_by_role("heading", name=re.compile("A new lamp"))).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()


def test_a_field_appears_and_becomes_required_while_its_condition_holds(
    served: Served, page: Page
) -> None:
    served.enter(page, "hanna_en", NEW)
    reason = page.get_by_label("Reason")

    expect(reason).to_be_hidden()
    page.get_by_label("Status").select_option("solved")

    expect(reason).to_be_visible()
    expect(reason).to_have_attribute("aria-required", "true")
    page.get_by_label("Status").select_option("open")
    expect(reason).to_be_hidden()


def test_without_scripts_the_update_button_applies_conditions(
    served: Served, open_page: OpenPage
) -> None:
    page = served.enter(open_page(java_script_enabled=False), "hanna_en", NEW)

    page.get_by_label("Subject").fill("Plain")
    page.get_by_label("Status").select_option("solved")
    page.get_by_role("button", name="Update").click()
    page.get_by_label("Reason").fill("Because")
    page.get_by_role("button", name="Submit Request").click()

    expect(page.get_by_role("heading", name=re.compile("Plain"))).to_be_visible()
    expect(page.get_by_text("Because").first).to_be_visible()


def test_problems_stand_at_the_top_and_lead_to_their_fields(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", NEW)

    page.get_by_role("button", name="Submit Request").click()

    expect(page.locator("#problems")).to_be_focused()
    page.get_by_role("link", name=re.compile("Subject: Fill this in")).click()
    expect(page.get_by_label("Subject")).to_be_focused()


def test_a_draft_is_kept_until_it_is_sent_but_for_what_is_sensitive(
    served: Served, page: Page
) -> None:
    served.enter(page, "hanna_en", "/a/desk/f/buyer/new")
    page.get_by_label("Name").fill("Wang")
    page.get_by_label("Phone").fill("+8613800138000")
    expect(page.get_by_text("Draft kept in this browser")).to_be_visible()

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()

    expect(page.get_by_label("Name")).to_have_value("Wang")
    expect(page.get_by_label("Phone")).to_have_value("")
    assert "13800138000" not in str(page.evaluate("JSON.stringify({...localStorage})"))


def test_what_is_typed_before_the_scripts_arrive_is_kept_too(served: Served, page: Page) -> None:
    held: list[Route] = []
    page.route("**/build/**/*.js", lambda route: held.append(route))  # noqa: PLW0108  (it is given a name)
    served.sign_in(page, "hanna_en")
    page.goto(f"{served.base}/a/desk/f/buyer/new", wait_until="commit")
    page.get_by_label("Name").fill("Typed early")

    assert held
    page.unroute_all()  # what was held goes on

    expect(page.get_by_text("Draft kept in this browser")).to_be_visible()


def test_control_enter_sends_the_form(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", NEW)

    page.get_by_label("Subject").fill("By keys alone")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name=re.compile("By keys alone"))).to_be_visible()


def test_a_linked_record_is_found_by_typing(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", NEW)

    page.get_by_label("Subject").fill("For Lin")
    page.get_by_role("combobox", name="Buyer").fill("lin")
    page.get_by_role("option", name="Lin Mei").click()
    page.get_by_role("button", name="Submit Request").click()

    fields = page.get_by_role("region", name="Fields")
    expect(fields.get_by_role("link", name="Lin Mei")).to_be_visible()


def test_a_file_is_uploaded_before_the_form_is_sent(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", NEW)
    page.get_by_label("Subject").fill("With a paper")
    paper = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}

    page.locator("#f-papers input[type=file]").set_input_files([paper])  # type: ignore[list-item]
    expect(page.get_by_role("checkbox", name="paper.pdf")).to_be_checked()
    page.get_by_role("button", name="Submit Request").click()

    fields = page.get_by_role("region", name="Fields")
    expect(fields.get_by_role("link", name="paper.pdf")).to_be_visible()


def test_a_list_is_walked_by_keys(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", LIST)

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/f/request/[\w-]+$"))
    page.keyboard.press("e")

    page.wait_for_url(re.compile("/edit$"))


def test_the_palette_leads_to_a_record(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", "/a/desk/tasks")

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search pages and records").fill("flickers")
    expect(page.get_by_role("option", name=re.compile("The lamp flickers"))).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile("The lamp flickers"))).to_be_visible()


def test_a_filter_reads_as_a_sentence_and_is_taken_away(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", LIST)

    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Field", exact=True).select_option(label="Urgency")
    page.get_by_label("Value").select_option("low")
    page.get_by_role("button", name="Add filter").click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("link", name="Remove the filter on Urgency").click()

    expect(page.locator("tbody tr")).to_have_count(3)


def test_a_task_is_taken_and_done_by_its_button(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", "/a/desk/tasks?which=pool")

    page.get_by_role("button", name="Take it").first.click()
    page.get_by_label("Status").select_option("solved")
    page.get_by_label("Reason").fill("New bulb")
    page.get_by_label("Comment").fill("All well again")
    page.get_by_role("button", name="Done", exact=True).click()

    expect(page.get_by_text("All well again")).to_be_visible()
    expect(page.get_by_text("Solved").first).to_be_visible()


def test_charts_are_drawn_within_the_policy(served: Served, page: Page) -> None:
    served.enter(page, "hanna_en", "/a/desk/dashboards/overview")

    expect(page.locator("dg-chart svg")).to_have_count(5)
    page.locator("summary", has_text="Show as a table").first.click()

    expect(page.locator(".tile table").first).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_used_by_everybody(
    unchanged: Served, looking: OpenPage, path: str, scheme: str
) -> None:
    page = unchanged.enter(looking(color_scheme=scheme), "hanna_en", path)
    page.wait_for_load_state("networkidle")

    assert accessibility_faults(page) == []


@pytest.mark.parametrize("locale", ["en", "zh", "es", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone_in_every_language(
    unchanged: Served, looking: OpenPage, path: str, locale: str
) -> None:
    page = unchanged.enter(looking(phone=True), f"hanna_{locale}", path)
    page.wait_for_load_state("networkidle")

    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    name = re.sub(r"\W+", "_", path).strip("_") or "home"
    screenshot(page, f"phone_{locale}_{name}")
    assert overflow <= 0
    assert small_targets(page) == []
