"""Due times and timers of a node that count the open hours of a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

from engines.app import parse_app
from engines.flow.signals import TimerFired
from engines.values import FlowId
from tests.support.processes import Case

APP = """
format: 1
app: orders
title: Orders
roles: {clerk: {title: Clerk}}
forms:
  order: {title: Order, fields: {subject: {type: text}}}
calendars:
  office: {week: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}
flows:
  look:
    on: {start: order}
    nodes:
      look:
        type: task
        assign: {role: clerk}
        due: {within: 4h, calendar: office}
        timers:
          remind: {after: 30m, calendar: office, to: end}
          stop: {after: 2d, to: end}
        outcomes: {done: {to: end}}
      end: {type: end}
"""
FRIDAY_EVENING = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)


def a_case() -> Case:
    case = Case(parse_app(APP, "orders.yaml").flows[FlowId("look")])
    case.now = FRIDAY_EVENING
    return case


def test_task_is_due_after_so_many_open_hours() -> None:
    case = a_case()

    case.start()

    assert case.tasks()[0].due_at == datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


def test_each_timer_counts_in_its_own_time() -> None:
    case = a_case()

    case.start()

    assert case.timers() == {
        "1.due": datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
        "1.timers.remind": datetime(2026, 3, 6, 17, 30, tzinfo=UTC),
        "1.timers.stop": datetime(2026, 3, 8, 17, 0, tzinfo=UTC),
    }


WAITS = """
      rest: {type: wait, after: 4h, calendar: office, to: both}
      both:
        type: wait
        race:
          - {after: 30m, calendar: office, to: end}
          - {after: 2d, to: end}
      end: {type: end}
"""


def test_waits_count_open_hours_alone_and_in_a_race():
    text = APP[: APP.index("      look:\n        type: task")] + WAITS.removeprefix("\n")
    case = Case(parse_app(text, "orders.yaml").flows[FlowId("look")])
    case.now = FRIDAY_EVENING

    case.start()
    rested = case.timers()
    case.now = rested["1.wait"]
    case.send(TimerFired("1.wait"))

    assert rested == {"1.wait": datetime(2026, 3, 9, 12, 0, tzinfo=UTC)}
    assert case.timers() == {
        **rested,
        "2.wait": datetime(2026, 3, 9, 13, 30, tzinfo=UTC),
        "2.wait.1": datetime(2026, 3, 11, 12, 0, tzinfo=UTC),
    }
