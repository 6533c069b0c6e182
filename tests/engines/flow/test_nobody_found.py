"""When nobody can be given the work of a node, its way for errors is taken, else it stops."""

from __future__ import annotations

import pytest

from engines.flow.instance import Status
from engines.flow.person_signals import NobodyFound
from tests.support.processes import Case, a_flow, read_flow

REST = """
other: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
"""
EMPTY = "{field: assignee, if_empty: block}"
NODES = {
    "task": "{type: task, assign: %s, %s outcomes: {done: {to: end}}}",
    "several": "{type: multi_task, count: 2, assign: %s, %s outcomes: {done: {}}, to: end}",
    "approval": (
        "{type: approval, signers: [%s], %s outcomes: {approved: {to: end}, rejected: {to: end}}}"
    ),
}
ON_ERROR = "on_error: {to: other},"


def begun(kind: str, assign: str, more: str) -> Case:
    rest = REST if more else "\nend: {type: end}\n"
    case = Case(a_flow(f"work: {NODES[kind] % (assign, more)}{rest}"))
    case.start()
    return case


def standing(case: Case) -> list[str]:
    return [token.node for token in case.instance.tokens]


@pytest.mark.parametrize("kind", sorted(NODES))
def test_an_empty_source_takes_the_way_for_errors(kind: str):
    case = begun(kind, EMPTY, ON_ERROR)

    assert standing(case) == ["other"]
    assert case.instance.status is Status.RUNNING
    assert [key.split(".")[0] for key in case.open_tasks()] == ["other"]


@pytest.mark.parametrize("kind", sorted(NODES))
def test_a_group_that_turns_out_empty_takes_it_too_and_leaves_nothing_open(kind: str):
    case = begun(kind, "{role: agent, if_empty: block}", ON_ERROR)

    case.send(NobodyFound(case.open_tasks()[0]))

    assert standing(case) == ["other"]
    assert [key.split(".")[0] for key in case.open_tasks()] == ["other"]
    assert not case.timers()


@pytest.mark.parametrize("kind", sorted(NODES))
def test_without_such_a_way_an_operator_sees_it(kind: str):
    case = begun(kind, EMPTY, "")

    assert standing(case) == ["work"]
    assert case.instance.status is Status.INCIDENT


@pytest.mark.parametrize("kind", sorted(NODES))
def test_way_for_errors_says_enough_of_an_empty_source(kind: str):
    case = begun(kind, "{field: assignee}", ON_ERROR)

    assert standing(case) == ["other"]


ESCALATING = "on_error: {to: other}, due: {within: 4h, then: [{escalate: {field: assignee}}]},"


@pytest.mark.parametrize(
    ("assign", "more"),
    [("{field: assignee}", ""), ("{role: agent}", ESCALATING)],
    ids=["no way for errors", "escalation to nobody, which stops nothing"],
)
def test_an_empty_source_that_nothing_answers_is_refused(assign: str, more: str):
    nodes = f"work: {NODES['task'] % (assign, more)}{REST}"

    assert [one[-5:-1] for one in read_flow(nodes).sentences] == ["W010"]
