"""Sheets as other programs read them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from runtime.exchange.xlsx import LONGEST_TEXT, Sheet

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)


def read_by_openpyxl(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def read_by_calamine(content: bytes) -> list[tuple[Any, ...]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [tuple(row) for row in sheet.to_python()]


def written(*rows: list[Any], title: str = "Orders") -> bytes:
    target = io.BytesIO()
    with Sheet(target, title) as sheet:
        sheet.add(rows)
    return target.getvalue()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        (" <b>&amp; two\nlines ", " <b>&amp; two\nlines "),
        ("=1+1", "=1+1"),
        (True, True),
        (7, 7),
        (Decimal("12.50"), 12.5),
        (date(2026, 3, 1), datetime(2026, 3, 1)),  # noqa: DTZ001  a sheet knows no zones
        (datetime(2026, 3, 1, 8, 30, tzinfo=UTC), datetime(2026, 3, 1, 8, 30)),  # noqa: DTZ001
    ],
    ids=["text", "markup", "formula", "boolean", "integer", "decimal", "date", "instant"],
)
def test_a_value_comes_back_as_it_was(value: Any, expected: Any) -> None:
    rows = read_by_openpyxl(written([value]))

    assert rows == [(expected,)]


def test_a_text_like_a_formula_is_a_text_cell() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(["=HYPERLINK(1)"]))).active

    assert sheet is not None
    assert sheet["A1"].data_type == "s"


def test_a_number_too_long_for_excel_stays_exact_as_text() -> None:
    assert read_by_openpyxl(written([12345678901234567890])) == [("12345678901234567890",)]


def test_a_text_too_long_for_excel_is_cut_visibly() -> None:
    (row,) = read_by_openpyxl(written(["x" * (LONGEST_TEXT + 5)]))

    assert len(row[0]) == LONGEST_TEXT
    assert row[0].endswith("…")


def test_empty_cells_keep_their_places() -> None:
    assert read_by_openpyxl(written(["a", None, "c"])) == [("a", None, "c")]


def test_a_title_that_excel_refuses_is_made_harmless() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(["a"], title='A/B: "big" [x] ' + "y" * 40)))

    assert book.sheetnames == ['A B  "big"  x  ' + "y" * 16]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_text_is_read_back_by_another_reader(rows: list[list[str]]) -> None:
    assert read_by_calamine(written(*rows)) == [tuple(row) for row in rows]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written(["a", 1]) == written(["a", 1])
