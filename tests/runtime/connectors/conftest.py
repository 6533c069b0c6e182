"""An office whose flows call a program on this machine, and the outbox that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engines.values import RecordId
from runtime.adapters.clock import SettableClock
from runtime.adapters.http import GuardedHttp
from runtime.channels.channel import Channels
from runtime.channels.connector import Connector
from runtime.channels.in_app import InApp
from runtime.commands import SYSTEM, TakeAnswer
from runtime.jobs.work import JobWork
from runtime.ports import DeliveryRow
from tests.runtime.story.conftest import MORNING
from tests.support.programs import Program, a_program
from tests.support.stores import opened_store
from tests.support.worlds import World, a_world

SECRET = "not in any definition"  # noqa: S105

BOOKS = """\
format: 1
app: books
title: Books
time_zone: UTC
currency: EUR
roles:
  clerk: {{title: Clerk, can: [operate]}}
connectors:
  erp: {{type: http, url: "{url}/api", secret: erp_token}}
  open: {{type: http, url: "{url}"}}
forms:
  order:
    title: Order
    name: "{{{{ subject }}}}"
    fields:
      subject: {{type: text, required: true}}
      amount: {{type: decimal, scale: 2}}
      wanted_on: {{type: date}}
      is_urgent: {{type: checkbox}}
      booked_as: {{type: text, readonly: true}}
      price: {{type: decimal, scale: 2}}
      state: {{type: select, options: {{open: Open, booked: Booked}}, default: open}}
    access:
      clerk: {{create: true, read: true, update: true, delete: true}}
flows:
  booking:
    on: {{created: order}}
    nodes:
      tell:
        type: action
        do: [{{call: {call}}}]
        to: wait
      wait: {{type: wait, message: booked, to: note}}
      note: {{type: action, do: [{{set: {{state: booked}}}}], to: end}}
      end: {{type: end}}
"""
CALL = """{connector: erp, path: /orders, answer: booked,
  send: {subject: record.subject, amount: record.amount, wanted_on: record.wanted_on,
         is_urgent: record.is_urgent},
  keep: {booked_as: order.id, price: items.0.price}}"""


@dataclass
class Office:
    """A world, the program it calls, and its outbox."""

    world: World
    program: Program
    secrets: dict[str, str] = field(default_factory=lambda: {"erp_token@127.0.0.1": SECRET})

    def order(self, **answers: Any) -> RecordId:
        return self.world.submit(self.world.actor("ann"), "order", **answers)

    def send_due(self) -> None:
        """What a worker does at this moment."""
        connector = Connector(GuardedHttp(["127.0.0.1"]), self.secrets, self._answered)
        channels = Channels([InApp(), connector])
        JobWork(self.world.store, self.world.clock, _no_timer, channels.deliver).run_due()

    def given_up(self) -> list[str]:
        """Why calls were given up."""
        with self.world.store.read() as reader:
            return [row.last_error for row in reader.queue.dead_letters(app=self.world.app)]

    def _answered(self, call: DeliveryRow, values: Any, message: str) -> None:
        assert call.form is not None
        assert call.record is not None
        answer = TakeAnswer(call.app, call.form, call.record, values, message, call.key)
        self.world.do(answer, SYSTEM)


def _no_timer(_: object) -> None:
    raise AssertionError("no timer is due here")


Opened = Callable[[str], Office]


@pytest.fixture(params=["memory", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """`opened(call)`: an office whose flow makes this call."""
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store, a_program() as erp:

        def open_it(call: str) -> Office:
            text = BOOKS.format(url=erp.url, call=" ".join(call.split()))
            world = a_world(store, clock, text, "books")
            world.person("ann", "clerk")
            return Office(world, erp)

        yield open_it


@pytest.fixture
def office(opened: Opened) -> Office:
    return opened(CALL)
