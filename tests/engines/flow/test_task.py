"""Tasks: opening, finishing, assigning, fields, refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.errors import Conflict, FieldErrors
from engines.flow.instance import Status
from engines.flow.model import form_state, needs, outcomes
from engines.flow.signals import Started, TaskCompleted
from engines.messages import (
    AssignFromPool,
    CloseTask,
    EndInstance,
    OpenTask,
    SetFields,
    ToPool,
    ToUser,
)
from engines.values import NodeId
from tests.support.forms import NOW
from tests.support.processes import ANA, BEN, Case, a_flow

ONE_TASK = """
look:
  type: task
  title: {en: Look, zh: 查看}
  assign: {role: agent}
  form: {edit: [priority], required: [status], hidden: [amount]}
  outcomes:
    done: {title: Solved, to: end, set: {status: done}}
    again: {to: look, comment: required}
end: {type: end}
"""


def test_start_opens_the_first_task_for_the_pool():
    case = Case(a_flow(ONE_TASK))

    step = case.start()

    assert step.effects == (OpenTask("look.1", NodeId("look"), ToPool("agent")),)
    assert step.instance.status is Status.RUNNING


def test_outcome_sets_fields_and_ends_the_case():
    case = Case(a_flow(ONE_TASK))
    case.start()

    step = case.complete("look", by=BEN, comment="easy")

    assert CloseTask("look.1", "done", "done", BEN, "easy") in step.effects
    assert SetFields("ticket", "r-1", {"status": "done"}, "flows.handling.look") in step.effects
    assert step.effects[-1] == EndInstance()
    assert step.instance.status is Status.ENDED
    assert step.instance.last_actor == BEN


def test_outcome_may_lead_back_to_a_new_task():
    case = Case(a_flow(ONE_TASK))
    case.start()

    case.complete("look", "again", comment="not yet")

    assert case.open_tasks() == ["look.2"]


@pytest.mark.parametrize(
    ("key", "outcome"),
    [("look.1", "nonsense"), ("look.2", "done"), ("look.1.1", "done"), ("look", "done"),
     ("", "done"), ("look.x", "done"), ("other.1", "done"), ("look.\u0661", "done")],
)  # fmt: skip
def test_unknown_task_or_outcome_is_refused(key: str, outcome: str):
    case = Case(a_flow(ONE_TASK))
    case.start()

    with pytest.raises(Conflict):
        case.send(TaskCompleted(key, outcome, ANA, "a comment"))

    assert case.open_tasks() == ["look.1"]


def test_task_finished_twice_is_refused():
    case = Case(a_flow(ONE_TASK))
    case.start()
    case.complete("look", "again", comment="once")

    with pytest.raises(Conflict):
        case.send(TaskCompleted("look.1", "again", ANA, "twice"))


def test_missing_comment_is_a_field_error():
    case = Case(a_flow(ONE_TASK))
    case.start()

    with pytest.raises(FieldErrors) as caught:
        case.complete("look", "again", comment="  ")

    assert [(one.path, one.code) for one in caught.value.problems] == [("comment", "required")]


def test_ended_case_takes_no_signal():
    case = Case(a_flow(ONE_TASK))
    case.start()
    case.complete("look")

    with pytest.raises(Conflict):
        case.send(Started(ANA))


def test_case_starts_only_once():
    case = Case(a_flow(ONE_TASK))
    case.start()

    with pytest.raises(Conflict):
        case.start()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{role: agent, pick: least_busy}", AssignFromPool("agent", "least_busy")),
        ("{initiator: true}", ToUser(ANA)),
        ("{field: assignee, if_empty: block}", ToUser(BEN)),
        ("{user: record.customer.manager, if_empty: {role: legal}}", ToPool("legal")),
        ("{user: record.assignee, if_empty: {role: legal}}", ToUser(BEN)),
    ],
)
def test_assignee_sources_name_who_gets_the_task(source: str, expected: object):
    nodes = ONE_TASK.replace("{role: agent}", source)
    case = Case(a_flow(nodes), {"assignee": BEN, "customer.manager": None})

    case.start()

    assert [task.to for task in case.tasks()] == [expected]


def test_nobody_with_block_is_an_incident():
    case = Case(a_flow(ONE_TASK.replace("{role: agent}", "{field: assignee, if_empty: block}")))

    step = case.start()

    assert step.instance.status is Status.INCIDENT
    assert not case.tasks()


def test_nobody_with_skip_takes_the_first_outcomes_way():
    case = Case(a_flow(ONE_TASK.replace("{role: agent}", "{field: assignee, if_empty: skip}")))

    step = case.start()

    assert step.instance.status is Status.ENDED
    assert not case.tasks()


def test_unknown_initiator_is_an_incident_not_a_stall():
    case = Case(a_flow(ONE_TASK.replace("{role: agent}", "{initiator: true}")))

    step = case.start(by=None)

    assert step.instance.status is Status.INCIDENT


def test_due_time_counts_from_entry():
    nodes = ONE_TASK.replace("  outcomes:", "  due: {within: 1d12h}\n  outcomes:")
    case = Case(a_flow(nodes))

    case.start()

    assert case.tasks()[0].due_at == NOW + timedelta(hours=36)


def test_task_page_knows_its_fields_and_outcomes():
    flow = a_flow(ONE_TASK)

    part = form_state(flow, NodeId("look"))

    assert part.edit == ("priority", "status")
    assert part.required == {"status"}
    assert part.hidden == {"amount"}
    assert [one.id for one in outcomes(flow, NodeId("look"))] == ["done", "again"]
    assert outcomes(flow, NodeId("look"))[0].title.in_locale("zh") == "Solved"
    assert [one.needs_comment for one in outcomes(flow, NodeId("look"))] == [False, True]


def test_flow_lists_every_fact_it_reads():
    flow = a_flow(
        ONE_TASK.replace("{role: agent}", "{user: record.customer.manager, if_empty: block}"),
        on="{created: ticket, when: record.urgent}",
    )

    found = needs(flow)

    assert found == {("record", "customer.manager"), ("record", "urgent")}
