"""Formatting keeps meaning, order and comments, and finds nothing left to do."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings

from engines.errors import DefinitionError
from engines.source.fmt import fmt
from engines.source.read import read_source
from tests.support.definition_texts import Commented, commented_texts

UNTIDY = """\
# The desk.

format:   1
title:
    en:   'Desk'   # name
    zh: "客服"


forms:

    # one per request
    ticket:   # the main one
        fields: {subject: {type: text,required: 'true'},   mood: {type: "rating"}}
        rows:
        -   [a,b]     # first
        -
          # second
          x: 1
        # after the rows
    # after the form

help: |   # long
    one

    two
list: [ a,
   # why
   b,   # last
]
# The end.
"""

TIDY = """\
# The desk.

format: 1
title:
  en: Desk  # name
  zh: 客服

forms:
  # one per request
  ticket:  # the main one
    fields: {subject: {type: text, required: "true"}, mood: {type: rating}}
    rows:
      - [a, b]  # first
      -
        # second
        x: 1
      # after the rows
  # after the form

help: |  # long
  one

  two
list:
  - a
  # why
  - b  # last
# The end.
"""


def test_untidy_text_becomes_tidy() -> None:
    assert fmt(UNTIDY) == TIDY


def test_tidy_text_stays_as_it_is() -> None:
    assert fmt(TIDY) == TIDY


def test_long_braces_become_a_block() -> None:
    text = "a: {" + ", ".join(f"key_{number}: a rather long text" for number in range(5)) + "}\n"

    assert fmt(text).splitlines()[:2] == ["a:", "  key_0: a rather long text"]


def test_comment_in_an_impossible_place_leaves_the_text_alone() -> None:
    text = "a: {b:  # between key and value\n  1}\n"

    assert fmt(text) == text


def test_unreadable_text_is_refused() -> None:
    with pytest.raises(DefinitionError):
        fmt("a: [1")


@settings(max_examples=150, deadline=None)
@given(commented_texts)
def test_format_keeps_meaning_and_comments_and_settles(written: Commented) -> None:
    once = fmt(written.text)

    assert repr(read_source(once, "a.yaml").data) == repr(read_source(written.text, "a.yaml").data)
    assert [comment for _, comment in written.comments if comment not in once] == []
    assert fmt(once) == once


@settings(max_examples=100, deadline=None)
@given(commented_texts)
def test_other_readers_see_the_same_after_formatting(written: Commented) -> None:
    before = yaml.load(written.text, Loader=yaml.CBaseLoader)  # noqa: S506  (builds texts only)

    after = yaml.load(fmt(written.text), Loader=yaml.CBaseLoader)  # noqa: S506

    assert _nothing_is_null(after) == _nothing_is_null(before)


def _nothing_is_null(data: object) -> object:
    match data:
        case dict():
            return {key: _nothing_is_null(one) for key, one in data.items()}
        case list():
            return [_nothing_is_null(one) for one in data]
        case "" | "~":
            return "null"
        case _:
            return data
