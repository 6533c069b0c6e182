"""The contract of every control, held against the whole catalogue.

Over 300 lines because the tables of right and wrong answers belong to one contract.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engines.form.amounts import largest
from engines.form.catalog import field_types, forms_definitions, forms_schema, offered_types
from engines.form.display import Display
from engines.form.model import Field
from engines.form.problems import CODES, Refused
from engines.form.reading import NEUTRAL, Reading
from engines.form.schema import field_schema
from engines.kinds import Kind
from engines.values import FieldId, FormId
from tests.support.forms import read_forms

TYPES = list(offered_types().values())
ANSWERABLE = [one for one in TYPES if one.takes_answers]
IDS = [one.name for one in TYPES]
ENGLISH = Display("en", ZoneInfo("Asia/Shanghai"))

# control -> (an answer, the value it means)
GOOD: dict[str, tuple[object, object]] = {
    "checkbox": ("true", True),
    "currency": ("9.90", {"amount": Decimal("9.90"), "currency": "CNY"}),
    "date": ("2026-03-02", date(2026, 3, 2)),
    "datetime": ("2026-03-02T10:30", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
    "decimal": ("1.5", Decimal("1.500")),
    "duration": ("1d 12h", timedelta(hours=36)),
    "email": ("Ana@EXAMPLE.com", "Ana@example.com"),
    "file": (["f-1", "f-2"], ["f-1", "f-2"]),
    "integer": ("12", 12),
    "link": ("018f-1", "018f-1"),
    "multi_select": (["phone", "mail"], ["mail", "phone"]),
    "phone": ("138 1234 5678", "+8613812345678"),
    "radio": ("low", "low"),
    "rating": ("4", 4),
    "select": ("high", "high"),
    "tags": ("vip, Refund; 退款，VIP", ["vip", "Refund; 退款"]),
    "text": (" as given ", " as given "),
    "textarea": ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    "tree_select": ("price", "price"),
    "url": ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    "user": ("u-7", "u-7"),
}

# control -> answers that make no sense, with the code of the refusal
NONSENSE: dict[str, list[tuple[object, str]]] = {
    "checkbox": [("perhaps", "not_yes_or_no"), (["true"], "not_yes_or_no"), (1, "not_yes_or_no")],
    "currency": [
        ("9,90", "not_a_number"),
        ("1.234", "too_many_decimals"),
        ("5 XXX", "unknown_currency"),
        ({"amount": "1", "tip": "2"}, "not_money"),
        ({"amount": "1", "currency": 5}, "not_money"),
        (["1"], "not_money"),
        ("9" * 30, "too_large"),
    ],
    "date": [("02.03.2026", "not_a_date"), ("2026-02-30", "not_a_date"), (5, "not_a_date")],
    "datetime": [
        ("2026-03-02", "not_a_datetime"),
        ("2026-03-02T25:00", "not_a_datetime"),
        ("0001-01-01T00:00+14:00", "not_a_datetime"),
        ({"at": 5}, "not_a_datetime"),
    ],
    "decimal": [
        ("1e5", "not_a_number"),
        ("1.2345", "too_many_decimals"),
        ("nan", "not_a_number"),
        (Decimal("1E+999999999"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (True, "not_a_number"),
        ("9" * 20, "too_large"),
    ],
    "duration": [("soon", "not_a_duration"), ("1h1h", "not_a_duration"), (5, "not_text")],
    "email": [("ana", "not_an_email"), ("a@b@c.com", "not_an_email"), ("a" * 300, "too_long")],
    "file": [(["a b"], "not_a_file"), (["f-1", "f-1"], "twice"), ({"id": "f-1"}, "not_a_list")],
    "integer": [("1.5", "not_whole"), ("x", "not_a_number"), ("1_000", "not_a_number")],
    "link": [("../x", "not_a_record"), (5, "not_a_record"), ("a" * 65, "not_a_record")],
    "multi_select": [
        (["fax"], "unknown_option"),
        (["mail", "mail"], "twice"),
        (["mail"] * 2_000, "too_many"),
    ],
    "phone": [("12", "not_a_phone"), ("call me", "not_a_phone"), ("1" * 50, "not_a_phone")],
    "radio": [("middle", "unknown_option"), (["low"], "unknown_option")],
    "rating": [("4.5", "not_whole"), ("many", "not_a_number")],
    "select": [("HIGH", "unknown_option"), ({"id": "high"}, "unknown_option")],
    "tags": [([["vip"]], "not_text"), (5, "not_a_list"), (["a\x00b"], "wrong_characters")],
    "text": [
        ("a\nb", "wrong_characters"),
        ("a\x00b", "wrong_characters"),
        ("a\ud800b", "wrong_characters"),
        ("a\u202eb", "wrong_characters"),
        (["a"], "not_text"),
        (5, "not_text"),
        ("x" * 200_000, "too_long"),
    ],
    "textarea": [("a\x00b", "wrong_characters"), ("a\x1bb", "wrong_characters"), (5, "not_text")],
    "tree_select": [("prices", "unknown_option")],
    "url": [
        ("javascript:alert(1)", "wrong_scheme"),
        ("data:text/html,x", "wrong_scheme"),
        ("example.com", "not_a_url"),
        ("https://", "not_a_url"),
        ("https://a b.com", "not_a_url"),
        ('https://a.com/"x', "not_a_url"),
    ],
    "user": [("u 7", "not_a_user")],
}
NONSENSE_CASES = [
    pytest.param(name, raw, code, id=f"{name}-{index}")
    for name, cases in NONSENSE.items()
    for index, (raw, code) in enumerate(cases)
]


def example_of(name: str, **options: Any) -> Field:
    """The field of a control's own example, compiled among the forms it speaks of."""
    home = {"reverse_list": "buyer"}.get(name, "order")
    forms: dict[str, Any] = {
        "buyer": {"fields": {"name": {"type": "text"}, "phone": {"type": "phone"}}},
        "order": {
            "fields": {
                "subject": {"type": "text"},
                "buyer": {"type": "link", "form": "buyer"},
            }
        },
    }
    forms[home]["fields"]["example"] = {**offered_types()[name].example, **options}
    found, sentences = read_forms(json.dumps({"forms": forms}))
    assert not sentences, sentences
    return found[FormId(home)].fields[FieldId("example")]


def refusal_of(field: Field, raw: object) -> Refused:
    with pytest.raises(Refused) as caught:
        field.type.read(raw, field.options, NEUTRAL)
    return caught.value


def outcome_of(field: Field, raw: object) -> object:
    """The value of an answer, or the code of its refusal."""
    try:
        return field.type.read(raw, field.options, NEUTRAL)
    except Refused as refusal:
        return refusal.code


def test_the_catalogue_has_the_controls_of_the_frame() -> None:
    wanted = "text textarea email phone url integer decimal currency date datetime duration select"
    wanted += " multi_select radio checkbox tags rating tree_select user link reverse_list lookup"
    wanted += " formula serial file system"

    assert set(wanted.split()) <= set(field_types())


def test_every_answerable_control_stands_in_the_tables_of_this_test() -> None:
    assert {one.name for one in ANSWERABLE} == set(GOOD) == set(NONSENSE)


@pytest.mark.parametrize("name", IDS)
def test_the_example_compiles_without_a_problem(name: str) -> None:
    field = example_of(name)

    assert field.type is offered_types()[name]


@pytest.mark.parametrize("name", IDS)
def test_the_options_have_a_valid_schema_with_words(name: str) -> None:
    type_ = offered_types()[name]
    schema = {**field_schema(type_), "$defs": forms_definitions()}

    Draft202012Validator.check_schema(schema)

    Draft202012Validator(schema).validate(type_.example)
    assert all(option["title"] and option["description"] for option in type_.schema.values())


def test_the_schema_of_the_section_is_valid() -> None:
    Draft202012Validator.check_schema({**forms_schema(), "$defs": forms_definitions()})


@pytest.mark.parametrize("name", IDS)
def test_the_palette_can_show_the_control_in_four_languages(name: str) -> None:
    type_ = offered_types()[name]

    assert {locale for locale, text in type_.label.by_locale if text} == {"en", "zh", "es", "ar"}
    assert all([type_.group, type_.icon, type_.widget])


@pytest.mark.parametrize("name", IDS)
def test_the_kind_is_one_a_store_can_keep(name: str) -> None:
    field = example_of(name)

    assert isinstance(field.kind, Kind)
    assert field.is_stored == bool(field.kind.columns)


@pytest.mark.parametrize("name", IDS)
def test_widget_data_is_plain_json(name: str) -> None:
    field = example_of(name)

    data = field.type.widget_data(field.options, "zh")

    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize("name", GOOD)
def test_an_answer_becomes_its_value(name: str) -> None:
    field = example_of(name)
    raw, value = GOOD[name]

    found = field.type.read(raw, field.options, NEUTRAL)

    assert found == value
    assert list(field.type.check(found, field.options)) == []


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("blank", [None, "", "   "], ids=["null", "empty", "blank"])
def test_a_blank_answer_is_no_value(name: str, blank: object) -> None:
    field = example_of(name)

    found = field.type.read(blank, field.options, NEUTRAL)

    assert not field.type.has_value(found)
    assert list(field.type.check(found, field.options)) == []


@pytest.mark.parametrize(("name", "raw", "code"), NONSENSE_CASES)
def test_nonsense_is_refused_by_a_known_code(name: str, raw: object, code: str) -> None:
    field = example_of(name)

    refusal = refusal_of(field, raw)

    assert refusal.code == code
    assert set(refusal.params) == set(CODES[code])


@pytest.mark.parametrize("name", GOOD)
def test_a_value_reads_back_from_json(name: str) -> None:
    field = example_of(name)
    value = GOOD[name][1]

    text = json.dumps(field.type.to_json(value, field.options))

    assert field.type.from_json(json.loads(text), field.options) == value


@pytest.mark.parametrize("name", GOOD)
def test_a_value_reads_back_from_a_cell(name: str) -> None:
    field = example_of(name)
    value = GOOD[name][1]

    cell = field.type.to_cell(value, field.options)

    assert field.type.from_cell(cell, field.options, NEUTRAL) == value
    assert cell is None or isinstance(cell, str | int | Decimal | date | bool)


@pytest.mark.parametrize("name", GOOD)
def test_a_value_is_taken_as_it_is(name: str) -> None:
    field = example_of(name)
    value = GOOD[name][1]

    assert field.type.read(value, field.options, NEUTRAL) == value


@pytest.mark.parametrize("name", GOOD)
def test_an_input_posts_back_the_value_it_shows(name: str) -> None:
    field = example_of(name)
    value = GOOD[name][1]
    shanghai = Reading(ENGLISH.zone, "en")

    posted = field.type.input_value(value, field.options, ENGLISH)

    assert field.type.read(posted, field.options, shanghai) == value


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("locale", ["en", "zh", "es", "ar"])
def test_a_value_is_written_and_an_empty_one_is_not(name: str, locale: str) -> None:
    field = example_of(name)
    display = Display(locale, ENGLISH.zone)

    assert field.type.write(GOOD[name][1], field.options, display)
    assert field.type.write(None, field.options, display) == ""


@pytest.mark.parametrize("name", ["formula", "lookup", "reverse_list", "serial"], ids=str)
def test_nobody_answers_a_control_that_makes_its_value(name: str) -> None:
    field = example_of(name)

    refusal = refusal_of(field, "1")

    assert refusal.code == "not_editable"
    assert field.type.write(None, field.options, ENGLISH) == ""


def test_every_code_used_is_listed_and_every_listed_code_is_used() -> None:
    files = [one for one in Path("engines/form").rglob("*.py") if one.name != "problems.py"]
    sources = "".join(path.read_text("utf-8") for path in files)
    refused = set(re.findall(r'Refused\(\s*"([a-z_]+)"', sources))
    quoted = set(re.findall(r'"([a-z_]+)"', sources))
    found_by_runtime = {"not_unique", "unknown_record", "file_too_big", "wrong_file_type"}

    assert refused <= set(CODES)
    assert set(CODES) - quoted == found_by_runtime


# --- numbers and times, whatever they are -----------------------------------------------------


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_every_whole_number_of_a_browser_survives(number: int) -> None:
    field = INTEGER

    assert field.type.read(str(number), field.options, NEUTRAL) == number
    assert list(field.type.check(number, field.options)) == []


@given(st.decimals(-largest(3), largest(3), places=3))
def test_every_decimal_a_column_holds_survives(number: Decimal) -> None:
    field = DECIMAL
    text = field.type.to_json(number, field.options)

    assert field.type.from_json(text, field.options) == number


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_any_other_decimal_is_refused_and_never_rounded(number: Decimal) -> None:
    field = DECIMAL
    text = str(number)

    found = outcome_of(field, text)

    assert found in (number, "not_a_number", "too_large", "too_many_decimals")


@given(st.dates())
def test_every_date_survives(day: date) -> None:
    field = DATE

    assert field.type.read(day.isoformat(), field.options, NEUTRAL) == day


@given(st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30)))  # noqa: DTZ001
def test_every_instant_survives_json(instant: datetime) -> None:
    field = DATETIME
    value = instant.replace(tzinfo=UTC)

    assert field.type.from_json(field.type.to_json(value, field.options), field.options) == value


@given(st.text())
def test_text_is_kept_as_given_or_refused(text: str) -> None:
    field = TEXT

    found = outcome_of(field, text)

    assert found in (None if not text.strip() else normalize("NFC", text), "wrong_characters")


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)))
def test_any_list_survives_its_cell(words: list[str]) -> None:
    from engines.form import lists

    kept = [word.strip() for word in words if word.strip()]

    assert lists.from_cell(lists.to_cell(kept)) == kept


INTEGER = example_of("integer", min=-(2**53))
DECIMAL = example_of("decimal")
DATE = example_of("date")
DATETIME = example_of("datetime")
TEXT = example_of("text")
