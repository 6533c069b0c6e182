"""Sums of hashes: equal for the same parts in any order, and for no others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.exchange.tally import Tally, tally_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CELLS = st.none() | st.booleans() | st.text(max_size=4) | st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(st.tuples(st.uuids().map(str), CELLS, CELLS), max_size=8)


def tallied(*chunks: list[list[tuple[Any, ...]]]) -> Tally:
    tally = Tally(["a", "b"])
    for chunk in chunks:
        tally.add(chunk)
    return tally


@given(parts=st.lists(ROWS, max_size=6), cut=st.integers(0, 6), data=st.data())
def test_the_order_and_the_chunks_of_parts_do_not_count(
    parts: list[list[tuple[Any, ...]]], cut: int, data: st.DataObject
) -> None:
    others = data.draw(st.permutations(parts))

    assert tallied(others[:cut], others[cut:]) == tallied(parts)


def test_records_that_changed_places_are_told_apart() -> None:
    first, second = ("r1", 1, 2), ("r2", 3, 4)

    assert tallied([[first, second]]).sha256 != tallied([[second, first]]).sha256


@pytest.mark.parametrize(
    ("cells", "others"),
    [
        ((1, None), (None, 1)),
        (("1", None), (1, None)),
        (("a", "b"), ("a\x1fb", "")),
        ((Decimal("1.00"), 2), (Decimal("1.01"), 2)),
        ((NOON, 1), (NOON + timedelta(microseconds=1), 1)),
        ((date(2026, 3, 2), 1), (date(2026, 3, 3), 1)),
        ((["x", "y"], 1), (["xy"], 1)),
    ],
    ids=["place", "type", "edges", "decimal", "time", "date", "list"],
)
def test_other_values_are_told_apart(cells: tuple[Any, ...], others: tuple[Any, ...]) -> None:
    ours, theirs = tallied([[("r1", *cells)]]), tallied([[("r1", *others)]])

    assert (ours.md5, ours.sha256) != (theirs.md5, theirs.sha256)
    assert ours.records == theirs.records == 1


def test_the_same_instant_counts_the_same_in_any_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=8)))

    assert tallied([[("r1", elsewhere)]]) == tallied([[("r1", NOON)]])


def test_a_kept_tally_goes_on_where_it_was() -> None:
    first = tallied([[("r1", 1, 2)]])
    again = tally_of(["a", "b"], first.as_json())

    again.add([[("r2", 3, 4)]])

    assert again == tallied([[("r1", 1, 2)], [("r2", 3, 4)]])
