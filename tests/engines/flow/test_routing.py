"""Choice, parallel, join, end, and facts that change on the way.

Long because every routing has its good path, edge and refusal.
"""

from __future__ import annotations

import pytest

from engines.errors import Conflict
from engines.flow.instance import Status
from engines.flow.signals import Cancelled, Continued, Resumed, Retried, Suspended, TimerFired
from engines.messages import (
    CancelTimer,
    CloseTask,
    ContinueFlow,
    EndInstance,
    OpenTask,
    RaiseIncident,
    ToUser,
)
from engines.values import NodeId
from tests.support.processes import BEN, Case, a_flow, an_unsound_flow

CHOICE = """
how:
  type: choice
  paths:
    - {when: record.amount > 100, to: big}
    - {when: record.amount > 10, to: middle}
    - {to: small}
big: {type: action, do: [{set: {subject: big}}], to: end}
middle: {type: action, do: [{set: {subject: middle}}], to: end}
small: {type: action, do: [{set: {subject: small}}], to: end}
end: {type: end}
"""

BOTH = """
both: {type: parallel, to: [a, b]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
meet: {type: join, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
"""


@pytest.mark.parametrize(
    ("amount", "taken"),
    [(500, "big"), (100, "middle"), (11, "middle"), (10, "small"), (None, "small")],
)
def test_choice_takes_the_first_true_path(amount: int | None, taken: str):
    case = Case(a_flow(CHOICE), {"amount": amount})

    case.start()

    assert case.record["subject"] == taken


def test_trace_tells_what_each_condition_saw():
    case = Case(a_flow(CHOICE), {"amount": 11})

    step = case.start()

    seen = [(s.subject, s.result, s.seen) for s in step.trace.steps if s.what == "condition"]
    assert seen == [
        ("how.0", False, (("record.amount", 11),)),
        ("how.1", True, (("record.amount", 11),)),
    ]
    assert step.trace.source == "flows.handling"
    assert step.trace.version == 3


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_join_waits_for_both_branches_and_fires_once(order: tuple[str, str]):
    case = Case(a_flow(BOTH))
    case.start()

    case.complete(order[0])
    between = case.open_tasks()
    case.complete(order[1])

    assert [key.split(".")[0] for key in between] == [order[1]]
    assert [key.split(".")[0] for key in case.open_tasks()] == ["last"]


def test_two_tokens_on_one_branch_do_not_stand_for_the_other():
    flow = an_unsound_flow(
        """
both: {type: parallel, to: [a, b, c]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: m}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: m}}}
c: {type: task, assign: {role: agent}, outcomes: {done: {to: meet}}}
m: {type: action, do: [], to: meet}
meet: {type: join, to: last}
last: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""",
        "W006",
    )
    case = Case(flow)
    case.start()

    case.complete("a")
    case.complete("b")
    before = case.open_tasks()
    case.complete("c")

    assert before == ["c.4"]
    assert [key.split(".")[0] for key in case.open_tasks()] == ["last"]
    assert [token.edge for token in case.instance.tokens if token.node == "meet"] == ["m.to"]


def test_case_ends_only_when_no_token_is_left():
    flow = a_flow("""
both: {type: parallel, to: [a, b]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
b: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case = Case(flow)
    case.start()

    first = case.complete("b")
    second = case.complete("a")

    assert first.instance.status is Status.RUNNING
    assert EndInstance() not in first.effects
    assert second.effects[-1] == EndInstance()


def test_what_an_action_sets_is_seen_by_the_next_choice():
    flow = a_flow("""
mark: {type: action, do: [{set: {status: done}}, {set_value: {subject: record.status}}], to: how}
how: {type: choice, paths: [{when: record.status == 'done', to: end}, {to: never}]}
never: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case = Case(flow, {"status": "new"})

    step = case.start()

    assert step.instance.status is Status.ENDED
    assert case.record["subject"] == "done"


def test_choice_over_a_computed_field_waits_for_fresh_facts():
    flow = a_flow("""
mark: {type: action, do: [{set: {count: 5}}], to: how}
how: {type: choice, paths: [{when: record.doubled == 10, to: end}, {to: wrong}]}
wrong: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case = Case(flow, {"count": 1, "doubled": 2})

    first = case.start()
    case.record["doubled"] = 10  # the runtime recomputes between the two
    second = case.send(Continued())

    assert first.has_more
    assert first.effects[-1] == ContinueFlow("i-1")
    assert second.instance.status is Status.ENDED


def test_choice_behind_a_link_that_was_set_waits_for_fresh_facts():
    flow = a_flow("""
mark: {type: action, do: [{set: {customer: c-2}}], to: how}
how: {type: choice, paths: [{when: record.customer.tier == 'gold', to: end}, {to: end}]}
end: {type: end}
""")
    case = Case(flow, {"customer": "c-1", "customer.tier": "plain"})

    step = case.start()

    assert step.has_more


def test_task_for_a_person_whom_the_runtime_has_yet_to_choose_waits_for_fresh_facts():
    flow = a_flow("""
share: {type: action, do: [{assign: {field: assignee, role: agent, pick: least_busy}}], to: work}
work: {type: task, assign: {field: assignee, if_empty: block}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case = Case(flow, {"assignee": None})

    first = case.start()
    case.record["assignee"] = BEN  # the runtime chooses between the two
    second = case.send(Continued())

    assert first.has_more
    assert [one.to for one in second.effects if isinstance(one, OpenTask)] == [ToUser(BEN)]


def test_continued_without_need_does_nothing():
    case = Case(a_flow(BOTH))
    case.start()

    step = case.send(Continued())

    assert step.effects == ()
    assert case.open_tasks() == ["a.2", "b.3"]


LOOPING = """
mark: {type: action, do: [{set_value: {count: record.count + 1}}], to: how}
how: {type: choice, paths: [{when: record.doubled > 10, to: end}, {to: mark}]}
end: {type: end}
"""


def test_round_without_a_wait_is_cut_with_the_chain_named():
    flow = an_unsound_flow(LOOPING.replace("record.doubled > 10", "record.count < 0"), "W007")
    case = Case(flow, {"count": 1})

    step = case.start()

    assert step.instance.status is Status.INCIDENT
    incident = next(one for one in step.effects if isinstance(one, RaiseIncident))
    assert "mark → how → mark" in incident.reason


def test_round_over_several_steps_is_cut_too():
    case = Case(an_unsound_flow(LOOPING, "W007"), {"count": 1, "doubled": 2})
    case.start()

    sent = drive_on(case)

    assert sent < 1000
    assert case.instance.status is Status.INCIDENT


def drive_on(case: Case, limit: int = 2000) -> int:
    sent = 0
    while case.steps[-1].has_more and sent < limit:
        case.send(Continued())
        sent += 1
    return sent


def test_failing_expression_stops_the_token_and_undoes_its_node():
    flow = a_flow("""
big:
  type: action
  do: [{set: {status: done}}, {set_value: {count: record.count * record.count * record.count}}]
  to: end
end: {type: end}
""")
    case = Case(flow, {"count": 10**30, "status": "new"})

    step = case.start()

    assert step.instance.status is Status.INCIDENT
    assert [type(one) for one in step.effects] == [RaiseIncident]
    assert case.record["status"] == "new"


def test_incident_is_retried_after_repair():
    flow = a_flow("""
look: {type: task, assign: {field: assignee, if_empty: block}, outcomes: {done: {to: end}}}
end: {type: end}
""")
    case = Case(flow, {"assignee": None})
    case.start()
    case.record["assignee"] = BEN

    step = case.send(Retried(NodeId("look")))

    assert step.instance.status is Status.RUNNING
    assert case.open_tasks() == ["look.2"]


def test_retry_where_nothing_is_stopped_is_refused():
    case = Case(a_flow(BOTH))
    case.start()

    with pytest.raises(Conflict):
        case.send(Retried(NodeId("meet")))


def test_task_that_nobody_could_be_given_is_handed_out_again():
    case = Case(a_flow(BOTH))
    case.start()

    step = case.send(Retried(NodeId("a")))

    assert CloseTask("a.2", "withdrawn") in step.effects
    assert case.open_tasks() == ["b.3", "a.4"]


def test_suspended_case_refuses_tasks_and_holds_timers():
    flow = a_flow("""
look:
  type: task
  assign: {role: agent}
  timers: {late: {after: 1h, to: end}}
  outcomes: {done: {to: end}}
end: {type: end}
""")
    case = Case(flow)
    case.start()
    case.send(Suspended())

    held = case.send(TimerFired("1.timers.late"))
    with pytest.raises(Conflict):
        case.complete("look")
    resumed = case.send(Resumed())

    assert held.effects == ()
    assert CloseTask("look.1", "withdrawn") in resumed.effects
    assert resumed.instance.status is Status.ENDED


def test_cancelled_case_withdraws_everything_and_ends():
    flow = a_flow("""
both: {type: parallel, to: [a, b]}
a: {type: task, assign: {role: agent}, outcomes: {done: {to: end}}}
b: {type: wait, after: 1d, to: end}
end: {type: end}
""")
    case = Case(flow)
    case.start()

    step = case.send(Cancelled("mistake"))

    assert step.effects == (
        CloseTask("a.2", "withdrawn"), CancelTimer("3.wait"), EndInstance("cancelled"),
    )  # fmt: skip
    assert case.instance.status is Status.ENDED


def test_created_flow_starts_only_when_its_condition_holds():
    flow = a_flow(BOTH, on="{created: ticket, when: record.urgent}")

    answers = [flow.starts_on({"record": {"urgent": u}}) for u in (True, False, None)]

    assert answers == [True, False, False]
