"""The limits an author sets, each with an answer that breaks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engines.errors import FieldErrors
from engines.form.display import Display
from engines.form.model import Field
from engines.form.reading import NEUTRAL, Reading
from engines.form.submit import submit
from engines.values import FieldId
from tests.support.forms import a_form, facts, fields_of

OPTIONS = {"a": "A", "b": "B", "c": "C"}


def a_field(**options: Any) -> Field:
    return a_form(json.dumps({"forms": {"ticket": {"fields": {"one": options}}}})).fields[
        FieldId("one")
    ]


@pytest.mark.parametrize(
    ("options", "answer", "code", "params"),
    [
        ({"type": "text", "min_length": 3}, "ab", "too_short", {"min": 3}),
        ({"type": "text", "max_length": 3}, "abcd", "too_long", {"max": 3}),
        ({"type": "text", "pattern": "[A-Z]{2}"}, "Ab", "pattern_mismatch", {}),
        ({"type": "textarea", "max_length": 3}, "abcd", "too_long", {"max": 3}),
        ({"type": "integer", "min": 5}, "4", "too_small", {"min": 5}),
        ({"type": "integer"}, "9007199254740992", "too_large", {"max": 2**53 - 1}),
        ({"type": "decimal", "max": 1.5}, "1.51", "too_large", {"max": "1.5"}),
        ({"type": "currency", "min": 0}, "-1", "too_small", {"min": "0"}),
        ({"type": "currency"}, "5 EUR", "unknown_currency", {"currency": "EUR"}),
        (
            {"type": "currency", "currencies": ["CNY", "JPY"]},
            "5.50 JPY",
            "too_many_decimals",
            {"scale": 0},
        ),
        ({"type": "date", "min": "2026-03-02"}, "2026-03-01", "too_early", {"min": "2026-03-02"}),
        (
            {"type": "datetime", "max": "2026-03-02T10:00Z"},
            "2026-03-02T12:00+01:00",
            "too_late",
            {"max": "2026-03-02T10:00:00Z"},
        ),
        ({"type": "duration", "min": "1h"}, "30m", "too_brief", {"min": "1h"}),
        ({"type": "duration", "max": "1d"}, "2d", "too_lasting", {"max": "1d"}),
        ({"type": "rating"}, "6", "too_large", {"max": 5}),
        ({"type": "rating"}, "0", "too_small", {"min": 1}),
        (
            {"type": "multi_select", "options": OPTIONS, "min_items": 2},
            ["a"],
            "too_few",
            {"min": 2},
        ),
        ({"type": "tags", "max_items": 1}, ["a", "b"], "too_many", {"max": 1}),
        ({"type": "tags"}, ["x" * 51], "too_long", {"max": 50}),
        (
            {"type": "tags", "suggestions": ["vip"], "only_suggested": True},
            ["new"],
            "unknown_option",
            {"value": "new"},
        ),
        ({"type": "file", "max_files": 1}, ["f-1", "f-2"], "too_many", {"max": 1}),
        (
            {"type": "url", "schemes": ["https"]},
            "http://a.com",
            "wrong_scheme",
            {"schemes": "https"},
        ),
    ],
)  # fmt: skip
def test_an_answer_beyond_a_limit_is_told_which(
    options: dict[str, Any], answer: object, code: str, params: dict[str, object]
) -> None:
    field = a_field(**options)

    value = field.type.read(answer, field.options, NEUTRAL)

    found = [(one.code, one.params) for one in field.type.check(value, field.options)]
    assert found == [(code, params)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("１２３", 123),
        ("١٢٣", 123),
        ("۱۲۳", 123),
        ("−5", -5),
        (" +7 ", 7),
        ("5.00", 5),
        (5.0, 5),
        (Decimal(5), 5),
    ],
)
def test_whole_numbers_are_read_in_any_digits(typed: object, number: int) -> None:
    field = a_field(type="integer")

    assert field.type.read(typed, field.options, NEUTRAL) == number


@pytest.mark.parametrize(
    ("cell", "value"),
    [(1, True), ("0", False), ("是", True), ("否", False), (True, True), ("", None)],
)
def test_a_box_is_read_from_the_words_of_a_table(cell: object, value: object) -> None:
    field = a_field(type="checkbox")

    assert field.type.from_cell(cell, field.options, Reading(ZoneInfo("UTC"), "zh")) is value


def test_numbers_of_a_table_are_texts_where_the_field_is_text() -> None:
    field = a_field(type="text")

    assert field.type.from_cell(4711, field.options, NEUTRAL) == "4711"


def test_a_phone_is_shown_as_its_own_country_writes_it() -> None:
    field = a_field(type="phone", country="CN")
    display = Display("en", ZoneInfo("UTC"))

    assert field.type.write("+8613812345678", field.options, display) == "13812345678"
    assert field.type.write("+34912345678", field.options, display) == "+34 912 34 56 78"
    assert field.type.write("broken", field.options, display) == "broken"


def test_a_formula_shows_and_sends_its_number() -> None:
    field = a_field(type="formula", result="number", scale=1, value="1 / 3")
    display = Display("es", ZoneInfo("UTC"))

    assert field.type.write(Decimal("1234.5"), field.options, display) == "1.234,5"
    assert field.type.to_json(Decimal("0.3"), field.options) == "0.3"
    assert field.type.to_cell(Decimal("0.3"), field.options) == Decimal("0.3")


def test_an_import_may_write_what_the_system_usually_does() -> None:
    fields = a_form("forms: {ticket: {fields: {a: {type: text}}}}").fields
    created_at, by = fields[FieldId("created_at")], fields[FieldId("created_by")]

    instant = created_at.type.from_cell("2016-03-01 10:00", created_at.options, NEUTRAL)

    assert instant == datetime(2016, 3, 1, 10, 0, tzinfo=UTC)
    assert created_at.type.to_json(instant, created_at.options) == "2016-03-01T10:00:00Z"
    assert by.type.read("u-1", by.options, NEUTRAL) == "u-1"
    assert by.type.read("", by.options, NEUTRAL) is None


def test_a_value_that_grows_too_large_is_a_problem_of_its_field() -> None:
    form = a_form("""
forms:
  ticket:
    fields:
      body: {type: textarea, max_length: 50000, visible: true}
      twice: {type: formula, result: text, value: "concat(record.body, record.body)"}
""")

    with pytest.raises(FieldErrors) as caught:
        submit(
            form,
            {"body": "x" * 19_000},
            current=None,
            facts=facts(),
            editable=fields_of(form),
        )

    assert [(one.path, one.code) for one in caught.value.problems] == [("twice", "cannot_compute")]
