"""Steps of a waiting node: reminders, escalation, and the decision when nobody has decided."""

from __future__ import annotations

import pytest

from engines.flow.signals import TimerFired
from engines.messages import RemindHolders, SetFields
from tests.engines.flow.signing.boards import asked
from tests.support.processes import ANA, Case, a_flow

TASK = """
look:
  type: task
  assign: {initiator: true}
  timers:
    nudge: {after: 1h, remind: true}
    up: {after: 2h, escalate: {role: supervisor}}
    late: {after: 3h, outcome: dropped}
  outcomes:
    done: {to: end, set: {status: done}}
    dropped: {to: end, set: {status: new}}
end: {type: end}
"""
BOARD = """
board:
  type: approval
  mode: all
  signers: [{role: quality}, {role: legal}]
  timers: {late: {after: 3h, outcome: RESULT}}
  outcomes:
    approved: {to: end, set: {status: done}}
    rejected: {to: end, set: {status: new}}
end: {type: end}
"""


def set_by(case: Case) -> list[object]:
    return [one.values["status"] for one in case.effects if isinstance(one, SetFields)]


def test_each_step_comes_at_its_time_and_the_task_stays():
    case = Case(a_flow(TASK))
    case.start(ANA)

    case.send(TimerFired("1.timers.nudge"))
    reminded = [one for one in case.effects if isinstance(one, RemindHolders)]
    before = asked(case)
    case.send(TimerFired("1.timers.up"))

    assert [(one.node, one.token) for one in reminded] == [("look", 1)]
    assert (before, asked(case)) == (["u-ana"], ["supervisor"])


def test_task_nobody_finishes_takes_its_outcome():
    case = Case(a_flow(TASK))
    case.start(ANA)

    case.send(TimerFired("1.timers.late"))

    assert (set_by(case), asked(case)) == (["new"], [])


@pytest.mark.parametrize(("result", "status"), [("approved", "done"), ("rejected", "new")])
def test_approval_nobody_decides_is_decided_by_its_timer(result: str, status: str):
    case = Case(a_flow(BOARD.replace("RESULT", result)))
    case.start(ANA)

    case.send(TimerFired("1.timers.late"))

    assert (set_by(case), asked(case)) == ([status], [])
