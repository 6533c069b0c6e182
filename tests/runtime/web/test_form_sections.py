"""Sections of a form: a heading stands only where something stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.sites import MORNING, Site, a_site
from tests.support.stores import opened_store

SECTIONS = """\
format: 1
app: desk
title: Desk
locales: [en]
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk}
  guest: {title: Guest}
forms:
  paper:
    title: Paper
    fields:
      line: {type: text, title: Line}
      grade: {type: text, title: Grade}
      decided: {type: date, title: Decided}
    layout:
      - section: {title: Asking, columns: [[line]]}
      - section: {title: Handling, columns: [[grade, decided]]}
    access:
      clerk: {create: true, read: true, update: true}
      guest: {create: true, read: true, fields: {grade: hidden, decided: read}}
"""


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        site = a_site(store, clock, tmp_path, text=SECTIONS)
        site.person("cleo", "clerk")
        site.person("gus", "guest")
        yield site


def sections(site: Site, person: str) -> list[bool]:
    """Of each section of the empty form in turn, whether it is in sight."""
    page = site.browser(person).get("/a/desk/f/paper/new").text
    found = re.findall(r"<section[^>]*data-section=[^>]*>", page)
    return ["hidden" not in one for one in found]


def test_section_with_nothing_for_this_person_is_out_of_sight(site: Site) -> None:
    assert sections(site, "cleo") == [True, True]
    assert sections(site, "gus") == [True, False]
