"""A world on each database, with a small app of orders that need approval."""

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
locales: [en, zh]
time_zone: UTC
currency: EUR
roles:
  guest: {title: Guest, portal: true}
  clerk: {title: Clerk}
  head: {title: Head, includes: [clerk], can: [publish, import, operate]}
forms:
  buyer:
    title: Buyer
    name: "{{ name }}"
    fields:
      name: {type: text, required: true}
      phone: {type: phone, mask: {middle: 4, unless: [head]}}
      level: {type: select, options: {plain: Plain, gold: Gold}, default: plain}
      code: {type: text, encrypted: true}
    access:
      clerk: {create: true, read: true, update: true, fields: {code: hidden}}
      head: {create: true, read: true, update: true, delete: true}
  order:
    title: Order
    name: "{{ number }} {{ subject }}"
    fields:
      number: {type: serial, pattern: "O{yy}-{0001}"}
      subject: {type: text, required: true, max_length: 60}
      reference: {type: text, unique: true}
      buyer: {type: link, form: buyer}
      amount: {type: decimal, scale: 2, default: 0}
      is_big: {type: checkbox, value: record.amount >= 100}
      urgency: {type: select, options: {low: Low, high: High}, default: low}
      state: {type: select, options: {open: Open, agreed: Agreed, refused: Refused}, default: open}
      owner: {type: user}
      note: {type: text, visible: record.is_big}
    access:
      guest:
        create: true
        read: record.created_by == user.id
        fields: {owner: hidden, state: read}
      clerk: {create: true, read: record.state != 'refused', update: true}
      head: {read: true, update: true, delete: true}
    views:
      open: {when: record.state == 'open', columns: [number, subject, amount], sort: [-amount]}
templates:
  late: {for: order, subject: "Late {{ record.number }}", body: "{{ record.buyer.phone }}"}
rules:
  gold_first:
    on: {created: order}
    when: record.buyer.level == 'gold'
    priority: 10
    do: [{set: {urgency: high}}]
  urgent_goes_to_head:
    on: {created: order}
    when: record.urgency == 'high'
    do: [{assign: {field: owner, role: head, pick: least_busy}}]
flows:
  approval:
    title: Approval
    on: {created: order, when: record.is_big}
    nodes:
      check:
        type: task
        title: Check
        assign: {role: clerk, pick: pool}
        form: {edit: [amount, note], required: [note]}
        due: {within: 8h}
        timers:
          late:
            after: 4h
            interrupt: false
            do: [{notify: {to: {role: head, pick: pool}, template: late, channel: in_app}}]
        outcomes: {ok: {to: sign}, no: {to: refuse}}
      sign:
        type: approval
        mode: all
        signers: [{role: head, pick: pool}, {role: clerk, pick: pool}]
        outcomes: {approved: {to: agree}, rejected: {to: refuse}}
      agree: {type: action, do: [{set: {state: agreed}}], to: end}
      refuse: {type: action, do: [{set: {state: refused}}], to: end}
      end: {type: end}
"""


@pytest.fixture(params=DATABASES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, SHOP, "shop")
