"""Folding many texts at once comes to folding each."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from engines.expression.folding import fold, fold_all


@given(st.lists(st.text()))
@example(["Ärger", "ΣΑΣ", "Σ", "\u0301", "ＯＲＤＥＲ Ⅳ"])
@example(["a\nB", "C"])
@example(["ΑΣ", "\u0301\u00ad", "Σ"])
def test_many_texts_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]
