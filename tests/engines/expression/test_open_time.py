"""Expressions that reckon in the open time of a calendar, and who leaves them to the server."""

from __future__ import annotations

from typing import Any

import pytest

from engines.app import parse_app
from engines.expression.compile import compile_expression
from engines.expression.problems import EvaluationError, ExpressionError
from engines.form.live import browser_program, needs_server
from engines.values import FormId
from tests.support import vectors

FRIDAY, MONDAY = "datetime('2026-02-27T17:00Z')", "datetime('2026-03-02T10:00Z')"
NIGHT = "datetime('2026-02-27T23:00Z')"


def value(expression: str) -> Any:
    """What both evaluators give."""
    compiled = vectors.compiled(expression)
    facts = {**vectors.facts("full"), "zone": "UTC"}
    found = compiled.evaluate(facts)
    assert compiled.explain(facts).value == found
    return found


@pytest.mark.parametrize(
    ("expression", "same_as"),
    [
        (f"open_hours_between({MONDAY}, {FRIDAY}, 'office')", "-2"),
        (f"open_hours_between({NIGHT}, {NIGHT}, 'office')", "0"),
        (f"open_hours_between({FRIDAY}, null, 'office')", "null"),
        (f"add_open_hours({NIGHT}, 0, 'office')", "datetime('2026-03-02T09:00Z')"),
        (f"add_open_hours({MONDAY}, -2, 'office')", FRIDAY),
        (f"add_open_hours({MONDAY}, 0.5, 'office')", "datetime('2026-03-02T10:30Z')"),
        (f"add_open_days({MONDAY}, -1, 'office')", "datetime('2026-02-27T10:00Z')"),
        ("open_days_between(date('2026-03-03'), date('2026-02-27'), 'office')", "0"),
        ("open_days_between(date('2026-02-28'), date('2026-03-01'), 'office')", "0"),
        (f"is_open({MONDAY}, 'office') and not is_open({NIGHT}, 'office')", "true"),
    ],
)
def test_open_time_is_reckoned_by_the_calendar(expression: str, same_as: str) -> None:
    found, expected = value(expression), value(same_as)

    assert found == expected


@pytest.mark.parametrize(
    "expression",
    [
        "open_hours_between(datetime('0900-01-01T00:00Z'), now, 'office')",
        "add_open_hours(now, 10000000, 'office')",
        "add_open_days(now, 100000, 'office')",
        "open_days_between(date('0900-01-01'), today, 'office')",
    ],
)
def test_what_would_take_for_ever_fails_at_once(expression: str) -> None:
    with pytest.raises(EvaluationError, match="out of range"):
        vectors.compiled(expression).evaluate(vectors.facts("full"))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("is_open(now, 'ofice')", "unknown calendar 'ofice'"),
        ("is_open(now, record.subject)", "takes the id of a calendar in quotes"),
        ("is_open(now)", "called with 1 argument"),
    ],
)
def test_a_calendar_that_is_not_there_is_refused(expression: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        compile_expression(expression, vectors.scope())


def test_a_database_takes_it_only_where_it_reads_no_record() -> None:
    taken = vectors.compiled("record.created > add_open_hours(now, -4, 'office')")
    refused = vectors.compiled("open_hours_since(record.created, 'office') > 4")

    assert taken.sql_problems() == ()
    assert [one.code for one in refused.sql_problems()] == ["E030"]


APP = """
format: 1
app: desk
title: Desk
calendars:
  office: {week: {mon-fri: ["09:00-18:00"]}}
forms:
  ticket:
    title: Ticket
    fields:
      asked: {type: datetime}
      answer_by: {type: datetime, value: "add_open_hours(record.asked, 4, 'office')"}
"""


def test_a_live_form_leaves_it_to_the_server() -> None:
    form = parse_app(APP, "app.yaml").forms[FormId("ticket")]

    assert needs_server(form)
    assert browser_program(form, "en")["fields"] == {}
