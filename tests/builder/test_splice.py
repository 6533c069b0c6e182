"""Splices: exact, reversible, movable past other people's changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.operations.splice import Splice, apply_splices, difference, rebase, reverse

TEXTS = st.lists(
    st.sampled_from(["a: 1\n", "b: 2\n", "# note\n", "  c: x\n", "\n"]), max_size=12
).map("".join)


@given(before=TEXTS, after=TEXTS)
def test_difference_applied_gives_the_text_after(before: str, after: str) -> None:
    assert apply_splices(before, difference(before, after)) == after


@given(before=TEXTS, after=TEXTS)
def test_reverse_gives_the_text_before(before: str, after: str) -> None:
    splices = difference(before, after)

    assert apply_splices(after, reverse(splices)) == before


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_changes_that_do_not_touch_commute(base: str, mine: str, theirs: str) -> None:
    first, second = difference(base, mine), difference(base, theirs)
    moved_first, moved_second = rebase(first, second), rebase(second, first)

    assert (moved_first is None) == (moved_second is None)
    assert moved_first is None or apply_splices(theirs, moved_first) == apply_splices(
        mine, moved_second or ()
    )


def test_changes_of_one_line_collide() -> None:
    mine = difference("a: 1\nb: 2\n", "a: 9\nb: 2\n")
    theirs = difference("a: 1\nb: 2\n", "a: 8\nb: 2\n")

    assert rebase(mine, theirs) is None


def test_change_made_for_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not the one"):
        apply_splices("abc", (Splice(0, "x", "y"),))
