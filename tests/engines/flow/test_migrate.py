"""Running instances and another version of their flow: stays, moves or needs a person, and why."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Instance, Status
from engines.flow.migrate import Verdict, back, moved, plan
from engines.flow.signals import TaskCompleted, TimerFired
from engines.values import NodeId
from tests.support.processes import ANA, Case, a_flow

OLD = """
both: {type: parallel, to: [look, pause]}
look:
  type: task
  assign: {role: agent}
  timers: {late: {after: 1h, interrupt: false, do: [{set: {urgent: true}}]}}
  outcomes: {done: {to: meet}}
pause: {type: wait, after: 1d, to: meet}
meet: {type: join, to: last}
last: {type: multi_task, count: 2, assign: {role: agent}, outcomes: {done: {}}, to: end}
end: {type: end}
"""
RENAMED = OLD.replace("look", "check").replace("last", "finish")
MAPPING = {NodeId("look"): NodeId("check"), NodeId("last"): NodeId("finish")}


def running(*done: str) -> Case:
    case = Case(a_flow(OLD))
    case.start()
    for node in done:
        case.complete(node)
    return case


def brought(case: Case, text: str) -> Case:
    """The case at version 4 of its flow."""
    flow = a_flow(text)
    fate = plan(case.flow, flow, MAPPING, case.instance, 4)
    case.instance = Instance.from_json(moved(case.instance, fate, MAPPING, 4).to_json())
    case.flow = flow
    return case


def test_instance_moves_with_its_tasks_and_timers():
    case = brought(running(), RENAMED)

    tokens = [(token.node, token.edge, token.timers) for token in case.instance.tokens]

    assert tokens == [
        ("check", "both.0", ("timers.late",)),
        ("pause", "both.1", ("wait",)),
    ]
    assert case.open_tasks() == ["check.2"]
    assert case.instance.version == 4


def test_moved_instance_goes_on_to_its_end():
    case = brought(running(), RENAMED)

    case.send(TaskCompleted("check.2", "done", ANA))
    case.send(TimerFired("3.wait"))
    opened = case.open_tasks()
    case.complete("finish")
    case.complete("finish")

    assert [key.split(".")[0] for key in opened] == ["finish", "finish"]
    assert case.instance.status is Status.ENDED


def test_undone_it_is_as_it_was():
    case = running("look")
    before, old = case.instance, case.flow
    there = brought(case, RENAMED)

    fate = plan(there.flow, old, back(MAPPING), there.instance, 3)
    again = moved(there.instance, fate, back(MAPPING), 3)

    assert again == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (RENAMED.replace("check", "other"), "node 'check' is not there"),
        (
            RENAMED.replace("pause: {type: wait, after: 1d", "pause: {type: wait, message: go"),
            "timer 'wait' of node 'pause' is not there",
        ),
        (RENAMED.replace("late", "later"), "timer 'timers.late' of node 'look' is not there"),
        (
            RENAMED.replace(
                "pause: {type: wait, after: 1d, to: meet}",
                "pause: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}",
            ),
            "node 'pause' is a wait, 'pause' is a task",
        ),
    ],
    ids=["node gone", "own timer gone", "timer gone", "other type"],
)
def test_what_has_no_place_needs_a_person(text: str, why: str):
    case = running()

    fate = plan(case.flow, a_flow(text), MAPPING, case.instance, 4)

    assert fate.verdict is Verdict.NEEDS_A_PERSON
    assert why in str(fate.reasons[0])
    with pytest.raises(Conflict, match="cannot be moved"):
        moved(case.instance, fate, MAPPING, 4)


def test_token_at_a_join_must_keep_its_branch():
    case = running("look")
    text = RENAMED.replace("outcomes: {done: {to: meet}}", "outcomes: {ready: {to: meet}}")

    fate = plan(case.flow, a_flow(text), MAPPING, case.instance, 4)

    assert fate.verdict is Verdict.NEEDS_A_PERSON
    assert "branch 'look.done'" in str(fate.reasons[0])


def test_ended_instance_and_one_that_is_there_already_stay():
    done = Case(a_flow("end: {type: end}"))
    done.start()
    here = running()

    fates = [
        plan(done.flow, done.flow, {}, done.instance, 4),
        plan(here.flow, here.flow, {}, here.instance, 3),
    ]

    assert [fate.verdict for fate in fates] == [Verdict.STAYS, Verdict.STAYS]


def test_two_nodes_that_became_one_cannot_be_undone():
    with pytest.raises(Conflict, match="cannot be undone"):
        back({NodeId("a"): NodeId("c"), NodeId("b"): NodeId("c")})
