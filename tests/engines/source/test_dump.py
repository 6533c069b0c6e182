"""Canonical text: same data, same bytes; whatever is written reads back equal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engines.source.dump import dump
from engines.source.read import read_source
from engines.source.words import looks_typed
from tests.support.definitions import as_words, raw_data

DESK = {
    "format": 1,
    "app": "desk",
    "title": {"en": "Desk", "zh": "客服"},
    "forms": {
        "ticket": {
            "name": "{{ number }} {{ subject }}",
            "fields": {
                "subject": {"type": "text", "title": {"en": "Subject"}, "required": True},
                "value": {"type": "number", "min": Decimal("0.50"), "pattern": "T{yy}-{00001}"},
                "status": {
                    "type": "select",
                    "options": {"new": {"title": {"en": "New"}}, "done": {"zh": "完成"}},
                },
            },
        }
    },
    "tables": {
        "priority": {"rows": [["high", "any", "no"], ["low", "12:30", "5"], ["any", "any", 7]]}
    },
    "notes": "first line\nsecond: line\n",
}

DESK_TEXT = """\
format: 1
app: desk
title: {en: Desk, zh: 客服}

forms:
  ticket:
    name: "{{ number }} {{ subject }}"
    fields:
      subject: {type: text, title: {en: Subject}, required: true}
      value: {type: number, min: 0.50, pattern: "T{yy}-{00001}"}
      status:
        type: select
        options:
          new: {title: {en: New}}
          done: {zh: 完成}

tables:
  priority:
    rows:
      - [high, any, "no"]
      - [low, "12:30", "5"]
      - [any, any, 7]

notes: |
  first line
  second: line
"""


def test_app_is_written_as_people_would() -> None:
    assert dump(DESK) == DESK_TEXT


def test_canonical_text_is_its_own_canonical_text() -> None:
    once = dump(DESK)

    again = dump(read_source(once, "a.yaml").data, as_read=True)

    assert again == once.replace('"no"', "no").replace('"5"', "5")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (Decimal("1E+3"), "1000"),
        (None, "null"),
        ("", '""'),
        ("true", '"true"'),
        ("on", '"on"'),
        ("1e3", '"1e3"'),
        ("2026-01-02", '"2026-01-02"'),
        ("12:30", '"12:30"'),
        ("plain words, here", "plain words, here"),
        ("a: b", '"a: b"'),
        ("# no comment", '"# no comment"'),
        ("-created_at", "-created_at"),
        ("- item", '"- item"'),
        ("it's", "it's"),
        ("'quoted'", "\"'quoted'\""),
        ('say "hi"', 'say "hi"'),
        ('"hi"', "'\"hi\"'"),
        ("tab\there", '"tab\\there"'),
        (" space", '" space"'),
        ("客户", "客户"),
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        (" a\nb", '" a\\nb"'),
        ("a\nb\n\n", '"a\\nb\\n\\n"'),
        ([], "[]"),
        ({}, "{}"),
        (["a, b", "x: y"], '["a, b", "x: y"]'),
    ],
)
def test_quotes_stand_only_where_needed(value: Any, written: str) -> None:
    assert dump({"key": value}) == f"key: {written}\n"


def test_what_is_too_long_for_a_line_becomes_a_block() -> None:
    value = {f"key_{number}": "word " * 3 + "x" for number in range(6)}

    assert dump({"map": value}).splitlines()[:2] == ["map:", "  key_0: word word word x"]


def test_block_of_maps_in_a_list_begins_on_the_dash() -> None:
    value = [{"a": {"b": {"c": {"d": "e"}}}, "f": "g"}]

    assert dump({"key": value}) == "key:\n  - a:\n      b: {c: {d: e}}\n    f: g\n"


# Keys such as `on` and `no` stay plain, though older readers take them for something else.
typed_keys = st.text(max_size=5).filter(lambda key: not looks_typed(key)) | st.sampled_from(
    ["5", "1e3", "true", "null", "~", ".inf", ""]
)
typed = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(max_size=10)
    | st.sampled_from(["no", "on", "5", "1_0", "0x1f", ".inf", "~", "=", "<<", "a\nb", "1:30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(typed_keys, inner),
    max_leaves=8,
)
controls = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"
)


@given(raw_data)
def test_dump_of_what_was_read_is_byte_idempotent(data: Any) -> None:
    text = dump(data, as_read=True)

    read = read_source(text, "a.yaml").data

    assert read == data
    assert dump(read, as_read=True) == text


@given(raw_data)
def test_typed_dump_reads_back_equal(data: Any) -> None:
    assert read_source(dump(data), "a.yaml").data == as_words(data)


@given(typed)
def test_other_yaml_readers_see_the_same_types(data: Any) -> None:
    assert yaml.safe_load(dump(data)) == data
