"""Reading: every scalar is text, every part has its place, hostile texts end cleanly.

Long because every trap of the format has its case.
"""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engines.diagnostics import Path, Problems
from engines.errors import DefinitionError
from engines.source.compose import MAX_DEPTH, MAX_NODES, StopReading, compose
from engines.source.read import MAX_BYTES, read_source

TICKET = """\
# the desk
format: 1
forms:
  ticket:
    fields:
      mood: {type: rating, max: 5}
      notes: |
        long
        text
rows:
  - [high, low]
  - [any,
     never]
"""


def complaints(text: str | bytes, name: str = "a.yaml") -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read_source(text, name)
    return [str(one).removeprefix("a.yaml:") for one in caught.value.diagnostics]


@pytest.mark.parametrize(
    "word", ["no", "on", "yes", "12:30", "12:30:45", "0123", "=", "1e3", "2026-01-02", "0x1F", "1"]
)
def test_plain_words_stay_the_text_they_are(word: str) -> None:
    assert read_source(f"key: {word}", "a.yaml").data == {"key": word}


@pytest.mark.parametrize("word", ["", "~", "null"])
def test_plain_nothing_is_none(word: str) -> None:
    assert read_source(f"key: {word}", "a.yaml").data == {"key": None}


@pytest.mark.parametrize("text", ["key: ''", 'key: ""'])
def test_quoted_nothing_is_empty_text(text: str) -> None:
    assert read_source(text, "a.yaml").data == {"key": ""}


@pytest.mark.parametrize("key", ["on", "y", "null", "12", "客户"])
def test_any_word_can_be_a_key(key: str) -> None:
    assert read_source(f"{key}: x", "a.yaml").data == {key: "x"}


@pytest.mark.parametrize(
    ("path", "key_at"),
    [
        ((), (2, 1)),
        (("format",), (2, 1)),
        (("forms", "ticket", "fields", "mood", "max"), (6, 28)),
        (("forms", "ticket", "fields", "notes"), (7, 7)),
        (("rows", 1, 1), (13, 6)),
        (("forms", "ticket", "title"), (4, 3)),
        (("nowhere", "at", 3), (2, 1)),
    ],
    ids=["root", "top key", "flow map", "literal", "list item", "missing key", "missing branch"],
)
def test_every_path_has_a_place(path: Path, key_at: tuple[int, int]) -> None:
    source = read_source(TICKET, "a.yaml")

    assert source.position(path) == key_at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: &x 1",
            "1: a: the anchor '&x' is not used here. "
            "Remove it; a text that begins with '&' needs quotes. [S007]",
        ),
        (
            "a: [*x]",
            "1: a[0]: the alias '*x' is not used here. "
            "Write the value out; a text that begins with '*' needs quotes. [S008]",
        ),
        (
            "a:\n  <<: {b: 1}",
            "2: a: the merge key '<<' is not used here. Write the keys out. [S009]",
        ),
        (
            "a: !!python/name:os.system x",
            "1: a: the tag '!!python/name:os.system' is not used here. "
            "Remove it; a text that begins with '!' needs quotes. [S011]",
        ),
        (
            "a: 1\n---\nb: 2",
            "2: a second document begins here. "
            "Remove the '---' line; one file holds one app. [S012]",
        ),
        (
            "? [a]\n: 1",
            "1: a key must be a word. "
            "Write 'key: value'; a value that holds braces needs quotes. [S015]",
        ),
        ("# nothing\n", "1: the file is empty. Begin with 'format: 1'. [S016]"),
        (
            "%YAML 1.1\n---\na: 1",
            "1: a '%' directive is not used here. Remove the line. [S017]",
        ),
        ("a:\n\tb: 1", "2: a tab indents this line. Indent with two spaces a level. [S005]"),
        ("a: \x00", "1: the control character U+0000 may not stand here. Remove it. [S004]"),
        (
            'a: "x\\u0007"',
            "1: a: the text holds an escaped control character. "
            "Only \\t and \\n may stand in a text. [S004]",
        ),
        (
            "\ufeffa: 1",
            "1: the file begins with a byte order mark. Save it as UTF-8 without one. [S003]",
        ),
        (
            b"a: 1\nb: \xff",
            "2: byte 0xff is not UTF-8. Save the file in the encoding UTF-8. [S002]",
        ),
        (
            "when: a: b",
            "1: a second ': ' stands where no key can begin: 'when: a: b'. "
            "Put quotes around a text that contains ': ', or check the indentation. [S006]",
        ),
        (
            "a: 1\nb: 'open\nc: 2",
            '2: the quote opened here is never closed: "b: \'open". '
            "Close it with the same quote. [S006]",
        ),
    ],
)
def test_refusal_says_where_and_what_to_write(text: str | bytes, expected: str) -> None:
    assert complaints(text) == [expected]


def test_all_repeated_keys_are_reported_at_once() -> None:
    text = "a: 1\nb: {c: 1, c: 2}\na:\n  d: 1\n  d: 2\n"

    found = complaints(text)

    assert found == [
        "2: b.c: the key 'c' already stands on line 2. "
        "Remove one of the two, or rename it. [S010]",
        "3: a: the key 'a' already stands on line 1. Remove one of the two, or rename it. [S010]",
        "5: a.d: the key 'd' already stands on line 4. "
        "Remove one of the two, or rename it. [S010]",
    ]


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "{" * 200_000, "- " * 200_000, "? " * 200_000, "[{" * 100_000, "{a: " * 70],
)
def test_deep_nesting_ends_cleanly(text: str) -> None:
    assert f"nested deeper than {MAX_DEPTH}" in complaints(text)[-1]


def test_too_many_values_are_refused() -> None:
    text = "a: [" + "x," * MAX_NODES + "]"

    assert complaints(text)[0].endswith(
        f"the file holds more than {MAX_NODES} values. Split it into several apps. [S013]"
    )


@pytest.mark.parametrize("text", ["x" * (MAX_BYTES + 1), b"x" * (MAX_BYTES + 1), "é" * 600_000])
def test_oversized_text_is_refused_before_it_is_parsed(text: str | bytes) -> None:
    assert complaints(text)[0].endswith(
        "at most 1,000,000 are read. Split it into several apps. [S001]"
    )


@pytest.mark.parametrize("native", [True, False], ids=["libyaml", "pure"])
def test_both_parsers_build_the_same_tree(native: bool) -> None:  # noqa: FBT001
    problems = Problems()

    root = compose(TICKET, problems, native=native)

    assert root is not None
    assert root.data == read_source(TICKET, "a.yaml").data


@pytest.mark.parametrize("native", [True, False], ids=["libyaml", "pure"])
def test_both_parsers_stop_at_the_depth_limit(native: bool) -> None:  # noqa: FBT001
    problems = Problems()

    with pytest.raises(StopReading):
        compose("[" * 5_000, problems, native=native)

    assert [code for code, _, _ in problems] == ["S014"]


@given(st.text(alphabet=st.sampled_from("ab:-{}[],'\"|> \n#&*!%@?~\\0\t"), max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        data = read_source(text, "a.yaml").data
    except DefinitionError as error:
        data = [(one.line > 0, one.message != "") for one in error.diagnostics]
        expected: object = [(True, True)] * len(data)
    else:
        # What we take, the standard composer that types nothing takes alike.
        expected = _without_none(yaml.load(text, Loader=yaml.CBaseLoader))  # noqa: S506

    assert _without_none(data) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner),
    max_leaves=12,
)


@given(json_values, st.sampled_from([None, 2]))
def test_json_is_read_as_its_literal_text(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    control = any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in repr_texts(value))

    if control:
        assert "[S004]" in complaints(text, "a.json")[0]
    else:
        assert read_source(text, "a.json").data == as_text(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": tru}', "this is not JSON. Quote texts with double quotes. [S018]"),
        (
            '{"a": 1,}',
            'a key must stand here in double quotes. Write "key": value. [S018]',
        ),
        ('{"a" 1}', "':' is missing here. Write ':' before it. [S018]"),
        ('{"a": 1 "b": 2}', "',' is missing here. Write ',' before it. [S018]"),
        ('{"a": [1,]}', "a value is missing here. Write a value, or remove the ','. [S018]"),
        ("{} {}", "the text goes on after its end. Remove what follows. [S018]"),
        (
            '{"a": 1, "a": 2}',
            "a: the key 'a' already stands on line 1. Remove one of the two, or rename it. [S010]",
        ),
        (
            '{"a": "\\x"}',
            "the backslash begins no known escape. Write '\\\\' for a backslash. [S018]",
        ),
    ],
)
def test_broken_json_is_refused_with_its_place(text: str, expected: str) -> None:
    assert complaints(text, "a.json") == [f"a.json:1: {expected}"]


def test_json_has_places_too() -> None:
    source = read_source('{\n  "a": [1,\n    {"b": null}]\n}', "unnamed")

    assert source.position(("a", 1, "b")) == (3, 6)


def as_text(value: object) -> object:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            return [as_text(one) for one in value]
        case dict():
            return {key: as_text(one) for key, one in value.items()}
        case _:
            return value


def repr_texts(value: object) -> str:
    match value:
        case str():
            return value.replace("\n", "").replace("\t", "")
        case list():
            return "".join(map(repr_texts, value))
        case dict():
            return "".join(repr_texts(one) for pair in value.items() for one in pair)
        case _:
            return ""


def _without_none(value: object) -> object:
    match value:
        case list():
            return [_without_none(one) for one in value]
        case dict():
            return {key: _without_none(one) for key, one in value.items()}
        case None | "~" | "null":
            return ""
        case _:
            return value
