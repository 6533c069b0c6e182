"""Calls in a trial: shown and not made; whoever tries says what the other program answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from builder.answering import Call, calls, sample
from builder.keeping import kept
from builder.sandbox import Sandbox
from builder.scenario import refusal_of, scenario_gate
from builder.steps import Step, StepError, read_step, take, written
from engines.app import parse_app
from engines.errors import FieldErrors, NotFound
from engines.source import dump
from runtime.ports import Undeliverable
from tests.builder.sandbox.conftest import MORNING

BOOKS = """\
format: 1
app: books
title: Books
time_zone: UTC
currency: EUR
roles:
  clerk: {title: Clerk, can: [design, publish]}
connectors:
  erp: {type: http, url: "https://erp.example.com/api", secret: erp_token}
forms:
  order:
    title: Order
    name: "{{ subject }}"
    fields:
      subject: {type: text}
      booked_as: {type: text, readonly: true}
      price: {type: decimal, scale: 2}
      state:
        type: select
        options: {open: Open, booked: Booked, late: Late}
        default: open
    access:
      clerk: {create: true, read: true, update: true}
flows:
  booking:
    on: {created: order}
    nodes:
      tell:
        type: action
        do:
          - call:
              connector: erp
              path: "/orders/{subject}"
              send: {subject: record.subject}
              keep: {booked_as: order.id, price: items.1.price}
              answer: booked
        to: wait
      wait: {type: wait, race: [{message: booked, to: note}, {after: 1d, to: late}]}
      note: {type: action, do: [{set: {state: booked}}], to: end}
      late: {type: action, do: [{set: {state: late}}], to: end}
      end: {type: end}
"""
ORDER = {"submit": "order", "as": "clerk", "with": {"subject": "Tea"}}
BOOKED: dict[str, Any] = {"order": {"id": "B-7"}, "items": [{}, {"price": "12.50"}]}
ANSWER = {"answer": "erp", "on": "order_1", "with": BOOKED}


@pytest.fixture
def trial() -> Iterator[Sandbox]:
    with closing(Sandbox.of(BOOKS, at=MORNING)) as opened:
        yield opened


def played(trial: Sandbox, *steps: dict[str, Any]) -> list[Step]:
    taken = [read_step(one) for one in steps]
    for step in taken:
        take(trial, step)
    return taken


def states(trial: Sandbox) -> list[tuple[str, str]]:
    return [(one.state, one.problem) for one in calls(trial)]


def decided(trial: Sandbox, label: str = "order_1") -> tuple[str, str, str]:
    values = trial.record(label).values
    return (
        str(values.get("booked_as")),  # type: ignore[call-overload]
        str(values.get("price")),  # type: ignore[call-overload]
        str(values["state"]),  # type: ignore[index]
    )


def the_call(trial: Sandbox) -> Call:
    (call,) = calls(trial)
    return call


def test_a_call_is_shown_as_it_would_leave_and_waits(trial: Sandbox) -> None:
    played(trial, ORDER)

    call = the_call(trial)

    assert (call.connector, call.subject) == ("erp", "POST /orders/{subject}")
    assert call.order["url"] == "https://erp.example.com/api/orders/Tea"
    assert call.case is not None
    assert call.case.label == "order_1"
    assert states(trial) == [("waiting", "")]
    assert decided(trial) == ("None", "None", "open")


def test_an_answer_is_kept_and_moves_the_flow(trial: Sandbox) -> None:
    played(trial, ORDER, ANSWER)

    assert decided(trial) == ("B-7", "12.50", "booked")
    assert states(trial) == [("answered", "")]
    assert [flow.status for flow in trial.flows("order_1")] == ["ended"]


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [("503", "failed", "erp answered 503."), ("422", "given_up", "erp answered 422.")],
)
def test_a_failure_is_told_and_the_flow_waits_on(
    trial: Sandbox, status: str, state: str, said: str
) -> None:
    played(trial, ORDER, {"answer": "erp", "status": status})

    ((found, problem),) = states(trial)
    assert (found, problem.startswith(said)) == (state, True)
    assert [line.failure for line in trial.trace()][-1].startswith(
        f"POST /orders/{{subject}}: {said}"
    )
    assert decided(trial)[2] == "open"


def test_a_flow_goes_its_other_way_where_no_answer_comes(trial: Sandbox) -> None:
    played(trial, ORDER, {"answer": "erp", "status": "503"}, {"advance": "1d"})

    assert decided(trial)[2] == "late"


def test_a_call_that_failed_can_be_answered_after_all(trial: Sandbox) -> None:
    played(trial, ORDER, {"answer": "erp", "status": "422"}, ANSWER)

    assert decided(trial) == ("B-7", "12.50", "booked")
    assert states(trial) == [("answered", "")]


def test_the_oldest_call_that_waits_is_answered_first(trial: Sandbox) -> None:
    played(trial, ORDER, ORDER, {"answer": "erp", "status": "422"}, {**ANSWER, "on": ""})

    assert [state for state, _ in states(trial)] == ["given_up", "answered"]
    assert decided(trial, "order_2")[2] == "booked"


@pytest.mark.parametrize(
    ("step", "refusal", "reason"),
    [
        ({"answer": "crm"}, NotFound, "a call of crm"),
        ({"answer": "erp", "call": "GET /orders"}, NotFound, "a call of erp"),
        ({"answer": "erp", "on": "order_9"}, NotFound, "order_9"),
        ({"answer": "erp", "status": "soon"}, StepError, "soon is no status"),
        ({"answer": "erp", "status": "700"}, StepError, "700 is no status"),
        ({"answer": "erp", "with": {"items": [{}, {"price": "a lot"}]}}, FieldErrors, "price"),
    ],
    ids=["nobody", "another call", "another record", "no number", "no status", "no price"],
)
def test_an_answer_that_fits_nothing_is_refused_and_changes_nothing(
    trial: Sandbox, step: dict[str, Any], refusal: type[Exception], reason: str
) -> None:
    played(trial, ORDER)

    with pytest.raises(refusal, match=reason):
        take(trial, read_step(step))

    assert states(trial) == [("waiting", "")]
    assert decided(trial) == ("None", "None", "open")


def test_an_answered_call_is_not_answered_again(trial: Sandbox) -> None:
    played(trial, ORDER, ANSWER)

    assert "waits for an answer" in refusal_of(trial, read_step(ANSWER))


def test_a_call_whose_path_lacks_its_value_would_not_leave(trial: Sandbox) -> None:
    played(trial, {**ORDER, "with": {}})

    with pytest.raises(Undeliverable):
        take(trial, read_step(ANSWER))

    assert states(trial) == [("given_up", "A value that the path names is empty.")]


def test_the_sample_of_an_answer_has_a_place_for_all_that_is_kept(trial: Sandbox) -> None:
    played(trial, ORDER)

    assert sample(the_call(trial).order) == {"order": {"id": ""}, "items": [{}, {"price": ""}]}


@pytest.mark.parametrize(
    ("places", "blank"),
    [
        ({}, {}),
        ({"one": "0.id", "two": "0.name"}, [{"id": "", "name": ""}]),
        ({"one": "order", "two": "order.id"}, {"order": {"id": ""}}),
        ({"one": "rows.999999999.id"}, {"rows": [*[{}] * 9, {"id": ""}]}),
    ],
    ids=["none", "a list", "one within another", "far away"],
)
def test_a_sample_is_made_of_places(places: dict[str, str], blank: Any) -> None:
    assert sample({"keep": places}) == blank


@pytest.mark.parametrize(
    "step",
    [ANSWER, {"answer": "erp", "with": [{"id": "1"}]}, {"answer": "erp", "status": "503"}],
    ids=["whole", "a list", "a failure"],
)
def test_a_written_answer_is_read_again(step: dict[str, Any]) -> None:
    assert written(read_step(step)) == step


def test_a_trial_with_answers_becomes_a_test_that_passes(trial: Sandbox) -> None:
    steps = played(trial, ORDER, {"answer": "erp", "status": "503"}, ANSWER)

    text = BOOKS + dump({"tests": {"booked": kept(trial, steps)}})

    assert "{answer: erp" in text
    assert list(scenario_gate(parse_app(text, "books.yaml"), text)) == []


def test_a_test_of_a_definition_says_what_is_answered() -> None:
    given = "{answer: erp, on: order_1, with: {order: {id: B-8}}}"
    script = f"when: [{{submit: order, as: clerk, with: {{subject: Tea}}}}, {given}]"
    text = f"{BOOKS}tests:\n  one:\n    {script}\n    expect: {{record: {{booked_as: B-7}}}}\n"

    (problem,) = scenario_gate(parse_app(text, "books.yaml"), text)

    assert "order_1.booked_as is 'B-8', not 'B-7'" in str(problem)
