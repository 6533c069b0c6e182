"""Inclusive splits and joins, joins of the first few, terminating, withdrawing, errors caught."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.signals import Retried, TaskCompleted
from engines.messages import CloseTask, EndInstance, RaiseIncident
from engines.values import NodeId
from tests.support.processes import ANA, Case, a_flow, an_unsound_flow

INCLUSIVE = """
which:
  type: inclusive
  paths:
    - {when: record.urgent, to: call}
    - {when: record.count > 1, to: pack}
    - {to: plain}
call: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
pack: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
plain: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
meet: {type: inclusive_join, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
"""
THREE = """
split: {{type: parallel, to: [a, b, c]}}
a: {{type: task, assign: {{role: agent}}, outcomes: {{done: {{to: meet}}}}}}
b: {{type: task, assign: {{role: agent}}, outcomes: {{done: {{to: meet}}}}}}
c: {{type: task, assign: {{role: agent}}, outcomes: {{done: {{to: meet}}}}}}
meet: {{type: partial_join, after: {after}, rest: {rest}, to: last}}
last: {{type: task, assign: {{role: agent}}, outcomes: {{done: {{to: end}}}}}}
end: {{type: end}}
"""
TWO_WAYS = """
split: {type: parallel, to: [a, b, pause]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: stop}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: clear}}}
pause: {type: wait, after: 1d, to: end}
clear: {type: cancel, nodes: [a], to: end}
stop: {type: terminate, outcome: refused}
end: {type: end}
"""


@pytest.mark.parametrize(
    ("record", "opened"),
    [
        ({"urgent": True, "count": 2}, ["call", "pack"]),
        ({"urgent": True, "count": 1}, ["call"]),
        ({"urgent": False, "count": 2}, ["pack"]),
        ({"urgent": None, "count": None}, ["plain"]),
    ],
)
def test_inclusive_starts_every_true_path_and_joins_exactly_those(
    record: dict[str, object], opened: list[str]
):
    case = Case(a_flow(INCLUSIVE), dict(record))
    case.start()

    first = [key.split(".")[0] for key in case.open_tasks()]
    waiting = [case.complete(node) for node in opened[:-1]]
    case.complete(opened[-1])

    assert first == opened
    assert all(step.instance.status is Status.RUNNING for step in waiting)
    assert [key.split(".")[0] for key in case.open_tasks()] == ["last"]


def test_inclusive_join_waits_while_a_loop_may_still_bring_a_token():
    case = Case(
        a_flow("""
split: {type: parallel, to: [a, b]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}, again: {to: b}}}
meet: {type: inclusive_join, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    )
    case.start()
    case.complete("a")
    case.complete("b", "again")
    between = case.open_tasks()

    case.complete("b")

    assert [key.split(".")[0] for key in between] == ["b"]
    assert [key.split(".")[0] for key in case.open_tasks()] == ["last"]


def test_two_inclusive_joins_do_not_wait_for_each_other_for_ever():
    case = Case(
        a_flow("""
split: {type: parallel, to: [a, b]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: one}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: two}}}
one: {type: inclusive_join, to: after_one}
after_one: {type: task, assign: {role: agent}, outcomes: {done: {to: end}, on: {to: two}}}
two: {type: inclusive_join, to: after_two}
after_two: {type: task, assign: {role: agent}, outcomes: {done: {to: end}, on: {to: one}}}
end: {type: end}
""")
    )
    case.start()
    case.complete("a")

    case.complete("b")

    assert [key.split(".")[0] for key in case.open_tasks()] == ["after_one"]


@pytest.mark.parametrize("order", ["abc", "bca", "cba"])
def test_partial_join_goes_on_once_and_the_rest_runs_on(order: str):
    case = Case(a_flow(THREE.format(after=2, rest="ignore")))
    case.start()

    case.complete(order[0])
    early = [key.split(".")[0] for key in case.open_tasks()]
    case.complete(order[1])
    opened = [key.split(".")[0] for key in case.open_tasks()]
    case.complete(order[2])
    case.complete("last")

    assert "last" not in early
    assert sorted(opened) == sorted([order[2], "last"])
    assert case.instance.status is Status.ENDED


def test_cancelling_join_withdraws_the_rest_and_refuses_it():
    case = Case(a_flow(THREE.format(after=1, rest="cancel")))
    case.start()

    step = case.complete("b")

    closed = [one for one in step.effects if isinstance(one, CloseTask)]
    assert [(one.key, one.state) for one in closed] == [
        ("b.3", "done"), ("a.2", "withdrawn"), ("c.4", "withdrawn"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="no longer open"):
        case.send(TaskCompleted("a.2", "done", ANA))


def test_partial_join_that_too_few_can_reach_is_an_incident():
    flow = an_unsound_flow(
        """
which: {type: inclusive, paths: [{when: record.urgent, to: a}, {to: b}]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
meet: {type: partial_join, after: 2, to: end}
end: {type: end}
""",
        "W006",
    )
    case = Case(flow)
    case.start()

    step = case.complete("b")

    assert case.instance.status is Status.INCIDENT
    assert [one.node for one in step.effects if isinstance(one, RaiseIncident)] == ["meet"]


def test_terminate_withdraws_everything_and_says_the_outcome():
    case = Case(a_flow(TWO_WAYS))
    case.start()

    step = case.complete("a")

    assert EndInstance("refused") in step.effects
    assert CloseTask("b.3", "withdrawn") in step.effects
    assert case.instance.status is Status.ENDED


def test_cancel_withdraws_only_what_it_names():
    case = Case(a_flow(TWO_WAYS))
    case.start()

    case.complete("b")

    assert case.open_tasks() == []
    assert [token.node for token in case.instance.tokens] == ["pause"]


def test_error_takes_its_own_way_instead_of_stopping():
    case = Case(
        a_flow("""
look:
  type: task
  assign: {field: assignee, if_empty: block}
  on_error: {to: other}
  outcomes: {done: {to: end}}
other: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
"""),
        {"assignee": None},
    )

    step = case.start()

    assert case.instance.status is Status.RUNNING
    assert [key.split(".")[0] for key in case.open_tasks()] == ["other"]
    assert "error_caught" in [one.what for one in step.trace.steps]


def test_action_that_cannot_be_computed_takes_its_way_for_errors():
    flow = a_flow("""
big:
  type: action
  do: [{set: {status: done}}, {set_value: {count: record.count * record.count * record.count}}]
  to: end
  on_error: {to: mend}
mend: {type: task, assign: {role: agent}, outcomes: {done: {to: big}}}
end: {type: end}
""")
    case = Case(flow, {"count": 10**30, "status": "new"})

    case.start()

    assert case.record["status"] == "new"
    assert [key.split(".")[0] for key in case.open_tasks()] == ["mend"]


def test_nothing_is_tried_again_where_nothing_stopped():
    case = Case(a_flow(INCLUSIVE))
    case.start()

    with pytest.raises(Conflict, match="Nothing is stopped"):
        case.send(Retried(NodeId("meet")))
