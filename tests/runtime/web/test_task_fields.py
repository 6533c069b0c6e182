"""The form of a task: what one fills in stands first, what is only read after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import AppId, FormId, RecordId
from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site
from tests.support.stores import opened_store

CARE = """\
format: 1
app: care
title: Care
locales: [en]
time_zone: UTC
currency: EUR
roles:
  clerk: {{title: Clerk}}
forms:
  paper:
    title: Paper
    name: "{{{{ line }}}}"
    fields:
      line: {{type: text, title: Line}}
      pages: {{type: integer, title: Pages}}
      price: {{type: decimal, title: Price, scale: 2, value: record.pages * 2}}
      is_long: {{type: checkbox, title: Long, value: record.pages > 4}}
      grade: {{type: text, title: Grade}}
      note: {{type: text, title: Note, visible: record.grade == 'A'}}
      sent: {{type: text, title: Sent}}
    layout:
      - section: {{title: Asking, columns: [[line, pages], [price, is_long]]}}
      - heading: Read this
      - text: Grades are letters.
      - section: {{title: Handling, columns: [[grade, note]]}}
      - tabs:
          post: {{title: Post, blocks: [sent]}}
    access:
      clerk: {{create: true, read: true, update: true}}
flows:
  caring:
    on: {{created: paper}}
    nodes:
      look:
        type: task
        assign: {{role: clerk, pick: pool}}
        form: {{edit: {edit}}}
        outcomes: {{done: {{to: end}}}}
      end: {{type: end}}
"""
FIELD = re.compile(r'data-field="(\w+)"')
NEW = {"line": "Tea", "pages": "3", "sent": "today"}


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=CARE.format(edit="[line]"), app="care")
        site.person("ana", "clerk")
        yield site


def the_task(site: Site, edit: str) -> str:
    """The path of the task of a new paper, taken by Ana, who may change these fields at it."""
    site.world.publish(CARE.format(edit=edit))
    ana = site.browser("ana")
    made = ana.post("/a/care/f/paper/new", NEW).location.partition("?")[0]
    record = RecordId(made.rsplit("/", 1)[1])
    with site.runtime.store.read() as reader:
        (task,) = reader.instances.tasks_on(AppId("care"), FormId("paper"), record)
    ana.post(f"/a/care/tasks/{task.id}/claim")
    return f"/a/care/tasks/{task.id}"


def parts(page: str) -> tuple[str, str]:
    """The fields to fill, and what is known; the second is empty where there is no such part."""
    form = page.partition("data-fields>")[2].partition("form__actions")[0]
    fill, _, known = form.partition('class="known"')
    return fill, known


def test_what_is_filled_in_stands_before_what_is_read(opened: Site) -> None:
    fill, known = parts(opened.browser("ana").get(the_task(opened, "[grade, note]")).text)

    assert FIELD.findall(fill) == ["grade", "note"]
    assert FIELD.findall(known) == ["line", "pages", "price", "is_long", "sent"]
    assert "What is known" in known


def test_what_is_computed_stands_beside_what_it_follows(opened: Site) -> None:
    fill, known = parts(opened.browser("ana").get(the_task(opened, "[pages]")).text)

    assert FIELD.findall(fill) == ["pages", "price", "is_long"]
    assert FIELD.findall(known) == ["line", "sent"]


def test_sections_have_their_title_where_something_stands_below_it(opened: Site) -> None:
    fill, known = parts(opened.browser("ana").get(the_task(opened, "[pages, grade]")).text)

    assert re.findall(r"<h2>(\w+)</h2>", fill) == ["Asking", "Handling"]
    hidden = re.findall(r"data-section='(\w+)' hidden", known)
    assert hidden == re.findall(r"data-section='(\w+)'>\s*<h2>Handling", fill)
    assert ("Post" in fill, "Post" in known) == (False, True)


def test_a_section_of_both_parts_has_its_title_once_and_is_called_so_in_the_other(
    opened: Site,
) -> None:
    fill, known = parts(opened.browser("ana").get(the_task(opened, "[pages]")).text)

    assert re.findall(r"<h2>(\w+)</h2>", fill) == ["Asking", "Handling"]
    assert re.findall(r"<h2>(\w+)</h2>", known) == ["Handling"]
    assert re.findall(r"section--told field--wide' aria-label='(\w+)'", known) == ["Asking"]


def test_words_between_fields_are_said_once(opened: Site) -> None:
    page = opened.browser("ana").get(the_task(opened, "[grade]")).text

    assert page.count("Read this") == page.count("Grades are letters.") == 1


def test_without_anything_to_fill_all_is_one_form(opened: Site) -> None:
    fill, known = parts(opened.browser("ana").get(the_task(opened, "[]")).text)

    assert FIELD.findall(fill) == ["line", "pages", "price", "is_long", "sent"]
    assert known == ""


def test_a_script_gets_both_parts_in_the_order_of_the_page(opened: Site) -> None:
    ana, task = opened.browser("ana"), the_task(opened, "[grade, note]")

    answer = ana.post(task, {"grade": "A", "_act": "update"}, **{"X-Part": "fields"})

    assert FIELD.findall(answer.text) == [
        "grade",
        "note",
        "line",
        "pages",
        "price",
        "is_long",
        "sent",
    ]
    sections = re.findall(r"data-section='(\w+)'", ana.get(task).text)
    assert re.findall(r"data-section='(\w+)'", answer.text) == sections
