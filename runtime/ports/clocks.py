"""Clocks of service levels: rows and port. No code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engines.values import AppId, FormId, RecordId


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as stored; one for each record, policy and target."""

    app: AppId
    form: FormId
    record: RecordId
    policy: str
    target: str
    state: str  # running, paused, stopped, off
    cycle: int
    begun_at: datetime
    since: datetime
    spent_us: int
    within_us: int
    calendar: str  # '' counts every hour
    due_at: datetime | None
    stopped_at: datetime | None
    reached: str  # ids of steps that have happened, with a space between two


class Clocks(Protocol):
    """Clocks by record."""

    def of_record(self, app: AppId, form: FormId, record: RecordId) -> tuple[ClockRow, ...]:
        """The clocks of a record, by policy and target."""

    def save(self, rows: Sequence[ClockRow]) -> None:
        """Store clocks as they stand now, new or known."""

    def forget(self, app: AppId, form: FormId, record: RecordId) -> None:
        """Remove the clocks of a record."""

    def late(self, app: AppId, form: FormId, now: datetime) -> tuple[ClockRow, ...]:
        """Clocks that run although their time is over, the latest first; 200 at most."""
