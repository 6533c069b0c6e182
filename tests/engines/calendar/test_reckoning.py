"""Reckoning in open time: written-out cases, and an oracle that counts minutes.

`make soak` lets the oracle judge 10,000 cases.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.calendar.model import ALL_HOURS, Calendar
from engines.calendar.openings import Hours
from engines.calendar.parse import WEEKDAYS
from tests.support.calendars import a_calendar, at

CASES = int(os.environ.get("DOUGONG_CALENDAR_CASES", "100"))
WORK_WEEK = {"mon-fri": ["09:00-12:00", "13:30-18:00"]}
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"),
    *("Asia/Shanghai", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns"),
)


def is_open_by_the_wall(calendar: Calendar, moment: datetime) -> bool:
    """What a porter with a watch would say."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in calendar.hours_on(local.date()))


def open_minutes(calendar: Calendar, start: datetime, minutes: int) -> list[bool]:
    """For each minute from `start` on, whether it is open; every offset is of whole minutes."""
    return [
        is_open_by_the_wall(calendar, start + timedelta(minutes=number))
        for number in range(minutes)
    ]


def test_lunch_and_night_do_not_count() -> None:
    office = a_calendar(WORK_WEEK)

    open_time = office.between(at("2026-03-02T11:00Z"), at("2026-03-03T10:00Z"))

    assert open_time == timedelta(hours=1 + 4.5 + 1)


def test_time_that_ends_as_the_office_closes_ends_then() -> None:
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-06T17:00Z"), timedelta(hours=1)) == at("2026-03-06T18:00Z")


def test_time_left_over_goes_on_after_the_weekend() -> None:
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-06T17:00Z"), timedelta(hours=2)) == at("2026-03-09T10:00Z")


def test_time_given_at_night_begins_in_the_morning() -> None:
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-03T02:00Z"), timedelta(minutes=30)) == at("2026-03-03T09:30Z")


def test_holiday_is_closed_and_a_make_up_sunday_works_like_its_weekday() -> None:
    days = {"2026-10-01..2026-10-07": {"hours": "closed"}, "2026-10-10": {"hours": "fri"}}
    office = a_calendar(WORK_WEEK, days, "Asia/Shanghai")

    assert office.is_open(at("2026-10-10T10:00+08:00"))
    assert not office.is_open(at("2026-10-05T10:00+08:00"))
    assert office.add(at("2026-09-30T17:00+08:00"), timedelta(hours=2)) == at(
        "2026-10-08T10:00+08:00"
    )


def test_night_of_the_spring_change_is_an_hour_shorter() -> None:
    night = a_calendar({"mon-sun": ["00:00-06:00"]}, zone="Europe/Berlin")

    assert night.between(at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00")) == timedelta(
        hours=5
    )


def test_night_of_the_autumn_change_is_an_hour_longer() -> None:
    night = a_calendar({"mon-sun": ["00:00-06:00"]}, zone="Europe/Berlin")

    assert night.between(at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00")) == timedelta(
        hours=7
    )


def test_round_the_clock_is_calendar_time_across_years_and_changes() -> None:
    always = a_calendar({"mon-sun": ["00:00-24:00"]}, zone="America/New_York")
    start, length = at("2024-11-01T12:34:56Z"), timedelta(days=900, seconds=7)

    assert always.add(start, length) == ALL_HOURS.add(start, length) == start + length
    assert always.between(start, start + length) == length


def test_microseconds_are_kept() -> None:
    office = a_calendar(WORK_WEEK)
    start = at("2026-03-02T09:00:00.000001Z")

    assert office.add(start, timedelta(microseconds=5)) == start + timedelta(microseconds=5)


def test_negative_length_is_refused() -> None:
    office = a_calendar(WORK_WEEK)

    with pytest.raises(ValueError, match="negative"):
        office.add(at("2026-03-02T09:00Z"), timedelta(seconds=-1))


def test_length_beyond_the_end_of_time_is_refused() -> None:
    office = a_calendar({"mon": ["09:00-09:01"]})

    with pytest.raises(OverflowError, match="often enough"):
        office.add(at("9980-03-02T09:00Z"), timedelta(days=300))


ranges = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def hours() -> Hours:
        quarters = draw(ranges) if draw(st.booleans()) else []
        edges = [quarter * 15 for quarter in quarters[: len(quarters) // 2 * 2]]
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    week = [hours() for _ in WEEKDAYS]
    week[draw(st.integers(0, 6))] = ((600, 660), (700, 701))  # never closed for good
    special = {draw(days_near): hours() for _ in range(draw(st.integers(0, 3)))}
    zone = draw(st.sampled_from(ZONES))
    return Calendar("office", a_calendar(WORK_WEEK).title, zone, tuple(week), special)  # type: ignore[arg-type]


# Near the days on which the clocks of these zones change, and the turn of the year.
days_near = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 25), date(2026, 11, 1),
     date(2025, 12, 31), date(2026, 2, 15), date(2018, 11, 4), date(2018, 2, 18)]
).flatmap(lambda day: st.integers(-2, 2).map(lambda more: day + timedelta(days=more)))  # fmt: skip
moments = st.builds(
    lambda day, minute: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    days_near,
    st.integers(0, 1439),
)


@settings(max_examples=CASES)
@given(calendars(), moments, st.integers(0, 1_200))
def test_open_time_is_what_a_count_of_minutes_finds(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    expected = sum(open_minutes(calendar, start, minutes))

    found = calendar.between(start, start + timedelta(minutes=minutes))

    assert found == timedelta(minutes=expected)


@settings(max_examples=80)
@given(calendars(), moments, st.integers(1, 700))
def test_added_time_ends_where_a_count_of_minutes_has_seen_enough(
    calendar: Calendar, start: datetime, length: int
) -> None:
    end = calendar.add(start, timedelta(minutes=length))

    window = int((end - start) / timedelta(minutes=1))
    passed = open_minutes(calendar, start, window)
    assert sum(passed) == length
    assert passed[-1]


@settings(max_examples=80)
@given(calendars(), moments, st.integers(1, 700))
def test_time_taken_away_and_added_again_comes_back(
    calendar: Calendar, end: datetime, length: int
) -> None:
    start = calendar.subtract(end, timedelta(minutes=length))

    assert calendar.between(start, end) == timedelta(minutes=length)
    assert is_open_by_the_wall(calendar, start)


@settings(max_examples=80)
@given(calendars(), moments)
def test_each_minute_is_open_when_the_wall_clock_says_so(
    calendar: Calendar, moment: datetime
) -> None:
    assert calendar.is_open(moment) is is_open_by_the_wall(calendar, moment)


@settings(max_examples=100)
@given(calendars(), moments)
def test_no_length_leads_to_the_next_open_moment_and_back_to_the_last(
    calendar: Calendar, moment: datetime
) -> None:
    after = calendar.add(moment, timedelta(0))
    before = calendar.subtract(moment, timedelta(0))

    assert calendar.is_open(after)
    assert calendar.between(moment, after) == timedelta(0)
    assert calendar.is_open(before - timedelta(microseconds=1))
    assert calendar.between(before, moment) == timedelta(0)
