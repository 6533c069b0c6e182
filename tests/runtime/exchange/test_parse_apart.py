"""Cells of a workbook as texts: a column in one piece, and one by one, say the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from runtime.exchange import parse_apart

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-999, 999).map(float)
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1))  # noqa: DTZ001  a sheet knows no zones
DAYS = st.dates(min_value=date(1900, 1, 1))
COLUMNS = st.one_of(*(st.lists(one, min_size=1, max_size=8) for one in (NUMBERS, MOMENTS, DAYS)))


@given(COLUMNS)
@example([-0.0, 1.0])
@example([1e15, 1e16, 123456789012345.5])
@example([0.00001, 10.0, 1.05])
def test_a_column_in_one_piece_says_what_its_cells_say(cells: list[Any]) -> None:
    assert list(parse_apart._texts(cells)) == [parse_apart._text(cell) for cell in cells]
