"""The designers in a browser: by mouse, by keyboard only, in Chinese and Arabic, on a phone.

Long because every gesture is made by mouse and by keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import OpenPage, accessibility_faults, screenshot, small_targets
from tests.support.designing import (
    FLOW,
    FORM,
    arrived,
    block,
    designing,
    node,
    saved,
    text_of_draft,
    typing,
)
from tests.support.designs import PARKS
from tests.support.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with designing(request, tmp_path) as parks:
        yield parks


@pytest.fixture(scope="module")
def unchanged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One for all who only look."""
    with designing(request, tmp_path_factory.mktemp("unchanged")) as parks:
        yield parks


def drag(page: Page, source: Locator, target: Locator, *, below: bool = True) -> None:
    """With real pointer events: native dragging does not see synthetic ones."""
    expect(source).to_be_visible()
    expect(target).to_be_visible()
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    page.mouse.down()
    y = end["y"] + (end["height"] - 6 if below else 6)
    page.mouse.move(end["x"] + end["width"] / 2, y - 20, steps=5)
    page.mouse.move(end["x"] + end["width"] / 2, y, steps=5)
    page.mouse.up()


def test_form_is_changed_by_mouse_and_published(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)

    drag(page, page.locator("[data-add='field:date']"), block(page, "Label"))
    expect(block(page, "Date")).to_have_attribute("aria-pressed", "true")
    panel = page.get_by_role("complementary", name="Properties")
    panel.get_by_label("Title", exact=True).fill("Planted on")
    panel.get_by_label("Title", exact=True).press("Enter")
    expect(block(page, "Planted on")).to_be_visible()
    drag(page, block(page, "Height"), block(page, "Label"), below=False)
    expect(page.locator(".layout__list").nth(1).locator(".field-card").first).to_contain_text(
        "Height"
    )
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_text("forms.tree.fields.date")).to_be_visible()
    dialog.get_by_label("Note").fill("When was it planted")
    dialog.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("dialog", name="Version 2 is live")).to_be_visible()

    text = text_of_draft(served)
    assert "columns: [[height, label, date, kind], []]" in text
    assert "# painted on the trunk" in text
    assert "en: Planted on" in text


def test_form_is_changed_by_keyboard_only(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Label").focus()

    page.keyboard.press("/")
    typing(page)
    page.keyboard.type("whole")
    page.keyboard.press("Enter")
    expect(block(page, "Whole number")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Age")
    page.keyboard.press("Enter")
    expect(block(page, "Age")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".layout__list").nth(1).locator(".field-card").first).to_contain_text(
        "Age"
    )
    page.keyboard.press("Control+z")
    expect(page.locator(".layout__list").nth(1).locator(".field-card").nth(1)).to_contain_text(
        "Age"
    )
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".layout__list").nth(1).locator(".field-card").first).to_contain_text(
        "Age"
    )
    saved(page)

    assert "columns: [[integer, label, kind], [height]]" in text_of_draft(served)


def test_removed_field_comes_back_with_undo_to_the_letter(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Label").focus()

    page.keyboard.press("Delete")
    expect(block(page, "Label")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(block(page, "Label")).to_be_visible()
    saved(page)

    assert text_of_draft(served) == PARKS


def test_undo_belongs_to_the_text_while_somebody_types(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Height").click()
    title = page.get_by_role("complementary", name="Properties").get_by_label("Title", exact=True)
    title.fill("Tallness")
    title.press("Enter")
    expect(block(page, "Tallness")).to_be_visible()

    title.click()
    page.keyboard.type("!")
    page.keyboard.press("Control+z")

    expect(title).to_have_value("Tallness")
    expect(block(page, "Tallness")).to_be_visible()


def test_problem_stands_at_its_element_with_a_fix(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)
    block(page, "Height").click()
    panel = page.get_by_role("complementary", name="Properties")
    visible = panel.get_by_role("radiogroup", name="Visible when")
    visible.get_by_text("When…").click()
    panel.get_by_label("Condition").fill("record.lable == 'x'")
    panel.get_by_label("Condition").press("Control+Enter")

    expect(panel.get_by_text("Did you mean")).to_be_visible()
    expect(page.locator(".field-card .count--problem")).to_have_text("1")
    page.get_by_role("link", name="Problems").click()
    page.get_by_role("button", name="Use label").click()

    expect(page.get_by_text("Nothing stands in the way")).to_be_visible()
    assert "record.label == 'x'" in text_of_draft(served)


def test_step_that_asks_a_role_nobody_holds_is_marked_as_worth_a_look(
    served: Served, page: Page
) -> None:
    text = PARKS.replace("forms:\n", "  pruner: {title: Pruner}\nforms:\n", 1).replace(
        "assign: {role: keeper", "assign: {role: pruner"
    )
    served.site.world.publish(text)

    served.enter(page, "wanda_en", FLOW)

    mark = node(page, "look").get_by_role("img", name="1 thing worth a look")
    expect(mark).to_have_text("1")
    expect(node(page, "note").locator(".count--problem")).to_have_count(0)
    page.get_by_role("link", name="Problems").click()
    expect(page.get_by_text("Nothing stands in the way")).to_be_visible()
    expect(page.get_by_text("Nobody holds the role 'pruner' yet")).to_be_visible()
    page.get_by_role("button", name="Open").click()
    properties = page.get_by_role("complementary", name="Properties")
    expect(properties.get_by_text("Nobody holds the role 'pruner' yet")).to_be_visible()


def test_flow_is_changed_by_mouse(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FLOW)
    expect(page.locator(".react-flow__node")).to_have_count(3)

    page.get_by_role("button", name="Insert a step between look and end").click()
    page.get_by_role("option", name="Wait").click()
    expect(page.locator(".react-flow__node[data-id=wait]")).to_be_visible()
    expect(page.locator(".react-flow__edge")).to_have_count(4)
    page.get_by_role("button", name="Tidy up").click()
    saved(page)
    before = page.locator(".react-flow__node[data-id=note]").bounding_box()
    assert before is not None
    page.mouse.move(before["x"] + 60, before["y"] + 15)
    page.mouse.down()
    page.mouse.move(before["x"] + 90, before["y"] + 95, steps=6)
    page.mouse.up()
    saved(page)

    text = text_of_draft(served)
    assert "fine: {title: Fine, to: wait}" in text
    assert re.search(r"wait:\n? .*to: end", text, re.DOTALL)
    assert "# sadly" in text


def test_edge_is_drawn_from_a_handle_to_a_node(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FLOW)
    handle = page.locator(".react-flow__node[data-id=look] [data-handleid=outcome-fine]")
    target = page.locator(".react-flow__node[data-id=note] .react-flow__handle.target")

    expect(target).to_be_visible()
    start, end = handle.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()

    expect(page.get_by_role("button", name="Insert a step between look and note")).to_have_count(2)
    assert "fine: {title: Fine, to: note}" in text_of_draft(served)


def test_flow_is_changed_by_keyboard_only(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FLOW)
    page.locator(".react-flow__node[data-id=look]").focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.locator(".react-flow__node[data-id=look]").focus()
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    page.keyboard.press("a")
    typing(page)
    page.keyboard.type("action")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__node[data-id=action]")).to_be_focused()
    page.get_by_role("button", name="Outline").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Sick").select_option("action")
    saved(page)

    text = text_of_draft(served)
    assert "look: [40, 80]" in text
    assert "sick: {title: Sick, to: action}" in text


def test_text_and_designer_are_one_draft(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", "/design/parks/text")
    editor = page.get_by_role("textbox", name="The definition as text")
    editor.click()

    page.keyboard.press("Control+End")
    page.keyboard.type("# the end")
    page.keyboard.press("Control+s")
    expect(page.locator(".save-state")).to_contain_text("Draft on version 1")
    page.get_by_role("link", name="Tree").click()
    block(page, "Height").focus()
    page.keyboard.press("Delete")
    expect(block(page, "Height")).to_have_count(0)
    saved(page)

    text = text_of_draft(served)
    assert "\n# the end" in text
    assert "height:" not in text


def test_two_people_on_one_place_are_given_the_choice(served: Served, open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    served.enter(first, "wanda_en", FORM)
    served.enter(second, "wanda_zh", FORM)
    block(first, "Height").click()
    title = first.get_by_role("complementary", name="Properties").get_by_label("Title", exact=True)
    title.fill("Tallness")
    title.press("Enter")
    expect(block(first, "Tallness")).to_be_visible()

    second.locator(".field-card").nth(2).click()
    other = second.locator(".panel").get_by_label("标题", exact=True)
    other.fill("身高")
    other.press("Enter")
    expect(second.locator(".save-state[data-state=saved]")).to_be_visible()
    first_text = text_of_draft(served)

    assert "en: Tallness, zh: 身高" in first_text


def test_versions_are_compared_and_rolled_back(served: Served, page: Page) -> None:
    served.site.world.publish(PARKS.replace("Tall ones", "The tall"))
    served.enter(page, "wanda_en", "/design/parks/versions")

    page.get_by_role("button", name="What changed").click()
    expect(page.get_by_text("rules.tall.title")).to_be_visible()
    page.get_by_role("button", name="Roll back to it").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back to it").click()

    expect(page.locator(".version", has_text="Version 1")).to_contain_text("Live")


PLACES = {
    "overview": "/design/parks",
    "form": FORM,
    "flow": FLOW,
    "rule": "/design/parks/rules/tall",
    "rules": "/design/parks/rules",
    "versions": "/design/parks/versions",
}


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("zh", "dark"), ("ar", "light")])
@pytest.mark.parametrize("place", PLACES)
def test_page_is_usable_for_everybody(
    unchanged: Served, looking: OpenPage, place: str, scheme: str, locale: str
) -> None:
    page = looking(color_scheme=scheme, locale=locale, viewport={"width": 1440, "height": 900})
    unchanged.enter(page, f"wanda_{locale}", PLACES[place])
    arrived(page)

    screenshot(page, f"designer-{place}-{locale}-{scheme}")

    assert accessibility_faults(page) == []
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")


@pytest.mark.parametrize("place", PLACES)
def test_finger_meets_every_control_on_a_phone(
    unchanged: Served, looking: OpenPage, place: str
) -> None:
    page = looking(phone=True)
    unchanged.enter(page, "wanda_en", PLACES[place])
    arrived(page)

    screenshot(page, f"designer-{place}-phone")

    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_preview_is_the_real_form(served: Served, page: Page) -> None:
    served.enter(page, "wanda_en", FORM)

    page.get_by_role("button", name="Preview").click()

    frame = page.frame_locator("iframe[title='Preview of the form']")
    expect(frame.get_by_label("Label")).to_be_visible()
