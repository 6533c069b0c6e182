"""Any order of legal signals leaves a sound instance; illegal ones change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.errors import Conflict
from engines.flow.instance import Stage, Status
from engines.flow.signals import Continued, Signal, TaskCompleted, TimerFired
from engines.messages import CancelTimer, CloseTask, EndInstance, OpenTask, StartTimer
from engines.values import UserId
from tests.support.processes import ANA, Case, a_flow

BUSY = a_flow("""
split: {type: parallel, to: [look, board, pause]}
look:
  type: task
  assign: {role: agent}
  due: {within: 1h, then: [{escalate: {role: supervisor}}]}
  timers:
    late: {after: 2h, to: meet}
    side: {after: 3h, interrupt: false, to: note}
  outcomes: {done: {to: meet}, again: {to: look, set: {status: open}}}
note: {type: action, do: [{set: {count: 3}}], to: how}
how: {type: choice, paths: [{when: record.doubled == 6, to: aside}, {to: aside}]}
aside: {type: end}
board:
  type: approval
  mode: any
  signers: [{role: quality}, {role: legal}, {field: assignee, if_empty: skip}]
  due: {within: 2h, then: [{escalate: {role: supervisor}}]}
  outcomes: {approved: {to: meet}, rejected: {to: rest}}
rest: {type: wait, after: 1d, to: board}
pause: {type: wait, after: 3h, to: meet_too}
meet_too: {type: action, do: [{set: {urgent: true}}], to: last}
last: {type: task, assign: {initiator: true}, outcomes: {done: {to: aside}}}
meet: {type: action, do: [], to: after}
after: {type: task, assign: {role: agent}, outcomes: {done: {to: aside}}}
""")


def legal_signals(case: Case) -> list[Signal]:
    found: list[Signal] = [Continued()] if case.steps[-1].has_more else []
    for token in case.instance.tokens:
        node = case.flow.nodes[token.node]
        for key in node.behaviour.open_keys(token):
            by = UserId(f"u-{key}")  # somebody else each, as nobody signs twice
            found += [TaskCompleted(key, one.id, by) for one in node.behaviour.outcomes]
        if token.stage is Stage.WAITING:
            found += [TimerFired(f"{token.id}.{name}") for name in token.timers]
    return found


def assert_sound(case: Case) -> None:
    instance, flow = case.instance, case.flow
    ids = [token.id for token in instance.tokens]
    assert len(ids) == len(set(ids))
    assert all(one < instance.next_token for one in ids)
    assert all(flow.edges[token.edge].target == token.node for token in instance.tokens)
    assert (instance.status is Status.ENDED) == (not instance.tokens)
    assert open_by_effects(case) == set(case.open_tasks())
    assert timers_by_effects(case) == {
        f"{token.id}.{name}" for token in instance.tokens for name in token.timers
    }
    ends = [one for one in case.effects if isinstance(one, EndInstance)]
    assert len(ends) == (instance.status is Status.ENDED)


def open_by_effects(case: Case) -> set[str]:
    """What somebody knows to be open who saw the effects only."""
    opened = [one.key for one in case.effects if isinstance(one, OpenTask)]
    closed = [one.key for one in case.effects if isinstance(one, CloseTask)]
    assert len(opened) == len(set(opened))
    assert len(closed) == len(set(closed))
    assert set(closed) <= set(opened)
    return set(opened) - set(closed)


def timers_by_effects(case: Case) -> set[str]:
    started = [one.ref for one in case.effects if isinstance(one, StartTimer)]
    cancelled = [one.ref for one in case.effects if isinstance(one, CancelTimer)]
    return set(started) - set(cancelled) - case.fired


class DrivenCase(Case):
    """A case that remembers which timers have fired."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fired: set[str] = set()


def drive(choices: list[int], record: dict[str, object]) -> DrivenCase:
    case = DrivenCase(BUSY, dict(record))
    case.start()
    for number in choices:
        possible = legal_signals(case)
        if not possible:
            break
        signal = possible[number % len(possible)]
        case.fired |= {signal.ref} if isinstance(signal, TimerFired) else set()
        case.send(signal)
        assert_sound(case)
    return case


orders = st.lists(st.integers(0, 1000), min_size=1, max_size=30)
records = st.fixed_dictionaries({"assignee": st.sampled_from([None, "u-ana"])})


@settings(max_examples=150, deadline=None)
@given(orders, records)
def test_any_order_of_legal_signals_leaves_a_sound_instance(
    choices: list[int], record: dict[str, object]
):
    case = drive(choices, record)

    assert legal_signals(case) or case.instance.status is Status.ENDED


@settings(max_examples=40, deadline=None)
@given(orders, records)
def test_same_signals_lead_to_the_same_steps(choices: list[int], record: dict[str, object]):
    first = drive(choices, record)

    second = drive(choices, record)

    assert first.steps == second.steps


@settings(max_examples=40, deadline=None)
@given(orders)
def test_tasks_that_are_over_are_refused_ever_after(choices: list[int]):
    case = drive(choices, {"assignee": "u-ana"})
    over = {one.key for one in case.effects if isinstance(one, CloseTask)}

    refused = {key for key in over if is_refused(case, key)}

    assert refused == over


def is_refused(case: Case, key: str) -> bool:
    before = case.instance
    with pytest.raises(Conflict):
        case.send(TaskCompleted(key, "done", ANA))
    return case.instance == before
