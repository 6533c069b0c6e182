"""One schema types the texts and says in one sentence what does not fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engines.diagnostics import Problems
from engines.shape import Typed, coerce_and_validate, editor_schema
from engines.source.read import read_source

ID = {"pattern": "^[a-z][a-z0-9_]{0,47}$"}
FIELDS = {
    "type": "object",
    "propertyNames": ID,
    "additionalProperties": {
        "type": "object",
        "required": ["type"],
        "x-discriminator": "type",
        "x-variants": {
            "text": {
                "properties": {
                    "type": {},
                    "required": {"type": "boolean"},
                    "max_length": {"type": "integer", "minimum": 1, "maximum": 4000},
                },
                "additionalProperties": False,
            },
        },
    },
}
LABEL = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/locales"}]}
BLOCKS = {
    "type": "array",
    "items": {
        "oneOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"heading": {"$ref": "#/$defs/label"}, "big": {"type": "boolean"}},
                "required": ["heading"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"columns": {"type": "integer"}},
                "required": ["columns"],
                "additionalProperties": False,
            },
        ]
    },
}
DEFINITIONS = {
    "label": LABEL,
    "locales": {"type": "object", "additionalProperties": {"type": "string"}},
}


def shaped(text: str, schema: dict[str, Any]) -> tuple[Typed, list[str]]:
    source = read_source(text, "a.yaml")
    problems = Problems()
    data = coerce_and_validate(source, {**schema, "$defs": DEFINITIONS}, problems)
    return data, [str(one).removeprefix("a.yaml:") for one in problems.sorted(source)]


def one_key(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"key": schema}}


@pytest.mark.parametrize(
    ("word", "schema", "typed"),
    [
        ("true", {"type": "boolean"}, True),
        ("12", {"type": "integer"}, 12),
        ("-3", {"type": "number"}, -3),
        ("0.50", {"type": "number"}, Decimal("0.50")),
        ("0123", {"type": "string"}, "0123"),
        ("true", {"type": ["boolean", "string"]}, "true"),
        ("", {"type": ["string", "null"]}, None),
        ("5", {"anyOf": [{"type": "string", "enum": ["all"]}, {"type": "integer"}]}, 5),
        ("all", {"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["all"]}]}, "all"),
        ("2", {"enum": [1, 2]}, 2),
        ("false", {"const": False}, False),
        ("7", {"allOf": [{"type": "integer"}, {"minimum": 3}]}, 7),
        ("x", {"$ref": "#/$defs/label"}, "x"),
        ("{en: x}", {"$ref": "#/$defs/label"}, {"en": "x"}),
        ("[1, x]", {"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, [1, "x"]),
    ],
)
def test_texts_become_what_the_schema_says(
    word: str, schema: dict[str, Any], typed: Typed
) -> None:
    data, problems = shaped(f"key: {word}", one_key(schema))

    assert (data, problems) == ({"key": typed}, [])


@pytest.mark.parametrize(
    ("word", "schema", "sentence"),
    [
        ("no", {"type": "boolean"}, "'no' is not true or false. Write true or false. [D001]"),
        ("Yes", {"type": "boolean"}, "'Yes' is not true or false. Write true or false. [D001]"),
        (
            "1.5",
            {"type": "integer"},
            "'1.5' is not a whole number. Write digits, such as 12. [D002]",
        ),
        (
            "1_000",
            {"type": "integer"},
            "'1_000' is not a whole number. Write digits, such as 12. [D002]",
        ),
        (
            "1e9",
            {"type": "number"},
            "'1e9' is not a number. Write it plainly, such as 0.5. [D003]",
        ),
        (
            "nan",
            {"type": "number"},
            "'nan' is not a number. Write it plainly, such as 0.5. [D003]",
        ),
        ("x", {"type": "array"}, "'x' is not a list. Write a list. [D004]"),
        ("{a: 1}", {"type": "string"}, "the map {a} is not a text. Write a text. [D004]"),
        ("", {"type": "string"}, "the value is missing. Write one, or remove the key. [D005]"),
        (
            "rde",
            {"enum": ["red", "green"]},
            "'rde' is not one of the choices. Did you mean 'red'? [D006]",
        ),
        (
            "x",
            {"enum": ["red", "green"]},
            "'x' is not one of the choices. Write one of red, green. [D006]",
        ),
        ("2", {"const": "1"}, "'2' cannot stand here. Write 1. [D007]"),
        (
            "4x",
            {"type": "string", "pattern": "^[0-9]+h$", "x-hint": "Write hours, such as 4h."},
            "'4x' is not written as it must be. Write hours, such as 4h. [D008]",
        ),
        (
            "My Id",
            {"type": "string", **ID},
            "'My Id' cannot be an id. "
            "Write 'my_id': a letter first, then a-z, 0-9 and _, at most 48. [D009]",
        ),
        ("0", {"type": "integer", "minimum": 1}, "'0' is too small. Write at least 1. [D012]"),
        ("9", {"type": "integer", "maximum": 5}, "'9' is too large. Write at most 5. [D013]"),
        ("''", {"type": "string", "minLength": 1}, "the text is empty. Write something. [D014]"),
        (
            "abc",
            {"type": "string", "maxLength": 2},
            "the text 'abc' is too long. Write at most 2 letters. [D014]",
        ),
        ("[]", {"minItems": 1}, "it has 0 items. Write at least 1. [D015]"),
        ("{a: x, b: x}", {"maxProperties": 1}, "it has 2 keys. Write at most 1. [D015]"),
        (
            "[a, b, a]",
            {"uniqueItems": True},
            "'a' stands in the list twice. Remove one. [D016]",
        ),
        (
            "[a]",
            {"$ref": "#/$defs/label"},
            "a list of 1 does not fit here. Write a map or a text. [D017]",
        ),
        (
            "x",
            {"not": {"enum": ["x"]}},
            "'x' is not allowed here. "
            "Remove it, or compare it with a neighbour of the same kind. [D018]",
        ),
    ],
)
def test_each_misfit_has_its_sentence(word: str, schema: dict[str, Any], sentence: str) -> None:
    _, problems = shaped(f"key: {word}", one_key(schema))

    assert problems == [f"1: key: {sentence}"]


def test_unknown_key_suggests_the_near_one_and_hides_its_absence() -> None:
    schema = {
        "type": "object",
        "properties": {"title": {}, "format": {}},
        "required": ["title", "format"],
        "additionalProperties": False,
    }

    _, problems = shaped("titel: x", schema)

    assert problems == [
        "1: titel: unknown key 'titel'. Did you mean 'title'? [D010]",
        "1: the key 'format' is missing. Add 'format: …'. [D011]",
    ]


def test_all_problems_come_at_once_in_file_order() -> None:
    text = (
        "name: {type: text, required: no}\n"
        "Bad Name: {type: text}\n"
        "note: {type: text, max_lenght: 5}\n"
        "sum: {max_length: 3}\n"
        "kind: {type: text, max_length: 0}\n"
    )

    _, problems = shaped(text, FIELDS)

    assert problems == [
        "1: name.required: 'no' is not true or false. Write true or false. [D001]",
        "2: Bad Name: 'Bad Name' cannot be an id. "
        "Write 'bad_name': a letter first, then a-z, 0-9 and _, at most 48. [D009]",
        "3: note.max_lenght: unknown key 'max_lenght'. Did you mean 'max_length'? [D010]",
        "4: sum: the key 'type' is missing. Add 'type: …'. [D011]",
        "5: kind.max_length: '0' is too small. Write at least 1. [D012]",
    ]


def test_unknown_variant_is_left_to_the_engines() -> None:
    data, problems = shaped("mood: {type: raitng, max: 5}", FIELDS)

    assert (data, problems) == ({"mood": {"type": "raitng", "max": "5"}}, [])


def test_only_the_branch_that_was_meant_speaks() -> None:
    _, problems = shaped("- subject\n- {heading: Hello, big: maybe}\n- {colums: 2}\n", BLOCKS)

    assert problems == [
        "2: [1].big: 'maybe' is not true or false. Write true or false. [D001]",
        "3: [2].colums: unknown key 'colums'. Did you mean 'columns'? [D010]",
    ]


def test_values_are_typed_inside_the_branch_they_fit() -> None:
    data, problems = shaped("[{columns: 2}, {heading: {en: Hi}, big: true}]", BLOCKS)

    assert problems == []
    assert data == [{"columns": 2}, {"heading": {"en": "Hi"}, "big": True}]


def test_editors_see_variants_as_conditions() -> None:
    validator = Draft202012Validator(editor_schema(FIELDS))

    verdicts = [
        validator.is_valid({"a": {"type": "text", "max_length": 3}}),
        validator.is_valid({"a": {"type": "text", "max_length": "x"}}),
        validator.is_valid({"a": {"type": "other", "anything": 1}}),
    ]

    assert verdicts == [True, False, True]
    assert "x-variants" not in str(editor_schema(FIELDS))


words = st.sampled_from(["true", "no", "3", "0.5", "text", "", "raitng", "heading"])
documents = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "required", "heading", "columns", "Bad"]), inner
        )
    ),
    max_leaves=10,
)


def written(data: object) -> str:
    match data:
        case dict():
            return "{" + ", ".join(f"{key}: {written(one)}" for key, one in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, data)) + "]"
        case _:
            return f"'{data}'" if data else "null"


@given(documents, st.sampled_from([FIELDS, BLOCKS, LABEL]))
def test_silence_means_the_typed_data_is_valid(document: object, schema: dict[str, Any]) -> None:
    data, problems = shaped(f"key: {written(document)}", one_key(schema))

    plain = Draft202012Validator({**editor_schema(one_key(schema)), "$defs": DEFINITIONS})

    assert (problems == []) == plain.is_valid(data)
