"""Waiting for messages and conditions, and for the first of several things."""

from __future__ import annotations

import pytest

from engines.flow.instance import Status
from engines.flow.signals import FactsChanged, MessageCame, Resumed, Suspended, TimerFired
from engines.messages import CancelTimer, StartTimer
from tests.support.processes import Case, a_flow, read_flow

RACE = """
first:
  type: wait
  race:
    - {message: paid, to: ship}
    - {when: record.urgent, to: call}
    - {after: 3d, to: remind}
ship: {type: action, do: [{set: {subject: ship}}], to: end}
call: {type: action, do: [{set: {subject: call}}], to: end}
remind: {type: action, do: [{set: {subject: remind}}], to: end}
end: {type: end}
"""
LATE = """
look: {type: task, assign: {role: agent}, outcomes: {done: {to: pause}}}
pause: {type: wait, message: paid, to: end}
end: {type: end}
"""
ONE_TASK = """
look:
  type: task
  assign: {role: agent}
  messages:
    stop: {to: stopped}
    ping: {do: [{set: {subject: pinged}}]}
  outcomes: {done: {to: end}}
stopped: {type: action, do: [{set: {subject: stopped}}], to: end}
end: {type: end}
"""


def test_message_wins_the_race_and_the_rest_vanishes():
    case = Case(a_flow(RACE))
    case.start()

    step = case.send(MessageCame("paid", "m-1"))

    assert case.record["subject"] == "ship"
    assert [one for one in step.effects if isinstance(one, CancelTimer)] == [
        CancelTimer("1.wait.2")
    ]
    assert case.instance.status is Status.ENDED


def test_condition_wins_the_race_when_the_record_makes_it_true():
    case = Case(a_flow(RACE))
    case.start()
    unchanged = case.send(FactsChanged())
    case.record["urgent"] = True

    case.send(FactsChanged())

    assert (unchanged.effects, unchanged.notes) == ((), ())
    assert case.record["subject"] == "call"


def test_timer_wins_the_race_when_nothing_else_comes():
    case = Case(a_flow(RACE))
    step = case.start()

    case.send(TimerFired("1.wait.2"))

    assert [one.ref for one in step.effects if isinstance(one, StartTimer)] == ["1.wait.2"]
    assert case.record["subject"] == "remind"


def test_condition_that_holds_on_arrival_is_not_waited_for():
    case = Case(a_flow(RACE), {"urgent": True})

    step = case.start()

    assert case.record["subject"] == "call"
    assert [one for one in step.effects if isinstance(one, StartTimer)] == []


def test_kept_message_is_taken_by_who_waits_for_it_later():
    case = Case(a_flow(LATE))
    case.start()
    case.send(MessageCame("paid", "m-1"))

    case.complete("look")

    assert case.instance.status is Status.ENDED
    assert case.instance.kept == ()


def test_transient_message_is_lost_when_nobody_waits():
    case = Case(a_flow(LATE))
    case.start()
    case.send(MessageCame("paid", "m-1", is_kept=False))

    case.complete("look")

    assert [token.node for token in case.instance.tokens] == ["pause"]


def test_message_delivered_twice_counts_once():
    case = Case(a_flow(LATE.replace("to: end}\nend", "to: again}\nagain: {type: wait, message: "
                                    "paid, to: end}\nend")))  # fmt: skip
    case.start()
    case.complete("look")
    case.send(MessageCame("paid", "m-1"))

    step = case.send(MessageCame("paid", "m-1"))

    assert [token.node for token in case.instance.tokens] == ["again"]
    assert step.trace.steps[0].what == "message_repeated"


def test_message_at_the_boundary_stops_the_task():
    case = Case(a_flow(ONE_TASK))
    case.start()

    case.send(MessageCame("stop", "m-1"))

    assert case.record["subject"] == "stopped"
    assert case.open_tasks() == []
    assert case.instance.status is Status.ENDED


def test_message_at_the_boundary_may_leave_the_task_open():
    case = Case(a_flow(ONE_TASK))
    case.start()

    case.send(MessageCame("ping", "m-1"))

    assert case.record["subject"] == "pinged"
    assert case.open_tasks() == ["look.1"]


def test_message_that_comes_while_suspended_is_not_lost():
    case = Case(a_flow(LATE))
    case.start()
    case.complete("look")
    case.send(Suspended())

    case.send(MessageCame("paid", "m-1"))

    assert case.instance.status is Status.ENDED


def test_condition_that_came_true_while_suspended_is_seen_on_resuming():
    case = Case(a_flow(RACE))
    case.start()
    case.send(Suspended())
    case.record["urgent"] = True
    case.send(FactsChanged())

    case.send(Resumed())

    assert case.record["subject"] == "call"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{type: wait, after: 1d, message: paid, to: end}", "W017"),
        ("{type: wait, to: end}", "W017"),
        ("{type: wait, after: 1d, to: end, race: [{after: 1d, to: end}, "
         "{message: x, to: end}]}", "W029"),
        ("{type: wait, race: [{to: end}, {message: x, to: end}]}", "W017"),
    ],
)  # fmt: skip
def test_wait_says_exactly_once_what_it_waits_for(written: str, code: str):
    made = read_flow(f"first: {written}\nend: {{type: end}}\n")

    assert [sentence[-5:-1] for sentence in made.sentences] == [code]
