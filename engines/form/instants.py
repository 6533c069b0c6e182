"""Dates and instants out of what people and machines write."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engines.form.problems import Refused

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def read_date(raw: object) -> date:
    """The day written `2026-03-02`; raises Refused."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DATE.fullmatch(raw.strip()):
        raise Refused("not_a_date")
    try:
        return date.fromisoformat(raw.strip())
    except ValueError:
        raise Refused("not_a_date") from None


def read_instant(raw: object, zone: ZoneInfo) -> datetime:
    """The instant, in UTC; a time without an offset is one on the clocks of `zone`.

    Where the clocks are set back a written hour happens twice: the first is meant. An hour that
    the clocks skip is refused.
    """
    if isinstance(raw, datetime):
        return _in_utc(raw, zone)
    parts = _INSTANT.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if parts is None:
        raise Refused("not_a_datetime")
    try:
        return _in_utc(datetime.fromisoformat(parts[0].replace(" ", "T")), zone)
    except (ValueError, OverflowError):
        raise Refused("not_a_datetime") from None


def _in_utc(written: datetime, zone: ZoneInfo) -> datetime:
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    if zone.key == "UTC":
        return written.replace(tzinfo=UTC, fold=0)
    instant = written.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != written.replace(fold=0):
        raise Refused("not_a_datetime")
    return instant
