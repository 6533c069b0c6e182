"""Open time as other programs count it; the cases stand beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engines.calendar.model import Calendar
from engines.calendar.parse import WEEKDAYS
from engines.duration import parse_duration
from tests.support.calendars import a_calendar, at

CASES = Path("../shared/data/calendars")
IS_BESIDE = pytest.mark.skipif(not CASES.exists(), reason="public cases not beside the checkout")


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
    found: dict[str, Any] = {day: {"hours": "closed"} for day in cases["holidays"]}
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
