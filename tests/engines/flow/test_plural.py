"""Several tasks or flows of one kind: how many, in what order, when it is enough."""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.signals import (
    AddingClosed,
    SubFlowEnded,
    SubFlowFailed,
    TaskCompleted,
    WorkAdded,
)
from engines.messages import CancelFlow, CloseTask, EndInstance, OpenTask, StartFlow, ToUser
from engines.values import FlowId, NodeId
from tests.support.processes import ANA, BEN, Case, a_flow, read_processes

NODES = """
many: {{type: multi_task, {options}, assign: {{role: agent}}, outcomes: {{done: {{}}}}, to: last}}
last: {{type: task, assign: {{role: agent}}, outcomes: {{done: {{to: end}}}}}}
end: {{type: end}}
"""
FLOWS = """
flows:
  check: {on: {start: ticket}, nodes: {end: {type: end}}}
  handling:
    on: {start: ticket}
    nodes:
"""


def a_case(options: str, **record: object) -> Case:
    return Case(a_flow(NODES.format(options=options)), dict(record))


def a_caller(nodes: str, **record: object) -> Case:
    body = "\n".join(f"      {line}" for line in nodes.strip("\n").splitlines())
    made = read_processes(f"{FLOWS}{body}\n")
    assert made.sentences == []
    return Case(made.flows[FlowId("handling")], dict(record))


def nodes_of(case: Case) -> list[str]:
    return [key.split(".")[0] for key in case.open_tasks()]


def test_parallel_tasks_are_all_waited_for():
    case = a_case("count: 3")
    case.start()
    first = nodes_of(case)

    case.complete("many")
    case.complete("many")
    between = nodes_of(case)
    case.complete("many")

    assert first == ["many"] * 3
    assert between == ["many"]
    assert nodes_of(case) == ["last"]


def test_sequential_tasks_open_one_after_the_other():
    case = a_case("count: 2, order: sequential")
    case.start()
    first = case.open_tasks()

    case.complete("many")
    second = case.open_tasks()
    case.complete("many")

    assert (first, second) == (["many.1.0"], ["many.1.1"])
    assert nodes_of(case) == ["last"]


@pytest.mark.parametrize(("count", "opened"), [(0, []), (1, ["many"]), (2, ["many"] * 2)])
def test_number_is_taken_from_the_record_on_arrival(count: int, opened: list[str]):
    case = a_case("count: record.count", count=count)

    case.start()
    case.record["count"] = 9

    assert nodes_of(case) == (opened or ["last"])


@pytest.mark.parametrize("count", [None, -1, 101])
def test_number_that_is_none_is_an_incident(count: int | None):
    case = a_case("count: record.count", count=count)

    case.start()

    assert case.instance.status is Status.INCIDENT


def test_enough_withdraws_the_rest_and_refuses_it():
    case = a_case("count: 3, enough: 1")
    case.start()

    step = case.complete("many")

    withdrawn = [one.key for one in step.effects if isinstance(one, CloseTask)][1:]
    assert withdrawn == ["many.1.1", "many.1.2"]
    with pytest.raises(Conflict, match="no longer open"):
        case.send(TaskCompleted("many.1.2", "done", ANA))


def test_enough_may_leave_the_rest_open_and_not_wait_for_it():
    case = a_case("count: 2, enough: 1, rest: ignore")
    case.start()
    case.complete("many")
    between = nodes_of(case)

    case.complete("last")
    running = case.instance.status
    case.complete("many")

    assert between == ["many", "last"]
    assert running is Status.RUNNING
    assert case.instance.status is Status.ENDED


def test_none_is_enough_goes_on_at_once():
    case = a_case("count: 2, enough: 0, rest: ignore")

    case.start()

    assert nodes_of(case) == ["many", "many", "last"]


def test_condition_decides_after_each_that_is_done():
    case = a_case("count: 3, until: record.urgent")
    case.start()
    case.complete("many")
    between = nodes_of(case)
    case.record["urgent"] = True

    case.complete("many")

    assert between == ["many", "many"]
    assert nodes_of(case) == ["last"]


def test_more_may_be_added_until_adding_is_closed():
    case = a_case("count: 1, adding: true")
    case.start()
    case.send(WorkAdded(NodeId("many"), ANA, BEN))
    case.complete("many")
    case.complete("many")
    still = [token.node for token in case.instance.tokens]

    case.send(AddingClosed(NodeId("many"), ANA))

    assert [one.to for one in case.effects if isinstance(one, OpenTask)][1] == ToUser(BEN)
    assert still == ["many"]
    assert nodes_of(case) == ["last"]


@pytest.mark.parametrize("options", ["count: 2", "count: 2, adding: true"])
def test_adding_after_the_close_is_refused(options: str):
    case = a_case(options)
    case.start()
    closing = [AddingClosed(NodeId("many"))] if "adding" in options else []
    for signal in closing:
        case.send(signal)

    with pytest.raises(Conflict, match="No more can be added"):
        case.send(WorkAdded(NodeId("many")))


def test_sub_flow_is_waited_for_and_its_outcome_chooses_the_way():
    case = a_caller("""
call: {type: sub_flow, flow: check, outcomes: {refused: {to: other}}, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
other: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    step = case.start()

    case.send(SubFlowEnded("1.1", "refused"))

    started = [one for one in step.effects if isinstance(one, StartFlow)]
    assert [(one.flow, one.parent, one.ref, one.version) for one in started] == [
        ("check", "i-1", "1.1", 3)
    ]
    assert nodes_of(case) == ["other"]


def test_sub_flow_may_be_started_and_left_alone():
    case = a_caller("""
call: {type: sub_flow, flow: check, version: live, wait: false, to: end}
end: {type: end}
""")

    step = case.start()

    started = [one for one in step.effects if isinstance(one, StartFlow)]
    assert [(one.flow, one.parent, one.version) for one in started] == [("check", None, None)]
    assert case.instance.status is Status.ENDED


@pytest.mark.parametrize(
    "signal",
    [SubFlowEnded("1.1", "cancelled"), SubFlowFailed("1.1", "it is gone")],
    ids=["cancelled", "not started"],
)
def test_sub_flow_that_breaks_is_an_error_of_the_node(signal: SubFlowEnded | SubFlowFailed):
    case = a_caller("""
call: {type: sub_flow, flow: check, on_error: {to: last}, to: end}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case.start()

    case.send(signal)

    assert nodes_of(case) == ["last"]


def test_sub_flow_ends_with_what_started_it():
    case = a_caller("""
both: {type: parallel, to: [call, stop]}
call: {type: sub_flow, flow: check, to: end}
stop: {type: task, assign: {role: agent}, outcomes: {done: {to: all_over}}}
all_over: {type: terminate}
end: {type: end}
""")
    case.start()

    step = case.complete("stop")

    assert CancelFlow("2.1") in step.effects
    assert step.effects[-1] == EndInstance("")


def test_several_sub_flows_are_counted():
    case = a_caller("""
calls: {type: multi_flow, flow: check, count: 3, enough: 2, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case.start()
    case.send(SubFlowEnded("1.2", ""))
    between = nodes_of(case)

    step = case.send(SubFlowEnded("1.0", ""))

    assert between == []
    assert CancelFlow("1.1") in step.effects
    assert nodes_of(case) == ["last"]


def test_end_that_is_told_twice_counts_once():
    case = a_caller("""
calls: {type: multi_flow, flow: check, count: 2, to: end}
end: {type: end}
""")
    case.start()
    case.send(SubFlowEnded("1.0", ""))

    case.send(SubFlowEnded("1.0", ""))

    assert [token.state["open"] for token in case.instance.tokens] == [[1]]
