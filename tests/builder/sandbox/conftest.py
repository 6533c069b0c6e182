"""A sandbox of a small workshop: a rule, a flow with a reminder, a mail to the customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from builder.sandbox import Sandbox

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

WORKSHOP = """\
format: 1
app: workshop
title: Workshop
locales: [en, zh]
time_zone: Asia/Shanghai
roles:
  customer: {title: Customer, portal: true}
  mechanic: {title: Mechanic}
  boss: {title: Boss, includes: [mechanic], can: [design, publish]}
forms:
  bicycle:
    title: Bicycle
    name: "{{ frame }}"
    fields:
      frame: {type: text, required: true}
    access:
      mechanic: {create: true, read: true, update: true}
  repair:
    title: Repair
    name: "{{ number }}"
    fields:
      number: {type: serial, pattern: "R-{0001}"}
      bicycle: {type: link, form: bicycle}
      fault: {type: text, required: true, max_length: 80}
      photos: {type: file}
      hours: {type: decimal, scale: 1}
      days: {type: integer}
      urgency: {type: select, options: {low: Low, high: High}, default: low}
      state: {type: select, options: {waiting: Waiting, ready: Ready}, default: waiting}
    access:
      customer:
        create: true
        read: record.created_by == user.id
        fields: {urgency: hidden, state: read, hours: read, days: read}
      mechanic: {create: true, read: true, update: true}
tables:
  promised_days:
    inputs: {urgency: record.urgency}
    outputs: {days: number}
    rows: [[high, 1], [low, 5]]
templates:
  slow: {for: repair, subject: "Still waiting: {{ record.number }}", body: "Please look."}
  done: {for: repair, subject: "Ready: {{ record.number }}", body: "Come and fetch it."}
rules:
  brakes_first:
    on: {created: repair}
    when: contains(record.fault, 'brake')
    do: [{set: {urgency: high}}]
  promise:
    on: {created: repair}
    do: [{set_value: {days: decide('promised_days')}}]
seeds:
  bicycle:
    old: {frame: B-01}
flows:
  mending:
    title: Mending
    on: {created: repair}
    nodes:
      mend:
        type: task
        title: Mend it
        assign: {role: mechanic, pick: pool}
        form: {edit: [hours], required: [hours]}
        due: {within: 8h}
        timers:
          slow:
            after: 2h
            interrupt: false
            do: [{notify: {to: {role: boss, pick: pool}, template: slow, channel: in_app}}]
        outcomes: {mended: {to: ready}}
      ready:
        type: action
        do:
          - set: {state: ready}
          - notify: {to: {initiator: true}, template: done, channel: mail}
        to: end
      end: {type: end}
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    trial = Sandbox.of(WORKSHOP, at=MORNING, people={"mia": ["mechanic"], "bob": ["boss"]})
    yield trial
    trial.close()
