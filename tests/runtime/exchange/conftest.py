"""A world with a small app of customers and their orders, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.stores import DATABASES, opened_store
from tests.support.worlds import World, a_world

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

SHOP = """\
format: 1
app: shop
title: Shop
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk, can: [export]}
  head: {title: Head, includes: [clerk], can: [import, export]}
forms:
  buyer:
    title: Buyer
    title_plural: Buyers
    name: "{{ name }}"
    fields:
      code: {type: text, unique: true}
      name: {type: text, required: true}
      phone: {type: phone, mask: {middle: 4, unless: [head]}}
      level: {type: select, options: {plain: Plain, gold: Gold}, default: plain}
      secret: {type: text, encrypted: true}
      inner: {type: text, in_export: false}
    access:
      clerk: {read: record.level == 'plain', fields: {secret: hidden}}
      head: {create: true, read: true, update: true}
  order:
    title: Order
    name: "{{ number }}"
    fields:
      number: {type: serial, pattern: "O{0001}"}
      subject: {type: text, required: true, max_length: 20}
      buyer: {type: link, form: buyer}
      amount: {type: decimal, scale: 2, min: 0}
      is_big: {type: checkbox, value: record.amount >= 100}
      is_gold: {type: checkbox, value: record.buyer.level == 'gold'}
      state: {type: select, options: {open: Open, done: Done}, default: open}
      wanted_on: {type: date}
      seen_at: {type: datetime}
      colours: {type: multi_select, options: {red: Red, blue: Blue}}
      note: {type: textarea}
      closed: {type: text, readonly: true}
    access:
      head: {create: true, read: true, update: true}
rules:
  gold_first:
    on: {created: order}
    when: record.is_gold
    do: [{set: {state: done}}]
flows:
  handling:
    on: {created: order}
    nodes:
      look: {type: task, title: Look, assign: {role: head, pick: pool}, outcomes: {ok: {to: end}}}
      end: {type: end}
"""


@pytest.fixture(params=DATABASES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, SHOP, "shop")


@pytest.fixture
def small_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The same on SQLite alone, where the database makes no difference."""
    clock = SettableClock(MORNING)
    with opened_store(DATABASES[0], request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, SHOP, "shop")
