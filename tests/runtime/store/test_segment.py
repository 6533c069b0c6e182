"""One meaning of a word, however plain the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.store.segment import words


@given(st.text(st.characters(codec="ascii"), max_size=80))
@settings(deadline=None)
def test_a_plain_text_has_the_words_it_has_among_others(text: str) -> None:
    assert words(f"{text} é") == [*words(text), "é"]


def test_long_words_are_cut_in_plain_texts_too() -> None:
    assert words("A" * 70) == ["a" * 60]
