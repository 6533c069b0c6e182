"""A world on each database with an app whose orders many people look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.adapters.clock import SettableClock
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

OFFICE = """\
format: 1
app: office
title: Office
locales: [en, zh]
time_zone: UTC
currency: EUR
roles:
  guest: {title: Guest, portal: true}
  clerk: {title: Clerk}
  legal: {title: Legal}
  quality: {title: Quality}
  boss: {title: Boss, can: [operate, manage_users]}
forms:
  request:
    title: Request
    name: "{{ subject }}"
    fields:
      subject: {type: text, required: true}
      amount: {type: decimal, scale: 2, default: 0}
      kind: {type: text}
      state: {type: select, options: {open: Open, agreed: Agreed, refused: Refused}, default: open}
      owner: {type: user}
    access:
      guest: {create: true, read: record.created_by == user.id}
      clerk: {create: true, read: true, update: true}
      legal: {read: true}
      quality: {read: record.amount < 1000}
      boss: {create: true, read: true, update: true}
  duty:
    title: Duty
    name: "{{ person }}"
    fields:
      person: {type: user}
      starts: {type: datetime}
      ends: {type: datetime}
    access:
      boss: {create: true, read: true, update: true}
flows:
  handling:
    title: Handling
    on: {start: request}
    nodes:
      draft:
        type: task
        title: Draft
        assign: {initiator: true}
        form: {edit: [subject, amount]}
        outcomes: {done: {to: board}, drop: {to: refuse}}
      board:
        type: approval
        title: Board
        mode: all
        signers: [{role: legal}, {role: quality}]
        add_signers: {roles: [clerk, boss]}
        return: {to: [initiator, previous], then: back_to_returner, form: {edit: [amount]}}
        outcomes:
          approved: {title: Agree, to: last, comment: optional}
          rejected: {to: refuse, comment: required}
      last:
        type: task
        title: Last
        assign: {role: clerk}
        outcomes: {ok: {to: agree}}
      agree: {type: action, do: [{set: {state: agreed}}], to: end}
      refuse: {type: action, do: [{set: {state: refused}}], to: end}
      end: {type: end}
"""


@pytest.fixture(params=["file", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The office on each database that lasts."""
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, OFFICE, "office")


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The office in memory, for what does not touch the store in a new way."""
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        yield a_world(store, clock, OFFICE, "office")
