"""Waits, due times, boundary timers, escalation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.flow.instance import Status
from engines.flow.signals import TimerFired
from engines.messages import CancelTimer, CloseTask, Notify, OpenTask, StartTimer, ToPool
from tests.support.forms import NOW
from tests.support.processes import BEN, Case, a_flow

PAUSE = """
pause: {type: wait, after: 3d, to: end}
end: {type: end}
"""

UNTIL = """
pause: {type: wait, until: record.due, to: end}
end: {type: end}
"""

NEVER = """
look: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
"""

LATE = """
look:
  type: task
  assign: {role: agent}
  due:
    within: 4h
    then: [{escalate: {role: supervisor}}, {notify: {to: {role: legal}, template: overdue}}]
  timers:
    remind: {after: 2h, do: [{notify: {to: {initiator: true}, template: overdue}}]}
    side: {after: 3h, interrupt: false, to: tell}
    give_up: {after: 1d, to: tell}
  outcomes: {done: {to: end}}
tell: {type: action, do: [{set: {status: open}}], to: end}
end: {type: end}
"""


def test_wait_goes_on_when_its_timer_fires():
    case = Case(a_flow(PAUSE))

    started = case.start()
    fired = case.send(TimerFired("1.wait"))

    assert started.effects == (StartTimer("1.wait", NOW + timedelta(days=3)),)
    assert fired.instance.status is Status.ENDED
    assert not any(isinstance(one, CancelTimer) for one in fired.effects)


@pytest.mark.parametrize(
    ("written", "has_timers"),
    [
        pytest.param(PAUSE, True, id="a wait"),
        pytest.param(LATE, True, id="a due time"),
        pytest.param(NEVER, False, id="neither"),
    ],
)
def test_flow_knows_whether_its_cases_may_have_timers(written: str, *, has_timers: bool):
    flow = a_flow(written)

    assert flow.has_timers is has_timers


def test_timer_delivered_twice_acts_once():
    flow = a_flow(
        PAUSE.replace("to: end", "to: again") + "again: {type: wait, after: 1d, to: end}"
    )
    case = Case(flow)
    case.start()
    case.send(TimerFired("1.wait"))

    second = case.send(TimerFired("1.wait"))

    assert second.effects == ()
    assert [one.what for one in second.trace.steps] == ["timer_ignored"]


def test_wait_until_a_moment_of_the_record():
    case = Case(a_flow(UNTIL), {"due": NOW + timedelta(hours=5)})

    case.start()

    assert case.timers() == {"1.wait": NOW + timedelta(hours=5)}


def test_wait_until_a_moment_that_has_passed_does_not_wait():
    case = Case(a_flow(UNTIL), {"due": NOW - timedelta(hours=5)})

    case.start()

    assert case.instance.status is Status.ENDED


def test_wait_until_an_empty_moment_is_an_incident():
    case = Case(a_flow(UNTIL), {"due": None})

    case.start()

    assert case.instance.status is Status.INCIDENT


def test_waiting_task_starts_all_its_timers():
    case = Case(a_flow(LATE))

    case.start()

    hours = {ref: (due - NOW) / timedelta(hours=1) for ref, due in case.timers().items()}
    assert hours == {"1.due": 4, "1.timers.remind": 2, "1.timers.side": 3, "1.timers.give_up": 24}


def test_finished_task_cancels_what_has_not_fired():
    case = Case(a_flow(LATE))
    case.start()
    case.send(TimerFired("1.timers.remind"))

    step = case.complete("look")

    cancelled = {one.ref for one in step.effects if isinstance(one, CancelTimer)}
    assert cancelled == {"1.due", "1.timers.side", "1.timers.give_up"}


def test_reminder_acts_and_the_task_stays():
    case = Case(a_flow(LATE))
    case.start()

    step = case.send(TimerFired("1.timers.remind"))

    assert [type(one) for one in step.effects] == [Notify]
    assert case.open_tasks() == ["look.1"]


def test_timer_that_does_not_interrupt_starts_a_branch_beside():
    case = Case(a_flow(LATE))
    case.start()

    case.send(TimerFired("1.timers.side"))

    assert case.record == {"status": "open"}
    assert case.open_tasks() == ["look.1"]
    assert case.instance.status is Status.RUNNING


def test_interrupting_timer_withdraws_the_task_and_leaves():
    case = Case(a_flow(LATE))
    case.start()

    step = case.send(TimerFired("1.timers.give_up"))

    assert CloseTask("look.1", "withdrawn") in step.effects
    assert CancelTimer("1.due") in step.effects
    assert CancelTimer("1.timers.give_up") not in step.effects
    assert case.instance.status is Status.ENDED


def test_escalation_gives_the_task_to_somebody_else():
    case = Case(a_flow(LATE))
    case.start()

    step = case.send(TimerFired("1.due"))

    assert CloseTask("look.1", "withdrawn") in step.effects
    assert OpenTask("look.1.1", "look", ToPool("supervisor")) in step.effects
    assert [one.template for one in step.effects if isinstance(one, Notify)] == ["overdue"]
    assert case.open_tasks() == ["look.1.1"]


def test_escalated_task_can_be_finished():
    case = Case(a_flow(LATE))
    case.start()
    case.send(TimerFired("1.due"))

    case.complete("look")

    assert case.instance.status is Status.ENDED


def test_escalated_approval_counts_signatures_already_given():
    flow = a_flow("""
board:
  type: approval
  mode: all
  signers: [{role: quality}, {role: legal}]
  due: {within: 1h, then: [{escalate: {role: supervisor}}]}
  outcomes: {approved: {to: end}, rejected: {to: end}}
end: {type: end}
""")
    case = Case(flow)
    case.start()
    case.complete("board", "approved")
    case.send(TimerFired("1.due"))

    before = case.open_tasks()
    case.complete("board", "approved", by=BEN)

    assert before == ["board.1.2"]
    assert case.instance.status is Status.ENDED


def test_timer_of_nobody_is_ignored():
    case = Case(a_flow(PAUSE))
    case.start()

    step = case.send(TimerFired("nonsense"))

    assert step.effects == ()
    assert step.instance == case.instance
