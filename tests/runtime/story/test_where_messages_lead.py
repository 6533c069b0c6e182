"""Messages of templates lead to their record, for people who may open it and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runtime.adapters.clock import SettableClock
from runtime.ports import Unit
from tests.runtime.story.conftest import MORNING
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

HALL = """\
format: 1
app: hall
title: Hall
locales: [en, zh]
roles:
  clerk: {title: Clerk}
  guard: {title: Guard}
forms:
  visit:
    title: Visit
    fields:
      name: {type: text, required: true}
    access:
      clerk: {create: true, read: true}
      guard: {read: record.name == 'open day'}
templates:
  hello: {for: visit, subject: "Visit of {{ record.name }}", body: "Be ready."}
rules:
  tell:
    on: {created: visit}
    do:
      - notify: {to: {role: clerk, pick: pool}, template: hello, channel: both}
      - notify: {to: {role: guard, pick: pool}, template: hello, channel: mail}
      - notify: {to: {address: "'guest@example.com'"}, template: hello, channel: mail}
"""


@pytest.fixture
def hall(request: pytest.FixtureRequest) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, None, clock=clock) as store:
        yield a_world(store, clock, HALL, "hall")


def test_messages_lead_to_the_record_for_those_who_may_read_it(hall: World) -> None:
    clerk = hall.person("ana", "clerk")
    hall.person("gus", "guard")

    record = hall.submit(clerk, "visit", name="Bo")

    page = f"/a/hall/f/visit/{record}"
    assert leads(hall) == {
        ("in_app", "ana"): (page, "en"),
        ("mail", "ana@example.org"): (page, "en"),
        ("mail", "gus@example.org"): ("", "en"),
        ("mail", "guest@example.com"): ("", "en"),
    }


def test_a_message_in_the_product_is_opened_where_it_leads(hall: World) -> None:
    clerk = hall.person("ana", "clerk")

    record = hall.submit(clerk, "visit", name="Bo")

    assert [one.opens for one in hall.inbox(clerk)] == [f"/a/hall/f/visit/{record}"]


def leads(world: World) -> dict[tuple[str, str], tuple[str, str]]:
    """{(channel, target): (page, locale)} of the messages that wait to be sent."""

    def due(unit: Unit) -> dict[tuple[str, str], tuple[str, str]]:
        rows = [row for row, _ in unit.queue.due_deliveries(unit.now, 50, 60)]
        return {(row.channel, row.target): (row.opens, row.locale) for row in rows}

    return world.store.run(due)
