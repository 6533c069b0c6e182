"""Schedules in five fields, against croniter and by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engines.cron import next_time, parse_cron

croniter = pytest.importorskip("croniter").croniter


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("0 9 * * 1-5", "2026-03-06 09:00", "2026-03-09 09:00"),  # Friday to Monday
        ("*/15 * * * *", "2026-03-06 09:01", "2026-03-06 09:15"),
        ("0 0 29 2 *", "2026-03-01 00:00", "2028-02-29 00:00"),
        ("30 17 1,15 * *", "2026-03-15 17:30", "2026-04-01 17:30"),
        ("0 8 13 * fri", "2026-03-01 00:00", "2026-03-06 08:00"),  # the 13th or a Friday
        ("0 6 * jan,dec sun", "2026-02-01 00:00", "2026-12-06 06:00"),
        ("0 0 * * 7", "2026-03-02 00:00", "2026-03-08 00:00"),
        ("5/20 8-10/2 * * *", "2026-03-02 08:45", "2026-03-02 10:05"),
    ],
)
def test_next_time_after_a_moment(text: str, after: str, expected: str):
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)

    found = next_time(parse_cron(text), moment)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "* * * * 8", "5-1 * * * *", "a * * * *", "*/0 * * * *", "1.5 * * * *", "0 0 31 2 *",
     "-1 * * * *", "\u0661 * * * *", "1,,2 * * * *"],
)  # fmt: skip
def test_wrong_schedule_is_refused_with_a_sentence(text: str):
    with pytest.raises(ValueError, match=r"\w+ .*\w+"):
        parse_cron(text)


def test_wall_clock_time_holds_through_daylight_saving():
    berlin = ZoneInfo("Europe/Berlin")
    saturday = datetime(2026, 3, 28, 9, 0, tzinfo=berlin)

    sunday = next_time(parse_cron("0 9 * * *"), saturday)

    assert sunday == datetime(2026, 3, 29, 9, 0, tzinfo=berlin)
    assert (sunday.astimezone(UTC) - saturday.astimezone(UTC)).total_seconds() == 23 * 3600


field = st.sampled_from
schedules = st.tuples(
    field(["0", "*/10", "5,35", "7-12", "*"]),
    field(["0", "*/5", "8-18", "3,22", "*"]),
    field(["*", "1", "15,31", "*/9"]),
    field(["*", "2", "*/3", "6-8"]),
    field(["*", "0", "1-5", "3,6"]),
).map(" ".join)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001


@settings(max_examples=200, deadline=None)
@given(schedules, moments)
def test_next_times_agree_with_croniter(text: str, naive: datetime):
    after = naive.replace(tzinfo=UTC, microsecond=0)
    parts = text.split()
    # "*/9 * mon" counts as restricted there and as any day here, as in Vixie's cron
    assume(not (parts[2].startswith("*/") and parts[4] != "*"))

    found = next_time(parse_cron(text), after)

    assert found == croniter(text, after).get_next(datetime)
