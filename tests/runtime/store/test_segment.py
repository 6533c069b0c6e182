"""One meaning of a word, however plain the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.store.segment import joined_words, words


@given(st.text(st.characters(codec="ascii"), max_size=80))
@settings(deadline=None)
def test_a_plain_text_has_the_words_it_has_among_others(text: str) -> None:
    assert words(f"{text} é") == [*words(text), "é"]


def test_long_words_are_cut_in_plain_texts_too() -> None:
    assert words("A" * 70) == ["a" * 60]


PLAIN = st.text(st.characters(codec="ascii"), max_size=80)


@given(
    st.one_of(
        st.lists(PLAIN, max_size=6),
        st.lists(PLAIN | st.text(max_size=20) | st.just("b" * 70), max_size=6),
    )
)
@settings(deadline=None)
def test_many_texts_have_the_words_of_each(texts: list[str]) -> None:
    assert joined_words(texts) == [" ".join(words(text)) for text in texts]
