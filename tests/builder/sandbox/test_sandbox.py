"""A trial of a definition: people act, the clock moves, nothing leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builder.sandbox import Sandbox
from engines.errors import Conflict, DefinitionError, FieldErrors, NotAllowed, NotFound
from engines.values import FormId
from tests.builder.sandbox.conftest import MORNING, WORKSHOP

REPAIR = FormId("repair")


def test_role_without_people_gets_somebody_of_its_name(sandbox: Sandbox) -> None:
    assert sandbox.people == ("mia", "bob", "customer")
    assert sandbox.actor("customer").roles == {"customer"}


def test_submitted_form_runs_rules_and_opens_a_task(sandbox: Sandbox) -> None:
    case = sandbox.submit("customer", REPAIR, {"fault": "the brake"})

    assert case.label == "repair_1"
    assert sandbox.record("repair_1").values["urgency"] == "high"
    assert [(task.node, task.role, task.state) for task in sandbox.tasks("repair_1")] == [
        ("mend", "mechanic", "open")
    ]


def test_person_of_the_trial_meets_the_same_gate(sandbox: Sandbox) -> None:
    with pytest.raises(NotAllowed):
        sandbox.submit("customer", FormId("bicycle"), {"frame": "A"})
    with pytest.raises(FieldErrors):
        sandbox.submit("customer", REPAIR, {"fault": "bell", "urgency": "high"})


def test_clock_fires_timers_at_their_own_times(sandbox: Sandbox) -> None:
    sandbox.submit("customer", REPAIR, {"fault": "bell"})
    sandbox.advance(timedelta(hours=1))
    sandbox.submit("customer", REPAIR, {"fault": "chain"})

    sandbox.advance(timedelta(hours=5))

    assert [(one.at - MORNING, one.message.subject) for one in sandbox.messages] == [
        (timedelta(hours=2), "Still waiting: R-0001"),
        (timedelta(hours=3), "Still waiting: R-0002"),
    ]
    assert sandbox.now == MORNING + timedelta(hours=6)


def test_advance_to_next_stops_at_the_next_timer(sandbox: Sandbox) -> None:
    sandbox.submit("customer", REPAIR, {"fault": "bell"})

    done = sandbox.advance_to_next()

    assert sandbox.now == MORNING + timedelta(hours=2)
    assert done == 2  # the timer, and the message it queued
    assert [timer.ref.partition(".")[2] for timer in sandbox.timers()] == ["due"]


def test_completed_task_moves_the_flow_and_records_the_mail(sandbox: Sandbox) -> None:
    sandbox.submit("customer", REPAIR, {"fault": "bell"})
    task = sandbox.tasks("repair_1")[0]

    sandbox.complete("mia", task.id, "mended", {"hours": "1.5"})

    assert sandbox.record("repair_1").values["state"] == "ready"
    assert sandbox.flows("repair_1")[0].status == "ended"
    assert [(one.message.channel, one.message.target) for one in sandbox.messages] == [
        ("mail", "customer@sandbox.invalid")
    ]


def test_trace_tells_what_happened_and_why_in_order(sandbox: Sandbox) -> None:
    sandbox.submit("customer", REPAIR, {"fault": "the brake"})
    sandbox.advance(timedelta(hours=2))

    kinds = [line.entry.kind for line in sandbox.trace() if line.entry is not None]
    decided = next(
        line.entry
        for line in sandbox.trace()
        if line.entry is not None and line.entry.kind == "RuleDecided"
    )

    assert kinds[:3] == ["RuleDecided", "RecordCreated", "FlowStarted"]
    assert kinds[-2:] == ["FlowMoved", "MessageQueued"]
    assert decided.trace is not None
    assert [(one.what, one.subject, one.seen) for one in decided.trace.steps] == [
        ("rule_matched", "brakes_first", (("record.fault", "the brake"),)),
        ("rule_matched", "promise", ()),
    ]


def test_two_sandboxes_know_nothing_of_each_other(sandbox: Sandbox) -> None:
    sandbox.submit("customer", REPAIR, {"fault": "bell"})
    other = Sandbox.of(WORKSHOP, at=MORNING)

    other.submit("customer", REPAIR, {"fault": "bell"})

    assert other.record("repair_1").values["number"] == "R-0001"
    assert len(sandbox.cases) == 1
    other.close()


def test_broken_definition_is_refused_with_its_problems() -> None:
    with pytest.raises(DefinitionError, match="F002"):
        Sandbox.of(WORKSHOP.replace("type: decimal", "type: decimel"), at=MORNING)


def test_unknown_role_and_person_are_not_found(sandbox: Sandbox) -> None:
    with pytest.raises(NotFound, match="king"):
        Sandbox.of(WORKSHOP, at=MORNING, people={"mia": ["king"]})
    with pytest.raises(NotFound, match="nobody"):
        sandbox.submit("nobody", REPAIR, {"fault": "bell"})


def test_clock_moves_ten_years_at_most(sandbox: Sandbox) -> None:
    with pytest.raises(Conflict, match="ten years"):
        sandbox.advance(timedelta(days=4_000))
