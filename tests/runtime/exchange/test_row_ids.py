"""Ids of an import's records: they follow from run and row, and rise by row."""

from __future__ import annotations

import re
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from runtime.exchange.row_ids import TOGETHER, RowIds

UUID7 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ROWS = [*range(2, 3_000), *range(16_380, 16_390), 2**28 - 1, 2**28, 2**28 + 1, 2**30]


def test_ids_rise_by_row_and_are_uuids() -> None:
    ids = RowIds("import-a", 1_763_000_000_000).of_rows(ROWS)

    assert ids == sorted(set(ids))
    assert all(UUID7.fullmatch(one) for one in ids)


def test_a_row_has_the_same_id_alone_and_among_others() -> None:
    ids = RowIds("import-a", 1_763_000_000_000)

    assert [ids.of(row) for row in reversed(ROWS)] == list(reversed(ids.of_rows(ROWS)))


def test_another_run_has_other_ids_in_the_same_millisecond() -> None:
    one, other = RowIds("import-a", 1), RowIds("import-b", 1)

    assert set(one.of_rows(ROWS)).isdisjoint(other.of_rows(ROWS))


@given(first=st.integers(2, 2_100), many=st.integers(1, 200), gone=st.sets(st.integers(2, 2_300)))
def test_rows_are_proved_with_those_of_the_same_sixteen(
    first: int, many: int, gone: set[int]
) -> None:
    ids, rows = RowIds("import-a", 1), range(first, first + many)
    known = {ids.of(row): row for row in rows if row not in gone}
    cells = [(id_, "x") for id_ in known]

    parts = ids.proved_together(cells, rows)

    together = [[known[id_] for id_, _ in part] for part in parts]
    kept = groupby(known.values(), key=TOGETHER.__rfloordiv__)
    assert together == [list(some) for _, some in kept]
