"""A task's page in a browser: signing by hand or by name, and a due time that counts on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engines.values import FileId, TaskId
from runtime.adapters.clock import SettableClock
from tests.support.browser import OpenPage, accessibility_faults, ready, screenshot, small_targets
from tests.support.serving import Served, serving
from tests.support.sites import MORNING, a_site
from tests.support.stores import opened_store

pytestmark = pytest.mark.browser

PAPERS = """\
format: 1
app: desk
title: Papers
locales: [en]
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk}
forms:
  paper:
    title: Paper
    name: "{{ line }}"
    fields: {line: {type: text, title: Line, required: true}}
    access: {clerk: {create: true, read: true, update: true}}
flows:
  signing:
    title: Signing
    on: {created: paper}
    nodes:
      sign:
        type: task
        title: Sign it
        assign: {role: clerk}
        due: {within: 10m}
        outcomes:
          signed: {title: Sign, to: end, signature: required}
          dropped: {title: Drop, to: end}
      end: {type: end}
"""


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=PAPERS)
        site.person("cleo", "clerk")
        site.browser("cleo").post("/a/desk/f/paper/new", {"line": "A contract"})
        with serving(site.app) as base:
            yield Served(site, base)


def task_page(served: Served, page: Page) -> TaskId:
    """Cleo's page of the one task, with its scripts awake."""
    (task,) = served.site.world.tasks(served.site.world.actor("cleo"), "pool")
    served.enter(page, "cleo", f"/a/desk/tasks/{task.id}")
    ready(page)
    return task.id


def stored_signature(served: Served, task: TaskId) -> bytes:
    """The picture that was kept with the task; it is one."""
    with served.site.runtime.store.read() as reader:
        row = reader.instances.task(task)
        assert row is not None
        assert row.signature
        info = reader.registry.file(FileId(row.signature))
    assert info is not None
    assert (info.name, info.media_type) == ("signature.png", "image/png")
    with served.site.runtime.files.open(FileId(row.signature)) as stream:
        return stream.read()


def test_signature_is_drawn_with_the_mouse(served: Served, page: Page) -> None:
    task = task_page(served, page)
    pad = page.locator("canvas.signature__pad")
    box = pad.bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 100, steps=4)
    page.mouse.up()
    expect(page.locator("#f-signature")).to_have_js_property("files.length", 1)
    screenshot(page, "task-signature")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Sign", exact=True).click()

    expect(page.get_by_role("status").filter(has_text="done")).to_be_visible()
    assert stored_signature(served, task).startswith(b"\x89PNG")


def test_signature_is_made_of_a_typed_name_by_keyboard_alone(served: Served, page: Page) -> None:
    task = task_page(served, page)

    page.get_by_label("Or type your name").focus()
    page.keyboard.type("Cleo 李")
    expect(page.locator("#f-signature")).to_have_js_property("files.length", 1)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="done")).to_be_visible()
    assert stored_signature(served, task).startswith(b"\x89PNG")


def test_signature_begun_again_is_none(served: Served, page: Page) -> None:
    task_page(served, page)
    page.get_by_label("Or type your name").fill("Cleo")
    signature = page.locator("#f-signature")
    expect(signature).to_have_js_property("files.length", 1)

    page.get_by_role("button", name="Start again").click()

    expect(signature).to_have_js_property("files.length", 0)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_due_time_counts_on_while_the_page_is_open(served: Served, page: Page) -> None:
    page.clock.install()

    task_page(served, page)

    due = page.locator("h1 + [data-due]")
    expect(due).to_have_text("10 min left")
    page.clock.run_for("03:00")
    expect(due).to_have_text("7 min left")
    page.clock.run_for("08:00")
    expect(due).to_have_text("1 min late")
    expect(due).to_have_class("badge badge--danger")


def test_page_of_a_task_is_for_fingers_too(served: Served, open_page: OpenPage) -> None:
    page = open_page(phone=True)

    task_page(served, page)

    assert small_targets(page) == []
