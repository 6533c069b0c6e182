"""From the section `calendars` of a definition to calendars, and the section's JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.calendar.model import Calendar
from engines.calendar.openings import Hours
from engines.diagnostics import Path, Problems, did_you_mean, one_of
from engines.values import locale_text

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED: Final = "closed"
_TEXT: Final = {"type": ["string", "object"], "additionalProperties": {"type": "string"}}
_RANGES: Final = {"type": "array", "items": {"type": "string"}, "maxItems": 24}
_RANGE: Final = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_LONGEST: Final = 366  # days in one entry of `days`
_LAST_MINUTE: Final = 24 * 60
_WRITE_HOURS: Final = "Write opening and closing time, like 09:00-12:00; a day ends at 24:00."
_WRITE_DATE: Final = "Write a date like 2026-10-01, or two of them: 2026-10-01..2026-10-07."


def calendars_schema() -> dict[str, Any]:
    """The schema of the section `calendars`."""
    day = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "hours": {
                "title": "Hours",
                "description": "Hours, 'closed', or the weekday whose hours it has.",
                "anyOf": [{"enum": [CLOSED, *WEEKDAYS]}, _RANGES],
            },
        },
        "required": ["hours"],
        "additionalProperties": False,
    }
    calendar = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "like": {
                "type": "string",
                "title": "Like",
                "description": "A calendar whose zone, hours and days it has unless written here.",
                "x-reference": "calendar",
            },
            "time_zone": {"type": "string", "title": "Time zone"},
            "week": {
                "type": "object",
                "title": "Week",
                "description": "Hours by weekday: mon, or mon-fri. Days left out are closed.",
                "additionalProperties": _RANGES,
            },
            "days": {
                "type": "object",
                "title": "Days",
                "description": "Holidays, working days at a weekend, and other dates by date.",
                "additionalProperties": day,
            },
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "title": "Calendars",
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,47}$"},
        "additionalProperties": calendar,
    }


def parse_calendars(
    data: Mapping[str, Any], locales: tuple[str, ...], time_zone: str, problems: Problems
) -> dict[str, Calendar]:
    """Every calendar that is right; `time_zone` is that of calendars that name none."""
    reading = _Reading(data, locales, time_zone, problems, {})
    for name in data:
        if not problems.has_under(("calendars", name)):
            reading.calendar(name, ())
    return {name: reading.found[name] for name in data if name in reading.found}


@dataclass(frozen=True, slots=True)
class _Reading:
    """The section while it is read; a calendar is read before those that are like it."""

    data: Mapping[str, Any]
    locales: tuple[str, ...]
    time_zone: str
    problems: Problems
    found: dict[str, Calendar]

    def calendar(self, name: str, below: tuple[str, ...]) -> Calendar | None:
        """The calendar, or None when its problems were reported."""
        if name in self.found:
            return self.found[name]
        data, reported = self.data[name] or {}, len(self.problems)
        place = _Place(("calendars", name), self.problems)
        base = self._base(data, (*below, name), place.at("like"))
        week = _week(data.get("week") or {}, place.at("week"))
        if "week" not in data and base is not None:
            week = base.week
        days = _days(data.get("days") or {}, week, place.at("days"))
        made = Calendar(
            id=name,
            title=locale_text(data.get("title"), name, self.locales),
            zone=self._zone(data, base, place.at("time_zone")),
            week=week,
            days={**(base.days if base is not None else {}), **days},
        )
        if len(self.problems) == reported and not any(week):
            place.problem(
                "C008", f"calendar {name!r} is never open", "Add hours under 'week': mon-fri: …"
            )
        if len(self.problems) > reported:
            return None
        self.found[name] = made
        return made

    def _base(self, data: Mapping[str, Any], below: tuple[str, ...], place: _Place) -> Any:
        other = data.get("like")
        if other is None:
            return None
        if other not in self.data:
            hint = did_you_mean(str(other), self.data) or one_of(self.data)
            place.problem("C009", f"unknown calendar {other!r}", hint)
            return None
        if other in below:
            place.problem(
                "C010", f"calendar {below[-1]!r} is like itself through {other!r}", "Remove one."
            )
            return None
        if self.problems.has_under(("calendars", other)):  # reported where it stands
            return None
        return self.calendar(other, below)

    def _zone(self, data: Mapping[str, Any], base: Calendar | None, place: _Place) -> str:
        zone = str(data.get("time_zone") or (base.zone if base is not None else self.time_zone))
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            place.problem(
                "C007",
                f"unknown time zone {zone!r}",
                "Write a name like Asia/Shanghai, Europe/Madrid or UTC.",
            )
            return "UTC"
        return zone


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the definition something is written."""

    path: Path
    problems: Problems

    def at(self, *steps: str | int) -> _Place:
        """Further down."""
        return replace(self, path=(*self.path, *steps))

    def problem(self, code: str, message: str, hint: str) -> None:
        """Report what is wrong here."""
        self.problems.add(code, self.path, message, hint=hint)


def _week(data: Mapping[str, Any], place: _Place) -> Any:
    """Hours of the seven days, Monday first."""
    found: dict[int, Hours] = {}
    for written, ranges in data.items():
        here = place.at(written)
        hours = _hours(ranges, here)
        for day in _weekdays(written, here):
            if day in found:
                here.problem(
                    "C002", f"the hours of {WEEKDAYS[day]!r} are written twice", "Remove one."
                )
            found[day] = hours
    return tuple(found.get(day, ()) for day in range(7))


def _weekdays(written: str, place: _Place) -> range:
    first, _, last = written.partition("-")
    for name in (first, last or first):
        if name not in WEEKDAYS:
            hint = did_you_mean(name, WEEKDAYS) or "Write a day like mon, or days like mon-fri."
            place.problem("C001", f"unknown weekday {name!r}", hint)
            return range(0)
    days = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    if not days:
        place.problem("C001", f"{written!r} ends before it begins", "A week runs from mon to sun.")
    return days


def _hours(ranges: Iterable[Any], place: _Place) -> Hours:
    """The hours of a day in order; those that overlap or run backwards are reported."""
    found: list[tuple[int, int]] = []
    for number, written in enumerate(ranges or ()):
        here = place.at(number)
        read = _range(str(written))
        if read is None:
            here.problem("C003", f"{written!r} is no range of hours", _WRITE_HOURS)
        elif found and read[0] < found[-1][1]:
            here.problem(
                "C004", f"{written!r} begins before the range above it ends", "Put them in order."
            )
        else:
            found.append(read)
    return tuple(found)


def _range(written: str) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(written)
    if match is None:
        return None
    hour, minute, last_hour, last_minute = map(int, match.groups())
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    is_sound = minute < 60 and last_minute < 60 and start < end <= _LAST_MINUTE
    return (start, end) if is_sound else None


def _days(data: Mapping[str, Any], week: tuple[Hours, ...], place: _Place) -> dict[date, Hours]:
    found: dict[date, Hours] = {}
    for written, day in data.items():
        here = place.at(written)
        hours = _hours_of_day(day["hours"], week, here.at("hours"))
        for one in _dates(written, here):
            if one in found:
                here.problem("C006", f"the hours of {one} are written twice", "Remove one.")
            found[one] = hours
    return found


def _hours_of_day(written: Any, week: tuple[Hours, ...], place: _Place) -> Hours:
    if written == CLOSED:
        return ()
    if written in WEEKDAYS:
        return week[WEEKDAYS.index(written)]
    return _hours(written, place)


def _dates(written: str, place: _Place) -> list[date]:
    first, separator, last = written.partition("..")
    try:
        start = date.fromisoformat(first)
        end = date.fromisoformat(last) if separator else start
    except ValueError:
        place.problem("C005", f"{written!r} is no date", _WRITE_DATE)
        return []
    if not start <= end <= start + timedelta(days=_LONGEST):
        wrong = "ends before it begins" if end < start else "is longer than a year"
        place.problem("C005", f"{written!r} {wrong}", _WRITE_DATE)
        return []
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]
