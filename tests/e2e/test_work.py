"""Daily work in a browser: many rows at once, a field in its place, forms without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.adapters.clock import SettableClock
from tests.support.browser import OpenPage, accessibility_faults, ready, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

LIST = "/a/desk/f/request/?view=open"

CONTROLS = """\
format: 1
app: desk
title: Controls
locales: [en]
time_zone: UTC
currency: CNY
roles:
  clerk: {title: Clerk}
forms:
  buyer:
    title: Buyer
    name: "{{ name }}"
    fields: {name: {type: text, title: Name, required: true}}
    access: {clerk: {create: true, read: true, update: true}}
  sheet:
    title: Sheet
    name: "{{ line }}"
    fields:
      line: {type: text, title: Line, required: true}
      lines: {type: textarea, title: Lines}
      mail: {type: email, title: Mail}
      phone: {type: phone, title: Phone}
      site: {type: url, title: Site}
      whole: {type: integer, title: Whole}
      part: {type: decimal, title: Part, scale: 2}
      price: {type: currency, title: Price}
      day: {type: date, title: Day}
      moment: {type: datetime, title: Moment}
      length: {type: duration, title: Length}
      one: {type: select, title: One, options: {red: Red, blue: Blue}}
      one_seen: {type: radio, title: One seen, options: {low: Low, high: High}}
      many: {type: multi_select, title: Many, options: {ink: Ink, paper: Paper, glue: Glue}}
      agreed: {type: checkbox, title: Agreed}
      words: {type: tags, title: Words}
      stars: {type: rating, title: Stars, max: 5}
      branch:
        type: tree_select
        title: Branch
        options: {oak: {title: Oak, options: {twig: Twig}}}
      who: {type: user, title: Who, role: clerk}
      buyer: {type: link, title: Buyer, form: buyer}
      papers: {type: file, title: Papers, max_size_mb: 1, accept: [pdf, text]}
    access: {clerk: {create: true, read: true, update: true}}
"""


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path)
        site.person("hanna", "head")
        for subject in ("The lamp flickers", "The door squeaks", "The desk wobbles"):
            site.browser("hanna").post("/a/desk/f/request/new", {"subject": subject})
        with serving(site.app) as base:
            yield Served(site, base)


@pytest.fixture
def controls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=CONTROLS)
        site.person("cleo", "clerk")
        site.browser("cleo").post("/a/desk/f/buyer/new", {"name": "Lin Mei"})
        with serving(site.app) as base:
            yield Served(site, base)


def test_rows_are_chosen_by_keys_and_one_field_of_all_is_changed(
    served: Served, page: Page
) -> None:
    served.enter(page, "hanna", LIST)

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Change a field").click()
    page.get_by_label("Which field is to change?").select_option("urgency")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Urgency").select_option("high")
    page.get_by_role("button", name="Change all 2").click()

    expect(page.get_by_role("status").filter(has_text="2 records were done.")).to_be_visible()
    assert accessibility_faults(page) == []


def test_a_field_is_changed_where_it_stands_and_escape_gives_it_up(
    served: Served, page: Page
) -> None:
    served.enter(page, "hanna", LIST)
    page.get_by_role("link", name=re.compile("R26-0001")).click()
    page.wait_for_url(re.compile("/f/request/[0-9a-f-]{36}"))
    ready(page)
    pen = page.get_by_role("link", name="Edit Subject")

    pen.click()
    expect(page.get_by_role("textbox", name="Subject")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Subject")).to_have_count(0)
    pen.click()
    page.get_by_role("textbox", name="Subject").fill("The lamp is dark")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile("The lamp is dark"))).to_be_visible()


def test_the_side_panel_closes_by_a_key_and_stays_closed(served: Served, page: Page) -> None:
    served.enter(page, "hanna", LIST)
    page.get_by_role("link", name=re.compile("R26-0001")).click()
    page.wait_for_url(re.compile("/f/request/[0-9a-f-]{36}"))
    ready(page)
    story = page.get_by_role("heading", name="History")
    expect(story).to_be_visible()

    page.keyboard.press("]")
    expect(story).to_be_hidden()
    page.reload()

    expect(story).to_be_hidden()
    expect(page.get_by_role("button", name="Side panel")).to_have_attribute(
        "aria-expanded", "false"
    )


def test_on_a_phone_rows_are_chosen_by_a_finger(served: Served, open_page: OpenPage) -> None:
    page = served.enter(open_page(phone=True), "hanna", LIST)

    page.get_by_label(re.compile("Choose R26-0001")).check()

    expect(page.get_by_role("button", name="Change a field")).to_be_visible()
    assert small_targets(page) == []


def test_the_flow_page_is_whole_without_scripts(served: Served, open_page: OpenPage) -> None:
    page = served.enter(open_page(java_script_enabled=False), "hanna", LIST)
    page.get_by_role("link", name=re.compile("R26-0001")).click()

    page.get_by_role("link", name="Handling").click()

    expect(page.get_by_role("img", name="Picture of the flow Handling")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Look at it").first).to_contain_text(
        "Here now"
    )


def test_every_control_that_needs_no_device_works_without_scripts(
    controls: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    page = controls.enter(open_page(java_script_enabled=False), "cleo", "/a/desk/f/sheet/new")
    paper = tmp_path / "paper.txt"
    paper.write_text("Plain words", "utf-8")

    page.locator("#f-line").fill("First")
    page.locator("#f-lines").fill("a\nb")
    page.locator("#f-mail").fill("lin@example.org")
    page.locator("#f-phone").fill("+8613812345678")
    page.locator("#f-site").fill("https://example.org")
    page.locator("#f-whole").fill("7")
    page.locator("#f-part").fill("7.25")
    page.locator("[name='price.amount']").fill("9.90")
    page.locator("#f-day").fill("2026-03-05")
    page.locator("#f-moment").fill("2026-03-05T10:30")
    page.locator("#f-length").fill("1d 2h")
    page.locator("#f-one").select_option("blue")
    page.get_by_label("High").check()
    page.get_by_label("Ink").check()
    page.get_by_label("Glue").check()
    page.locator("[name='agreed'][type=checkbox]").check()
    page.locator("#f-words").fill("soft, warm")
    page.locator("[name='stars'][value='4']").check(force=True)
    page.locator("#f-branch").select_option("twig")
    page.locator("#f-who").select_option(label="Cleo")
    page.locator("#f-buyer").select_option(label="Lin Mei")
    page.locator("[name='papers:upload']").set_input_files(paper)
    page.get_by_role("button", name="Submit Sheet").click()

    expect(page.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()
    shown = page.locator(".form--read .field")
    texts = {one: text.strip() for one, text in _read(shown.all_inner_texts())}
    assert texts == {
        "Line": "First",
        "Lines": "a\nb",
        "Mail": "lin@example.org",
        "Phone": "+86 138 1234 5678",
        "Site": "https://example.org",
        "Whole": "7",
        "Part": "7.25",
        "Price": "9.90 CNY",
        "Day": "5 Mar 2026",
        "Moment": "5 Mar 2026 10:30",
        "Length": "1 d 2 h",
        "One": "Blue",
        "One seen": "High",
        "Many": "Ink, Glue",
        "Agreed": "Yes",
        "Words": "soft, warm",
        "Stars": "4/5",
        "Branch": "Oak / Twig",
        "Who": "Cleo",
        "Buyer": "Lin Mei",
        "Papers": "paper.txt",
    }


def _read(texts: list[str]) -> list[tuple[str, str]]:
    """(label, value) of each field as it is read."""
    return [(text.partition("\n")[0].strip(), text.partition("\n")[2]) for text in texts]
