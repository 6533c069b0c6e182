"""The rows of a file that are not done yet, as many at once as their run takes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from runtime.exchange.columns import Columns
from runtime.exchange.judging import Group
from runtime.exchange.row_ids import TOGETHER
from runtime.exchange.run import Run
from runtime.exchange.source import Batch, Row, Rows, UnreadableFile


def batches(run: Run, rows: Rows) -> Iterator[Batch]:
    """Rows that each are a record of their own."""
    waiting = Batch((), ())
    for batch in rows.batches:
        run.last = batch.numbers[-1]
        if run.last <= run.done:
            continue
        done = bisect_right(batch.numbers, run.done)
        waiting = waiting.and_then(batch.part(done))
        while many := _fitting(waiting.numbers, run.size):
            yield waiting.part(0, many)
            waiting = waiting.part(many)
    if waiting.numbers:
        yield waiting


def group_chunks(run: Run, rows: Rows, columns: Columns) -> Iterator[list[Group]]:
    """Records that rows following each other tell of."""
    waiting: list[Group] = []
    for group in row_groups(rows.rows, columns):
        run.last = group[-1].number
        if group[0].number <= run.done:
            continue
        if len(waiting) >= run.size and not _is_together(waiting[-1], group):
            yield waiting
            waiting = []
        waiting.append(group)
    if waiting:
        yield waiting


def _fitting(numbers: Sequence[int], size: int) -> int:
    """How many rows make a chunk; 0 where those that belong to it are not all there yet."""
    if len(numbers) < size:
        return 0
    last = numbers[size - 1] + (-numbers[size - 1] - 1) % TOGETHER
    return bisect_right(numbers, last) if numbers[-1] >= last else 0


def _is_together(group: Group, other: Group) -> bool:
    return group[0].number // TOGETHER == other[0].number // TOGETHER


def row_groups(rows: Iterator[Row], columns: Columns) -> Iterator[Group]:
    """The rows of each record: one, or all that follow each other with the same key."""
    place = columns.group_by
    if place is None:
        for row in rows:
            yield (row,)
        return
    closed: set[int] = set()  # hashes of keys: a few MB for a hundred thousand records
    for key, rows_of_one in groupby(rows, key=lambda row: row.text(place)):
        group = tuple(rows_of_one)
        if hash(key) in closed:
            raise UnreadableFile(
                f"Row {group[0].number}: the rows of {key!r} do not stand together. "
                "Sort the file by that column."
            )
        closed.add(hash(key))
        yield group
