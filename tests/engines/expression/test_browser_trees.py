"""The trees that vitest evaluates are those the server sends."""

from __future__ import annotations

from tests.support.vector_trees import FILE, trees_text


def test_trees_of_the_vectors_are_up_to_date() -> None:
    assert FILE.read_text() == trees_text(), "run `python -m tests.support.vector_trees`"
