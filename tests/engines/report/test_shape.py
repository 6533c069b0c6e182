"""Answers in order: gaps of time filled, empty keys last, sorted and cut as the report says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.expression.types import BOOLEAN, DATETIME, NUMBER, TEXT
from engines.report.periods import between, following, key_of, label
from engines.report.plain import plain, read_cell
from engines.report.query import Aggregates, Group, mean_of
from engines.report.question import Aggregate, Dimension, Grain, Measure, Order, Question
from engines.report.shape import label_of, table
from engines.values import FormId, LocaleText

NO_TITLE = LocaleText(())
COUNT = Measure("count", NO_TITLE, Aggregate.COUNT, NUMBER)
SUM = Measure("sum", NO_TITLE, Aggregate.SUM, NUMBER, "amount")
STATUS = Dimension(
    "status", "status", NO_TITLE, TEXT, options=(("new", NO_TITLE), ("done", NO_TITLE))
)
PERIODS = [grain for grain in Grain if not grain.is_cyclic]
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def time(grain: Grain) -> Dimension:
    return Dimension(f"at_{grain}", "at", NO_TITLE, DATETIME, grain)


def question(*dimensions: Dimension, **more: Any) -> Question:
    return Question(FormId("ticket"), dimensions, more.pop("measures", (COUNT,)), **more)


def answer(*groups: tuple[tuple[Any, ...], tuple[Any, ...]]) -> Aggregates:
    return Aggregates(tuple(Group(keys, values) for keys, values in groups))


def keys(found: Any) -> list[Any]:
    return [row.keys[0] for row in found.rows]


def test_lone_time_line_has_no_gaps() -> None:
    march, june = date(2026, 3, 1), date(2026, 6, 1)

    found = table(question(time(Grain.MONTH)), answer(((june,), (2,)), ((march,), (1,))))

    assert [(row.keys[0].month, row.values[0]) for row in found.rows] == [
        (3, 1),
        (4, 0),
        (5, 0),
        (6, 2),
    ]


def test_sum_of_a_period_without_records_is_empty_not_nought() -> None:
    asked = question(time(Grain.DAY), measures=(SUM,))

    found = table(asked, answer(((date(2026, 3, 1),), (1,)), ((date(2026, 3, 3),), (1,))))

    assert found.rows[1].values == (None,)


def test_axis_of_hours_has_all_of_a_day() -> None:
    found = table(question(time(Grain.HOUR), STATUS), answer(((9, "new"), (1,))))

    assert found.axis(0) == tuple(range(24))


def test_options_stand_in_the_order_of_the_author_and_empty_last() -> None:
    found = table(question(STATUS), answer(((None,), (9,)), (("done",), (1,)), (("new",), (2,))))

    assert keys(found) == ["new", "done", None]


def test_sorted_report_is_cut_after_its_limit() -> None:
    asked = question(STATUS, order=(Order("count", is_descending=True),), limit=2)

    found = table(asked, answer((("a",), (1,)), (("b",), (3,)), (("c",), (2,))))

    assert keys(found) == ["b", "c"]


@pytest.mark.parametrize("is_descending", [True, False], ids=["down", "up"])
def test_empty_measure_comes_last_either_way(*, is_descending: bool) -> None:
    asked = question(STATUS, measures=(SUM,), order=(Order("sum", is_descending),))

    found = table(asked, answer((("a",), (None,)), (("b",), (1,))))

    assert keys(found) == ["b", "a"]


def test_name_that_may_not_be_read_is_not_shown() -> None:
    customer = Dimension("customer", "customer", NO_TITLE, TEXT, links_to=FormId("customer"))

    labels = [label_of(customer, key, "en", {"1": "Acme"}) for key in ("1", "2", None)]

    assert labels == ["Acme", "–", "Empty"]


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        (Grain.DAY, "2026-03-02"),
        (Grain.WEEK, "2026-W10"),
        (Grain.MONTH, "2026-03"),
        (Grain.QUARTER, "2026 Q1"),
        (Grain.YEAR, "2026"),
        (Grain.HOUR, "14:00"),
        (Grain.WEEKDAY, "周一"),
    ],
)
def test_period_has_a_label(grain: Grain, expected: str) -> None:
    assert label(grain, key_of(grain, date(2026, 3, 2), 14), "zh") == expected


@given(day=days, grain=st.sampled_from(PERIODS))
def test_every_day_lies_in_exactly_the_period_of_its_key(day: date, grain: Grain) -> None:
    start = key_of(grain, day, 0)

    assert start <= day < following(grain, start)
    assert key_of(grain, start, 0) == start


@given(first=days, length=st.integers(0, 400), grain=st.sampled_from(PERIODS))
def test_periods_between_two_days_follow_each_other(
    first: date, length: int, grain: Grain
) -> None:
    start = key_of(grain, first, 0)
    end = key_of(grain, first + timedelta(days=length), 0)

    found = between(grain, start, end, 1_000)

    assert (found[0], found[-1]) == (start, end)
    assert [following(grain, one) for one in found[:-1]] == list(found[1:])


def test_too_many_periods_are_not_filled() -> None:
    assert between(Grain.DAY, date(1900, 1, 1), date(2026, 1, 1), 1_000) == ()


@pytest.mark.parametrize(
    ("total", "count", "expected"),
    [
        (Decimal(10), 3, Decimal("3.333333")),
        (5, 2, Decimal("2.500000")),
        (Decimal("0.0000005"), 1, Decimal("0.000001")),
        (Decimal("-0.0000005"), 1, Decimal("-0.000001")),
        (timedelta(microseconds=5), 2, timedelta(microseconds=3)),
        (timedelta(seconds=10), 4, timedelta(seconds=2.5)),
        (None, 0, None),
    ],
)
def test_mean_is_exact_to_six_digits(total: Any, count: int, expected: Any) -> None:
    assert mean_of(total, count) == expected


CELL = (
    time(Grain.DAY),
    time(Grain.WEEKDAY),
    STATUS,
    Dimension("open", "open", NO_TITLE, BOOLEAN),
    Dimension("score", "score", NO_TITLE, NUMBER),
)


@given(
    st.tuples(
        st.none() | days,
        st.none() | st.integers(1, 7),
        st.none() | st.text(),
        st.none() | st.booleans(),
        st.none() | st.decimals(-(10**9), 10**9, places=3),
    )
)
def test_cell_reads_back_what_was_written(cell: tuple[Any, ...]) -> None:
    assert read_cell(CELL, [plain(key) for key in cell]) == cell


@pytest.mark.parametrize(
    "cell",
    [
        "x",
        [],
        [20260302, 1, "a", True, "1"],
        ["2026-03-02", "1", "a", True, "1"],
        ["2026-03-02", 24, "a", True, "1"],
        ["2026-03-02", 1, 5, True, "1"],
        ["2026-03-02", 1, "a", 1, "1"],
        ["2026-03-02", 1, "a", True, "NaN"],
        ["2026-03-02", 1, "a", True, "1e30"],
        ["2026-03-02", 1, "a", True, "one"],
    ],
    ids=str,
)
def test_cell_of_another_shape_is_no_cell(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"is no|one key"):
        read_cell(CELL, cell)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("9.90"), "9.9"),
        (Decimal(100), "100"),
        (timedelta(minutes=2), 120),
        (timedelta(seconds=0.5), "0.5"),
        (datetime(2026, 3, 2, 8, tzinfo=UTC), "2026-03-02T08:00:00Z"),
        (None, None),
    ],
)
def test_answers_become_plain_json(value: Any, expected: Any) -> None:
    assert plain(value) == expected
