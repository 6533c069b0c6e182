"""What the lines of a flow say to its reader: buttons, conditions in words, nothing hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.values import FlowId
from runtime.adapters.clock import SettableClock
from runtime.commands import StartFlow
from tests.support.sites import MORNING
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

PATHS = """\
format: 1
app: office
title: Office
locales: [en]
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk}
  guest: {title: Guest}
forms:
  request:
    title: Request
    fields:
      size: {type: select, title: Size, options: {s: Small, l: Large}}
      price: {type: decimal, title: Price, scale: 2}
      owner: {type: user, title: Owner}
      secret: {type: text, title: Secret}
    access:
      clerk: {create: true, read: true, update: true}
      guest: {read: true, fields: {secret: hidden}}
flows:
  sorting:
    title: Sorting
    on: {start: request}
    nodes:
      first:
        type: choice
        title: First
        paths:
          - {when: "record.size == 'l'", to: a}
          - {when: "record.size != 's'", to: b}
          - {when: "record.price > 12.5", to: c}
          - {when: "record.owner == null", to: d}
          - {when: "record.owner != null", to: e}
          - {when: "record.secret == 'x'", to: f}
          - {when: "record.price + 1 > 3 and record.size == 's'", to: g}
          - {to: end}
      a:
        type: task
        title: A
        assign: {role: clerk}
        outcomes: {good: {title: Fine, to: end}, bad: {title: Bad, to: b}}
      b: {type: task, title: B, assign: {role: clerk}, outcomes: {ok: {title: Only way, to: end}}}
      c: {type: task, title: C, assign: {role: clerk}, outcomes: {ok: {to: end}}}
      d: {type: task, title: D, assign: {role: clerk}, outcomes: {ok: {to: end}}}
      e: {type: task, title: E, assign: {role: clerk}, outcomes: {ok: {to: end}}}
      f: {type: task, title: F, assign: {role: clerk}, outcomes: {ok: {to: end}}}
      g: {type: task, title: G, assign: {role: clerk}, outcomes: {ok: {to: end}}}
      end: {type: end}
"""


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, PATHS, "office")


def said(world: World, reader: str) -> dict[str, tuple[str, ...]]:
    """By `first>a`, what the line says to a reader."""
    ana = world.person("ana", "clerk")
    record = world.submit(ana, "request", size="l")
    case = world.do(StartFlow(world.app, FlowId("sorting"), record), ana)
    assert case.instance is not None
    view = world.reading.flow_view(world.actor(reader), world.app, case.instance)
    return {f"{one.source}>{one.target}": one.labels for one in view.lines}


def test_conditions_are_told_in_the_words_of_the_form(world: World) -> None:
    labels = said(world, "ana")

    assert {line: labels[f"first>{line}"] for line in "abcdefg"} == {
        "a": ("Size: Large",),
        "b": ("Size ≠ Small",),
        "c": ("Price > 12.5",),
        "d": ("Owner: –",),
        "e": ("Owner",),
        "f": ("Secret: x",),
        "g": (),
    }
    assert labels["first>end"] == ("*",)


def test_buttons_are_told_where_there_is_more_than_one(world: World) -> None:
    labels = said(world, "ana")

    assert (labels["a>end"], labels["a>b"], labels["b>end"]) == (("Fine",), ("Bad",), ())


def test_condition_on_a_hidden_field_is_not_told(world: World) -> None:
    world.person("gus", "guest")

    labels = said(world, "gus")

    assert (labels["first>f"], labels["first>a"]) == ((), ("Size: Large",))
