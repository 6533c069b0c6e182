"""Calendars as a definition writes them, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engines.calendar.model import Calendar
from engines.calendar.parse import parse_calendars
from engines.diagnostics import Problems


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
