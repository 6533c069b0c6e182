"""Many values of one column are written like each of them alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import BugError
from engines.kinds import Column, ColumnType
from runtime.store.sql import Dialect
from runtime.store.values import codec_for

SCALES = st.integers(0, 10)


@given(scale=SCALES, data=st.data())
def test_many_decimals_are_written_like_single_ones(scale: int, data: st.DataObject) -> None:
    codec = codec_for(Column("", ColumnType.DECIMAL, scale), Dialect.SQLITE)
    usual = st.decimals(-(10**7), 10**7, places=scale)
    whole = st.integers(-(10**7), 10**7).map(Decimal) | st.integers(-9, 9)
    values = data.draw(st.lists(usual) | st.lists(usual | whole))

    assert codec.write_all(values) == [codec.write(value) for value in values]


@given(values=st.lists(st.dates()))
def test_many_dates_are_written_like_single_ones(values: list[date]) -> None:
    codec = codec_for(Column("", ColumnType.DATE), Dialect.SQLITE)

    assert codec.write_all(values) == [codec.write(value) for value in values]


ZONES = st.just(UTC) | st.just(timezone(timedelta(hours=-7)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001


@given(values=st.lists(MOMENTS))
def test_many_instants_are_written_like_single_ones_and_come_back(values: list[datetime]) -> None:
    codec = codec_for(Column("", ColumnType.TIMESTAMP), Dialect.SQLITE)

    written = codec.write_all(values)

    assert written == [codec.write(value) for value in values]
    assert [codec.read(one) for one in written] == values


@pytest.mark.parametrize("value", ["0.001", "1E-3", "92233720368547758.08", "-1E+30"])
def test_a_decimal_among_many_that_does_not_fit_is_refused(value: str) -> None:
    codec = codec_for(Column("", ColumnType.DECIMAL, 2), Dialect.SQLITE)

    with pytest.raises(BugError, match="does not fit"):
        codec.write_all([Decimal("1.00"), Decimal(value)])


@pytest.mark.parametrize("value", ["-0.00", "1E+2", "92233720368547758.07", "0.10000"])
def test_an_unusual_decimal_among_many_comes_back(value: str) -> None:
    codec = codec_for(Column("", ColumnType.DECIMAL, 2), Dialect.SQLITE)

    first, second = codec.write_all([Decimal("1.05"), Decimal(value)])

    assert (first, codec.read(second)) == (105, Decimal(value))
