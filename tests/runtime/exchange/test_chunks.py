"""Chunks of a file: of the size that is asked for, and never parting rows proved together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runtime.exchange.chunks import batches, group_chunks
from runtime.exchange.columns import Columns
from runtime.exchange.row_ids import TOGETHER
from runtime.exchange.source import Batch, Rows

NUMBERS = st.sets(st.integers(2, 400)).map(sorted)
SIZES = st.integers(1, 90)


def the_rows(numbers: list[int], at_once: int) -> Rows:
    starts = range(0, len(numbers), at_once)
    parts = [numbers[start : start + at_once] for start in starts]
    read = [Batch(part, [[f"k{number // 3}" for number in part]]) for part in parts]
    return Rows(("key",), iter(read))


def parted(chunks: list[list[int]]) -> list[int]:
    """The sixteens that stand in more than one chunk."""
    held = [group for chunk in chunks for group in {number // TOGETHER for number in chunk}]
    return [group for group in set(held) if held.count(group) > 1]


@given(numbers=NUMBERS, size=SIZES, at_once=st.integers(1, 120), done=st.integers(0, 30))
def test_chunks_of_rows_never_part_what_is_proved_together(
    numbers: list[int], size: int, at_once: int, done: int
) -> None:
    behind = done * TOGETHER - 1
    run: Any = SimpleNamespace(done=behind, size=size, last=1)

    chunks = [list(one.numbers) for one in batches(run, the_rows(numbers, at_once))]

    assert [one for chunk in chunks for one in chunk] == [one for one in numbers if one > behind]
    assert parted(chunks) == []
    assert all(size <= len(chunk) < size + TOGETHER for chunk in chunks[:-1])


@given(numbers=NUMBERS, size=SIZES)
def test_chunks_of_histories_never_part_what_is_proved_together(
    numbers: list[int], size: int
) -> None:
    run: Any = SimpleNamespace(done=0, size=size, last=1)
    columns = Columns(cells=(), constants={}, created_at=None, group_by=0, changed_at=None)

    chunks = list(group_chunks(run, the_rows(numbers, 50), columns))

    assert [row.number for chunk in chunks for group in chunk for row in group] == numbers
    assert parted([[group[0].number for group in chunk] for chunk in chunks]) == []
