"""Copying, pasting, dragging by a finger, discarding, converting, beginning: in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from engines.values import FormId
from tests.support.browser import OpenPage, accessibility_faults
from tests.support.designing import (
    FLOW,
    FORM,
    arrived,
    block,
    designing,
    node,
    panel,
    saved,
    text_of_draft,
)
from tests.support.designs import PARKS
from tests.support.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with designing(request, tmp_path) as parks:
        yield parks


def test_field_is_copied_pasted_and_duplicated_by_keyboard(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Label").focus()

    page.keyboard.press("Control+c")
    block(page, "Height").focus()
    page.keyboard.press("Control+v")
    expect(block(page, "Label")).to_have_count(2)
    expect(block(page, "Label").nth(1)).to_be_focused()
    page.keyboard.press("Control+d")
    expect(block(page, "Label")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(block(page, "Label")).to_have_count(2)
    saved(page)

    text = text_of_draft(served)
    assert "label_2: {type: text, title: {en: Label, zh: 标牌}, required: true}" in text
    assert "columns: [[label, kind], [height, label_2]]" in text


def test_section_is_pasted_with_its_fields_by_its_buttons(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Section: Basics").focus()

    panel(page).get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Paste").click()
    expect(block(page, "Section: Basics")).to_have_count(2)
    saved(page)

    assert "columns: [[label_2, kind_2], [height_2]]" in text_of_draft(served)


def test_step_is_copied_to_its_flow_by_keyboard(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FLOW)
    node(page, "look").focus()

    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(node(page, "look_2")).to_be_focused()
    page.keyboard.press("Control+x")
    expect(node(page, "look_2")).to_have_count(0)
    page.get_by_role("button", name="Paste").click()
    expect(node(page, "look_2")).to_be_visible()
    saved(page)

    assert text_of_draft(served).count("sick: {title: Sick, to: note}") == 2


def test_dot_marks_what_differs_from_the_live_version(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    dot = "Differs from the live version"
    block(page, "Height").click()
    title = panel(page).get_by_label("Title", exact=True)

    title.fill("Tallness")
    title.press("Enter")

    expect(block(page, "Tallness").get_by_label(dot)).to_be_visible()
    expect(page.get_by_role("link", name="Tree").get_by_label(dot)).to_be_visible()
    expect(panel(page).get_by_label(dot)).to_have_count(1)
    expect(block(page, "Label").get_by_label(dot)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label(dot)).to_have_count(0)


def hold_and_move(page: Page, source: Locator, target: Locator, *, below: bool) -> None:
    """With a finger: hold, move, let go."""
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    x, y = start["x"] + 40, start["y"] + start["height"] / 2
    to = end["y"] + (end["height"] - 6 if below else 6)
    touch("touchStart", (x, y))
    expect(page.locator(".drag-ghost")).to_be_visible()
    touch("touchMove", (x, (y + to) / 2))
    touch("touchMove", (end["x"] + 40, to))
    expect(page.locator(".layout [data-edge]")).to_have_count(1)
    touch("touchEnd")


def test_block_is_dragged_by_a_finger_on_a_phone(served: Served, open_page: OpenPage) -> None:
    page = open_page(phone=True)
    served.enter(page, "wanda_en", FORM)
    arrived(page)

    hold_and_move(page, block(page, "Kind"), block(page, "Label"), below=False)

    expect(page.locator(".layout__list .field-card").first).to_contain_text("Kind")
    saved(page)
    assert "columns: [[kind, label], [height]]" in text_of_draft(served)


def test_field_is_dragged_from_the_palette_by_a_finger(
    served: Served, open_page: OpenPage
) -> None:
    page = open_page(viewport={"width": 1366, "height": 1024}, has_touch=True)
    served.enter(page, "wanda_en", FORM)
    arrived(page)

    hold_and_move(page, page.locator("[data-add='field:text']"), block(page, "Label"), below=True)

    expect(page.locator(".layout__list .field-card").nth(1)).to_contain_text("Text")
    saved(page)
    assert "columns: [[label, text, kind], [height]]" in text_of_draft(served)


def test_draft_is_discarded_only_when_meant(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Label").focus()
    page.keyboard.press("Delete")
    expect(block(page, "Label")).to_have_count(0)

    page.get_by_role("button", name="More about the draft").click()
    page.get_by_role("menuitem", name="Discard draft").click()
    dialog = page.get_by_role("dialog", name="Discard the draft?")
    dialog.get_by_role("button", name="Keep the draft").click()
    expect(dialog).to_have_count(0)
    kept = text_of_draft(served)
    page.get_by_role("button", name="More about the draft").click()
    page.get_by_role("menuitem", name="Discard draft").click()
    dialog.get_by_role("button", name="Discard draft").click()

    expect(block(page, "Label")).to_be_visible()
    expect(page.locator(".save-state")).to_contain_text("Version 1")
    assert "label:" not in kept
    assert text_of_draft(served) == PARKS


def test_control_that_loses_values_is_changed_only_when_meant(served: Served, page: Page) -> None:
    world = served.site.world
    for label in ("12", "12 b"):
        world.submit(world.actor("wanda_en"), FormId("tree"), label=label)
    served.enter(page, "wanda_en", FORM)
    block(page, "Label").click()

    def choose_whole_number() -> None:
        panel(page).get_by_label("Control").click()
        page.get_by_role("option", name="Whole number").click()

    choose_whole_number()
    dialog = page.get_by_role("dialog", name="Turn Label into Whole number?")
    expect(dialog).to_contain_text("2 records hold a value here.")
    expect(dialog).to_contain_text("Of 2 looked at, 1 does not fit")
    dialog.get_by_role("button", name="Leave it as it is").click()
    expect(dialog).to_have_count(0)
    before = text_of_draft(served)
    choose_whole_number()
    dialog.get_by_role("button", name="Change the control").click()
    saved(page)

    assert before == PARKS
    assert "label: {type: integer" in text_of_draft(served)


def test_new_app_begins_empty_and_grows_its_first_form(served: Served, page: Page) -> None:
    served.enter(page, "ada", "/admin/apps")

    page.get_by_text("New app").click()
    page.get_by_label("Name").fill("Pet shop")
    page.get_by_role("button", name="Begin in the designer").click()
    page.get_by_role("button", name="Add: New form").click()
    expect(page.locator(".field-card")).to_contain_text("Name")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("dialog", name="Version 2 is live")).to_be_visible()
    page.goto(f"{served.base}/a/pet_shop/")

    expect(page.get_by_role("navigation").get_by_text("New form").first).to_be_visible()


def test_publishing_warns_of_roles_that_nobody_has(served: Served, page: Page) -> None:
    pruner = "  pruner: {title: {en: Pruner, zh: 修剪工}}\nforms:\n"
    asked = PARKS.replace("forms:\n", pruner, 1).replace("{role: keeper,", "{role: pruner,")
    served.site.world.publish(asked)
    served.enter(page, "wanda_en", FLOW)

    page.get_by_role("button", name="Publish…").click()

    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_text("Nobody has these roles yet")).to_be_visible()
    expect(dialog.get_by_text("Pruner", exact=True)).to_be_visible()
    assert accessibility_faults(page) == []
