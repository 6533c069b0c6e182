"""Many texts held against a pattern at once: never a yes that one of them alone would not get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.expression.patterns import compile_pattern

PATTERNS = (
    "[+0-9 ]+",
    "P[0-9]{3}",
    "a|b|",
    "^a$",
    "a$|b",
    "\\ba\\b ?",
    "\\Ba?",
    "[^x]{0,5}",
    "a\\sb",
    "\\W*",
    "\\D+",
    "[\t-z]+",
    "a\\nb",
    "\\\\n?",
    ".*",
)
TEXTS = st.lists(st.text("ab\\n \n\tP0+x", max_size=6), max_size=5)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(texts=TEXTS)
def test_what_holds_for_all_holds_for_each(pattern: str, texts: list[str]) -> None:
    compiled = compile_pattern(pattern)

    is_met = [compiled.matches(text) for text in texts]

    assert not compiled.match_all(texts) or all(is_met)


@pytest.mark.parametrize(
    ("pattern", "texts", "is_met"),
    [
        ("[+0-9 ]+", ["+49 30", "0", " "], True),
        ("[+0-9 ]+", ["+49 30", "x", " "], False),
        ("[+0-9 ]+", ["1", ""], False),
        ("[^x]{3}", ["a", "b"], False),
        ("a\\sb", ["a", "b"], False),
        ("[^x]{3}", ["a\nb"], True),
        ("a|", ["a", "", "a"], True),
        ("a|", [], True),
    ],
)
def test_many_texts_are_told_like_single_ones(
    pattern: str, texts: list[str], *, is_met: bool
) -> None:
    assert compile_pattern(pattern).match_all(texts) is is_met
