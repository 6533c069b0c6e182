"""How durations are written and read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("1d12h", timedelta(hours=36)),
        ("1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("0s", timedelta()),
    ],
)
def test_duration_is_read(text: str, length: timedelta):
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "4", "h", "4 h", "4 hours", "-4h", "1.5h", "4h1d", "1h2h", "9999999h", "999999w", "٤h",
     "4h\n", "4H"],
)  # fmt: skip
def test_wrong_duration_is_refused_with_the_text_shown(text: str):
    with pytest.raises(ValueError, match=r"is not|names|is longer"):
        parse_duration(text)


@given(st.integers(0, 3_000_000_000))
def test_written_duration_reads_back(seconds: int):
    length = timedelta(seconds=seconds)

    assert parse_duration(format_duration(length)) == length
