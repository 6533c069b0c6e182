"""Wherever a case stands, bringing it to another version loses nothing; undoing it is exact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.flow.instance import Instance, Stage
from engines.flow.migrate import Beside, Fate, Verdict, back, moved, plan
from engines.flow.model import Flow
from engines.flow.signals import Continued, Signal, TaskCompleted, TimerFired
from engines.messages import CancelTimer, StartTimer
from engines.values import NodeId, UserId
from tests.support.forms import NOW
from tests.support.processes import Case, a_flow, facts

OLD = """
split: {type: parallel, to: [look, board, pause, several]}
look:
  type: task
  assign: {role: agent}
  due: {within: 1h, then: [{escalate: {role: supervisor}}]}
  timers: {late: {after: 2h, interrupt: false, to: note}}
  outcomes: {done: {to: meet}, again: {to: look}}
note: {type: action, do: [{set: {count: 3}}], to: aside}
aside: {type: end}
board:
  type: approval
  mode: all
  signers: [{role: quality}, {role: legal}]
  outcomes: {approved: {to: agreed}, rejected: {to: look_again}}
look_again: {type: task, assign: {role: agent}, outcomes: {done: {to: agreed}}}
agreed: {type: action, do: [], to: meet}
pause: {type: wait, after: 3h, to: meet}
several:
  type: multi_task
  count: 3
  enough: 2
  rest: ignore
  assign: {role: agent}
  timers: {slow: {after: 5h, interrupt: false, do: [{set: {urgent: true}}]}}
  outcomes: {done: {}}
  to: meet
meet: {type: join, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: aside}}}
"""
NEW = (
    OLD.replace("look_again", "mend")
    .replace("several", "many")
    .replace("late: {after: 2h", "reminder: {after: 4h, remind: true}, late: {after: 9h")
    .replace("mode: all", "mode: all\n  timers: {push: {after: 6h, remind: true}}")
    .replace("slow: {", "stop: {after: 7h, remind: true}, slow: {")
)
MAPPING = {NodeId("look_again"): NodeId("mend"), NodeId("several"): NodeId("many")}
ADDED = {"look": {"timers.reminder": 4}, "board": {"timers.push": 6}, "many": {"timers.stop": 7}}
VERSION = 4
OLD_FLOW, NEW_FLOW = a_flow(OLD), a_flow(NEW)


def possible(case: Case) -> list[Signal]:
    found: list[Signal] = [Continued()] if case.steps[-1].has_more else []
    for token in case.instance.tokens:
        behaviour = case.flow.nodes[token.node].behaviour
        for key in behaviour.open_keys(token):
            by = UserId(f"u-{key}")
            found += [TaskCompleted(key, one.id, by) for one in behaviour.outcomes]
        if token.stage is Stage.WAITING:
            found += [TimerFired(f"{token.id}.{name}") for name in token.timers]
    return found


def go_on(case: Case, choices: list[int]) -> None:
    for number in choices:
        signals = possible(case)
        if not signals:
            return
        case.send(signals[number % len(signals)])


def somewhere(choices: list[int]) -> Case:
    case = Case(OLD_FLOW)
    case.start()
    go_on(case, choices)
    return case


def brought(case: Case) -> Fate:
    """How the case came to the new version, where it is now."""
    fate = plan(case.flow, NEW_FLOW, MAPPING, case.instance, VERSION)
    case.instance = Instance.from_json(moved(case.instance, fate, MAPPING, VERSION).to_json())
    case.flow = NEW_FLOW
    return fate


def named(case: Case) -> list[tuple[Any, ...]]:
    """Tokens as the new version calls their nodes; without timers, which may be more there."""
    return [
        (token.id, MAPPING.get(token.node, token.node), token.stage)
        for token in case.instance.tokens
    ]


def own_keys(case: Case) -> list[str]:
    """What is open, without the name of its node."""
    return [key.partition(".")[2] for key in case.open_tasks()]


def refs(instance: Instance) -> set[str]:
    return {f"{token.id}.{name}" for token in instance.tokens for name in token.timers}


def added(instance: Instance) -> dict[str, int]:
    """The timers that only the new version has, with their hours, of tokens that may go on."""
    return {
        f"{token.id}.{name}": hours
        for token in instance.tokens
        if token.stage is Stage.WAITING
        for name, hours in ADDED.get(token.node, {}).items()
        if not (token.node == "many" and token.state.get("gone"))
    }


orders = st.lists(st.integers(0, 1000), max_size=14)
running = orders.map(somewhere).filter(lambda case: case.instance.tokens)


@settings(max_examples=60, deadline=None)
@given(running)
def test_no_token_task_or_timer_is_lost_and_new_timers_start(case: Case):
    tokens, keys, timers = named(case), own_keys(case), refs(case.instance)

    fate = brought(case)

    new = added(case.instance)
    due = {one.ref: one.due_at - case.now for one in fate.timers(case.now)}
    assert named(case) == tokens
    assert own_keys(case) == keys
    assert refs(case.instance) == timers | set(new)
    assert due == {ref: timedelta(hours=hours) for ref, hours in new.items()}


@settings(max_examples=60, deadline=None)
@given(running)
def test_undone_every_case_is_exactly_as_it_was(case: Case):
    before, old = case.instance, case.flow
    there = brought(case)

    fate = plan(
        case.flow, old, back(MAPPING), case.instance, before.version, Beside(dropped=there.started)
    )
    again = moved(case.instance, fate, back(MAPPING), before.version)

    assert again == before
    assert list(fate.timers(case.now)) == [CancelTimer(ref) for ref in there.started]


@settings(max_examples=60, deadline=None)
@given(running, orders)
def test_a_moved_case_takes_every_signal_of_its_new_version(case: Case, afterwards: list[int]):
    brought(case)

    go_on(case, afterwards)

    assert all(case.flow.edges[one.edge].target == one.node for one in case.instance.tokens)
    assert possible(case) or not case.instance.tokens


def test_a_new_timer_runs_from_the_day_of_the_migration():
    case = somewhere([])
    case.later(hours=5)

    fate = brought(case)

    reminder = StartTimer("2.timers.reminder", case.now + timedelta(hours=4))
    assert reminder in fate.timers(case.now)


PAID = "message: paid"
TIMES = "race: [{after: 1d, to: end}, {until: record.due, to: end}]"
RACE = "race: [{message: paid, to: end}, {%s, to: end}]"


def a_rest(waits: str) -> Flow:
    """A flow that waits once."""
    to = "" if "race" in waits else ", to: end"
    return a_flow(f"rest: {{type: wait, {waits}{to}}}\nend: {{type: end}}\n")


def rested(waits: str, then: str, **record: Any) -> tuple[Case, Fate]:
    """A case that waits, and what becomes of it where it would wait otherwise."""
    case = Case(a_rest(waits))
    case.start()
    beside = Beside(facts(**record))
    return case, plan(case.flow, a_rest(then), {}, case.instance, VERSION, beside)


SOON = NOW + timedelta(hours=5)


@pytest.mark.parametrize(
    ("before", "after", "moment", "due"),
    [
        (PAID, RACE % "after: 1d", None, [("1.wait.1", 25)]),
        (PAID, RACE % "until: record.due", SOON, [("1.wait.1", 5)]),
        ("when: record.count == 3", "until: record.due", SOON, [("1.wait", 5)]),
        (PAID, RACE % "until: record.due", None, []),
        ("after: 1d", "after: 2d", None, []),
        ("after: 1d", TIMES, None, []),
    ],
    ids=[
        "length",
        "moment",
        "moment alone",
        "no moment but a message",
        "timer it has",
        "no moment but a timer it has",
    ],
)
def test_a_wait_gets_the_timers_it_has_not(
    before: str, after: str, moment: datetime | None, due: list[tuple[str, int]]
) -> None:
    case, fate = rested(before, after, due=moment)
    case.later(hours=1)

    timers = [(one.ref, one.due_at) for one in fate.timers(case.now)]

    assert fate.verdict is Verdict.MOVES
    assert timers == [(ref, NOW + timedelta(hours=hours)) for ref, hours in due]


@pytest.mark.parametrize("record", [{}, {"due": None}], ids=["not computable", "empty"])
def test_a_wait_for_a_moment_that_nobody_knows_needs_a_person(record: dict[str, Any]) -> None:
    _, fate = rested("when: record.count == 3", "until: record.due", **record)

    assert fate.verdict is Verdict.NEEDS_A_PERSON
    assert "waits for a time 'wait' there that the record does not say" in str(fate.reasons[0])
