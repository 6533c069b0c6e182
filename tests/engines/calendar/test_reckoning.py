"""Reckoning in open time: written-out cases, an oracle that counts minutes, and public cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.calendar.model import ALL_HOURS, Calendar
from engines.calendar.openings import Hours
from engines.calendar.parse import WEEKDAYS, parse_calendars
from engines.diagnostics import Problems
from engines.duration import parse_duration

CASES = Path("../shared/data/calendars")
IS_BESIDE = pytest.mark.skipif(not CASES.exists(), reason="public cases not beside the checkout")
WORK_WEEK = {"mon-fri": ["09:00-12:00", "13:30-18:00"]}
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"),
    *("Asia/Shanghai", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns"),
)


def a_calendar(
    week: Mapping[str, Any], days: Mapping[str, Any] | None = None, zone: str = "UTC"
) -> Calendar:
    """A calendar as a definition writes it."""
    problems = Problems()
    data = {"office": {"week": week, "days": days or {}, "time_zone": zone}}
    found = parse_calendars(data, ("en",), "UTC", problems)
    assert list(problems) == []
    return found["office"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


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


def test_lunch_and_night_do_not_count():
    office = a_calendar(WORK_WEEK)

    open_time = office.between(at("2026-03-02T11:00Z"), at("2026-03-03T10:00Z"))

    assert open_time == timedelta(hours=1 + 4.5 + 1)


def test_time_that_ends_as_the_office_closes_ends_then():
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-06T17:00Z"), timedelta(hours=1)) == at("2026-03-06T18:00Z")


def test_time_left_over_goes_on_after_the_weekend():
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-06T17:00Z"), timedelta(hours=2)) == at("2026-03-09T10:00Z")


def test_time_given_at_night_begins_in_the_morning():
    office = a_calendar(WORK_WEEK)

    assert office.add(at("2026-03-03T02:00Z"), timedelta(minutes=30)) == at("2026-03-03T09:30Z")


def test_holiday_is_closed_and_a_make_up_sunday_works_like_its_weekday():
    days = {"2026-10-01..2026-10-07": {"hours": "closed"}, "2026-10-10": {"hours": "fri"}}
    office = a_calendar(WORK_WEEK, days, "Asia/Shanghai")

    assert office.is_open(at("2026-10-10T10:00+08:00"))
    assert not office.is_open(at("2026-10-05T10:00+08:00"))
    assert office.add(at("2026-09-30T17:00+08:00"), timedelta(hours=2)) == at(
        "2026-10-08T10:00+08:00"
    )


def test_night_of_the_spring_change_is_an_hour_shorter():
    night = a_calendar({"mon-sun": ["00:00-06:00"]}, zone="Europe/Berlin")

    assert night.between(at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00")) == timedelta(
        hours=5
    )


def test_night_of_the_autumn_change_is_an_hour_longer():
    night = a_calendar({"mon-sun": ["00:00-06:00"]}, zone="Europe/Berlin")

    assert night.between(at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00")) == timedelta(
        hours=7
    )


def test_round_the_clock_is_calendar_time_across_years_and_changes():
    always = a_calendar({"mon-sun": ["00:00-24:00"]}, zone="America/New_York")
    start, length = at("2024-11-01T12:34:56Z"), timedelta(days=900, seconds=7)

    assert always.add(start, length) == ALL_HOURS.add(start, length) == start + length
    assert always.between(start, start + length) == length


def test_microseconds_are_kept():
    office = a_calendar(WORK_WEEK)
    start = at("2026-03-02T09:00:00.000001Z")

    assert office.add(start, timedelta(microseconds=5)) == start + timedelta(microseconds=5)


def test_negative_length_is_refused():
    office = a_calendar(WORK_WEEK)

    with pytest.raises(ValueError, match="negative"):
        office.add(at("2026-03-02T09:00Z"), timedelta(seconds=-1))


def test_length_beyond_the_end_of_time_is_refused():
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


@settings(max_examples=200)
@given(calendars(), moments, st.integers(0, 1_200))
def test_open_time_is_what_a_count_of_minutes_finds(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    expected = sum(open_minutes(calendar, start, minutes))

    found = calendar.between(start, start + timedelta(minutes=minutes))

    assert found == timedelta(minutes=expected)


@settings(max_examples=150)
@given(calendars(), moments, st.integers(1, 700))
def test_added_time_ends_where_a_count_of_minutes_has_seen_enough(
    calendar: Calendar, start: datetime, length: int
) -> None:
    end = calendar.add(start, timedelta(minutes=length))

    window = int((end - start) / timedelta(minutes=1))
    passed = open_minutes(calendar, start, window)
    assert sum(passed) == length
    assert passed[-1]


@settings(max_examples=150)
@given(calendars(), moments, st.integers(1, 700))
def test_time_taken_away_and_added_again_comes_back(
    calendar: Calendar, end: datetime, length: int
) -> None:
    start = calendar.subtract(end, timedelta(minutes=length))

    assert calendar.between(start, end) == timedelta(minutes=length)
    assert is_open_by_the_wall(calendar, start)


@settings(max_examples=150)
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


def _public(name: str) -> Any:
    file = CASES / name
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


BIZ, COMMON = _public("biz_spec_cases.json"), _public("business_time_cases.json")


def _days(cases: Mapping[str, Any]) -> Calendar:
    week = {day: [f"{start}-{end}" for start, end in one] for day, one in cases.items()}
    return a_calendar(week)


def _moved(calendar: Calendar, way: str, case: Mapping[str, Any]) -> datetime:
    if case["unit"] == "days":
        return getattr(calendar, f"{way}_days")(at(case["start"]), case["n"])  # type: ignore[no-any-return]
    return getattr(calendar, way)(at(case["start"]), timedelta(**{case["unit"]: case["n"]}))  # type: ignore[no-any-return]


@IS_BESIDE
@pytest.mark.parametrize(
    ("way", "number"),
    [*[("add", number) for number in range(10)], *[("subtract", number) for number in range(9)]],
)
def test_moments_of_another_library_are_met(way: str, number: int) -> None:
    case = BIZ[way][number]

    found = _moved(_days(BIZ["schedule"]), way, case)

    assert found == at(case["expected"])


@IS_BESIDE
@pytest.mark.parametrize("number", range(4))
def test_lengths_of_another_library_are_met(number: int) -> None:
    case = BIZ["within"][number]

    found = _days(BIZ["schedule"]).between(at(case["start"]), at(case["end"]))

    assert found == timedelta(hours=case["expected_hours"])


@IS_BESIDE
@pytest.mark.parametrize("number", range(3))
def test_lengths_another_library_refuses_are_no_durations(number: int) -> None:
    case = BIZ["errors"][number]

    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(f"{case['n']}{case['unit']}")


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _span(pair: tuple[str, str]) -> range:
    return range(_minutes(pair[0]), _minutes(pair[1]))


def _exceptions(week: Mapping[str, Any], cases: Mapping[str, Any]) -> dict[str, Any]:
    """That library's shifts, breaks and holidays as days of ours."""
    dates = {*cases["shifts"], *cases["breaks"]} - {*cases["holidays"]}
    found = {day: {"hours": "closed"} for day in cases["holidays"]}
    for day in dates:
        usual = week.get(WEEKDAYS[date.fromisoformat(day).weekday()], [])
        spans = [set(_span(one)) for one in cases["shifts"].get(day, usual)]
        breaks = {minute for one in cases["breaks"].get(day, ()) for minute in _span(one)}
        found[day] = {"hours": [_written(span - breaks) for span in spans if span - breaks]}
    return found


def _written(minutes: set[int]) -> str:
    start, end = min(minutes), max(minutes) + 1
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


@IS_BESIDE
@pytest.mark.parametrize("number", range(10))
def test_open_moments_of_another_library_are_met(number: int) -> None:
    cases = BIZ["in_hours"]
    week = {day: [f"{start}-{end}" for start, end in one] for day, one in BIZ["schedule"].items()}
    calendar = a_calendar(week, _exceptions(BIZ["schedule"], cases))
    case = cases["cases"][number]

    assert calendar.is_open(at(case["at"])) is case["expected"]


@IS_BESIDE
@pytest.mark.parametrize("number", range(96))
def test_lengths_on_which_two_programs_agree_are_met(number: int) -> None:
    case = COMMON["cases"][number]
    week = {
        day: [f"{start}-{end}" for start, end in hours]
        for day, hours in COMMON["schedules"][case["schedule"]].items()
    }
    holidays = COMMON["holidays"].get(case["holidays"], {})
    closed = {day: {"hours": "closed"} for day in holidays}
    calendar = a_calendar(week, closed, case["tz"])

    found = calendar.between(at(case["start"]), at(case["end"]))

    assert found == timedelta(seconds=case["business_seconds"])
