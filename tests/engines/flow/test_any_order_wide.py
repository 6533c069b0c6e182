"""Any order of signals in a flow of every kind of node; from everywhere it can be finished."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.flow.instance import Stage, Status, Token
from engines.flow.person_signals import NobodyFound
from engines.flow.signals import (
    AddingClosed,
    Continued,
    FactsChanged,
    MessageCame,
    Resumed,
    Retried,
    Signal,
    SubFlowEnded,
    SubFlowFailed,
    Suspended,
    TaskCompleted,
    TimerFired,
    WorkAdded,
)
from engines.messages import CancelFlow, CancelTimer, CloseTask, OpenTask, StartFlow, StartTimer
from engines.values import FlowId, NodeId, UserId
from tests.support.processes import Case, read_processes

TEXT = """\
flows:
  check:
    on: {start: ticket}
    nodes:
      look: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
      end: {type: end}
  handling:
    on: {start: ticket}
    nodes:
      split: {type: parallel, to: [which, many, calls, pause]}
      which:
        type: inclusive
        paths: [{when: record.urgent, to: one}, {when: record.count > 1, to: two}, {to: three}]
      one:
        type: task
        assign: {role: agent}
        messages: {hurry: {to: some}, ping: {interrupt: false, do: [{set: {urgent: true}}]}}
        outcomes: {done: {to: some}}
      two:
        type: task
        assign: {role: agent}
        timers: {late: {after: 2h, to: some}}
        outcomes: {done: {to: some}}
      three:
        type: task
        assign: {role: agent}
        on_error: {to: some}
        outcomes: {done: {to: some}, again: {to: three}}
      some: {type: inclusive_join, to: gather}
      many:
        type: multi_task
        count: 3
        enough: 2
        rest: ignore
        adding: true
        assign: {role: agent}
        outcomes: {done: {}}
        to: gather
      calls: {type: multi_flow, flow: check, count: 2, to: gather}
      pause:
        type: wait
        race:
          - {message: paid, to: paid}
          - {after: 3h, to: paid}
          - {when: record.status == 'done', to: paid}
      paid: {type: action, do: [{set: {count: 4}}], to: gather}
      gather: {type: partial_join, after: 2, to: call}
      call: {type: sub_flow, flow: check, on_error: {to: last}, to: last}
      last:
        type: task
        assign: {field: assignee, if_empty: block}
        on_error: {to: clear}
        outcomes: {done: {to: clear}, stop: {to: over}}
      clear: {type: cancel, nodes: [many, calls], to: end}
      over: {type: terminate}
      end: {type: end}
"""
DEFINITION = read_processes(TEXT)
WIDE = DEFINITION.flows[FlowId("handling")]


class DrivenCase(Case):
    """A case that remembers what came back from outside, and how many messages there were."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fired: set[str] = set()
        self.returned: set[str] = set()

    def send_out(self, signal: Signal) -> None:
        """Send what the world outside would send, once."""
        self.fired |= {signal.ref} if isinstance(signal, TimerFired) else set()
        is_back = isinstance(signal, SubFlowEnded | SubFlowFailed)
        self.returned |= {signal.ref} if is_back else set()
        self.send(signal)

    def children(self) -> list[str]:
        """Refs of the sub-flows that run, as the effects tell."""
        started = [one.ref for one in self.effects if isinstance(one, StartFlow)]
        ended = {one.ref for one in self.effects if isinstance(one, CancelFlow)} | self.returned
        return [ref for ref in started if ref not in ended]


def takes_more(token: Token) -> bool:
    is_open = token.stage is Stage.WAITING and isinstance(token.state, dict)
    return is_open and bool(token.state.get("more"))


def work(case: DrivenCase) -> list[Signal]:
    """What moves the case on, the straight way first."""
    tokens = case.instance.tokens
    found: list[Signal] = [Resumed()] if case.instance.status is Status.SUSPENDED else []
    if found:
        return found
    found += [Continued()] if case.steps[-1].has_more else []
    for token in tokens:
        behaviour = case.flow.nodes[token.node].behaviour
        for key in behaviour.open_keys(token) if token.stage is Stage.WAITING else ():
            by = UserId(f"u-{key}")
            found += [TaskCompleted(key, one.id, by) for one in behaviour.outcomes]
    found += [SubFlowEnded(ref, "") for ref in case.children()]
    found += [AddingClosed(one.node) for one in tokens if takes_more(one)]
    found += [
        TimerFired(f"{token.id}.{name}")
        for token in tokens
        if token.stage is Stage.WAITING
        for name in token.timers
    ]
    return found + [Retried(one.node) for one in tokens if one.stage is Stage.STUCK]


def anything(case: DrivenCase) -> list[Signal]:
    """All that may come; also what leads astray."""
    number = len(case.steps)
    messages = [MessageCame(name, f"{name}-{number}") for name in ("paid", "hurry", "ping")]
    if case.instance.status is Status.SUSPENDED:
        return [Resumed(), *messages]
    tokens = case.instance.tokens
    keys = [one.key for one in work(case) if isinstance(one, TaskCompleted)]
    return [
        *work(case),
        *messages,
        FactsChanged(),
        Suspended(),
        *[NobodyFound(key) for key in keys],
        *[SubFlowFailed(ref, "no such flow") for ref in case.children()],
        *[WorkAdded(NodeId("many")) for one in tokens if takes_more(one)],
    ]


def assert_nothing_is_lost(case: DrivenCase) -> None:
    instance = case.instance
    ids = {str(token.id) for token in instance.tokens}
    waiting = {str(one.id) for one in instance.tokens if one.stage is Stage.WAITING}
    calling = {one for one in ids if calls_flows(case, one)}
    called = {ref.split(".")[0] for ref in case.children()}
    opened = {one.key for one in case.effects if isinstance(one, OpenTask)}
    closed = [one.key for one in case.effects if isinstance(one, CloseTask)]
    started = {one.ref for one in case.effects if isinstance(one, StartTimer)}
    cancelled = {one.ref for one in case.effects if isinstance(one, CancelTimer)}
    timers = {f"{token.id}.{name}" for token in instance.tokens for name in token.timers}
    assert len(ids) == len(instance.tokens)
    assert (instance.status is Status.ENDED) == (not ids)
    assert len(closed) == len(set(closed))
    assert opened - set(closed) == set(case.open_tasks())
    assert started - cancelled - case.fired == timers
    assert waiting & calling <= called <= calling


def calls_flows(case: DrivenCase, token: str) -> bool:
    node = next(one.node for one in case.instance.tokens if str(one.id) == token)
    return case.flow.nodes[node].behaviour.calls is not None


def driven(choices: list[int], record: dict[str, Any]) -> DrivenCase:
    case = DrivenCase(WIDE, dict(record))
    case.start()
    for number in choices:
        if case.instance.status is Status.ENDED:
            break
        possible = anything(case)
        case.send_out(possible[number % len(possible)])
        assert_nothing_is_lost(case)
    return case


def finish(case: DrivenCase) -> None:
    """Do whatever is to be done, the straight way."""
    for _ in range(60):
        if case.instance.status is Status.ENDED:
            return
        case.send_out(work(case)[0])


orders = st.lists(st.integers(0, 1000), max_size=25)
records = st.fixed_dictionaries(
    {
        "assignee": st.sampled_from([None, "u-ana"]),
        "urgent": st.booleans(),
        "count": st.sampled_from([0, 2]),
        "status": st.sampled_from(["new", "done"]),
    }
)


def test_the_flow_is_sound():
    assert DEFINITION.sentences == []


@settings(max_examples=80)
@given(orders, records)
def test_from_everywhere_the_case_can_be_finished(choices: list[int], record: dict[str, Any]):
    case = driven(choices, record)

    finish(case)

    assert_nothing_is_lost(case)
    assert case.instance.status is Status.ENDED
    assert case.children() == []
