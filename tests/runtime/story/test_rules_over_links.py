"""A rule on one record changes the record that it links to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import FormId
from runtime.adapters.clock import SettableClock
from tests.runtime.story.conftest import MORNING
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

PARCELS = """\
format: 1
app: parcels
title: Parcels
roles:
  clerk: {title: Clerk}
forms:
  parcel:
    title: Parcel
    fields:
      state: {type: select, options: {sent: Sent, back: Back}, default: sent}
      last_word: {type: text}
      scans: {type: integer, default: 0}
      is_late: {type: checkbox}
      keeper: {type: user}
      is_kept: {type: checkbox}
    access:
      clerk: {create: true, read: true, update: true}
  scan:
    title: Scan
    fields:
      parcel: {type: link, form: parcel}
      word: {type: text}
    access:
      clerk: {create: true, read: true}
rules:
  scanned:
    on: {created: scan}
    when: record.parcel.state != 'back'
    do:
      - update:
          link: parcel
          set: {state: back}
          set_value: {last_word: record.word, scans: record.parcel.scans + 1}
  to_a_keeper:
    on: {created: parcel}
    priority: 10
    do: [{assign: {field: keeper, role: clerk, pick: least_busy}}]
  kept:
    on: {created: parcel}
    when: record.keeper != null
    do: [{set: {is_kept: true}}]
  kept_after_all:
    on: {changed: parcel, fields: [last_word]}
    when: record.keeper != null
    do: [{set: {is_kept: true}}]
  back_is_late:
    on: {changed: parcel, fields: [state]}
    do: [{set: {is_late: true}}]
"""


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, PARCELS, "parcels")


def test_linked_record_is_changed_and_its_own_rules_run(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    parcel = world.submit(clerk, "parcel")

    world.submit(clerk, "scan", parcel=parcel, word="Returned")

    found = world.values("parcel", parcel)
    assert {name: found[name] for name in ("state", "last_word", "scans", "is_late")} == {
        "state": "back",
        "last_word": "Returned",
        "scans": 1,
        "is_late": True,
    }


def test_change_of_a_linked_record_names_the_rule(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    parcel = world.submit(clerk, "parcel")

    world.submit(clerk, "scan", parcel=parcel, word="Returned")

    timeline = world.reading.timeline(clerk, world.app, FormId("parcel"), parcel)
    changed = next(one for one in timeline if one.kind == "RecordChanged")
    assert "scanned" in changed.subject or "scanned" in changed.detail


def test_record_without_a_link_changes_nothing(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    parcel = world.submit(clerk, "parcel")

    world.submit(clerk, "scan", word="Lost")

    assert world.values("parcel", parcel)["state"] == "sent"


def test_condition_over_the_linked_record_holds_the_rule_back(world: World) -> None:
    clerk = world.person("cleo", "clerk")
    parcel = world.submit(clerk, "parcel", state="back")

    world.submit(clerk, "scan", parcel=parcel, word="Again")

    assert world.values("parcel", parcel)["scans"] == 0


def test_whom_the_runtime_chooses_is_not_seen_by_later_rules_of_the_trigger(world: World) -> None:
    clerk = world.person("cleo", "clerk")

    parcel = world.submit(clerk, "parcel")
    at_once = dict(world.values("parcel", parcel))
    world.change(clerk, "parcel", parcel, last_word="Hello")

    assert (at_once["keeper"], at_once["is_kept"]) == ("cleo", None)
    assert world.values("parcel", parcel)["is_kept"] is True
