"""Ids of an import's records: they follow from run and row, and rise by row."""

from __future__ import annotations

import re

from runtime.exchange.row_ids import RowIds

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
