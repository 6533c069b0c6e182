"""The append-only event log as a port. No code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engines.messages import Event
from engines.values import AppId, FormId, InstanceId, RecordId, UserId, ValueBlock


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the log keeps it; `position` counts sealed events, 0 while it is unsealed."""

    id: str
    position: int
    app: AppId
    kind: str  # class name of the event
    form: FormId | None
    record: RecordId | None
    instance: InstanceId | None
    actor: UserId | None
    via: str
    occurred_at: datetime
    recorded_at: datetime
    version: int
    event: Event


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What `verify` saw: `problems` is empty when every sealed event is as it was."""

    problems: tuple[str, ...]
    blocks: int
    sealed: int
    unsealed: int  # the tail that is not chained yet


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the sealed log ended at a moment: kept elsewhere, it shows when the end is cut off."""

    block: int
    events: int  # sealed up to here
    hash: str


class Events(Protocol):
    """The append-only log."""

    def append(
        self,
        app: AppId,
        version: int,
        events: Sequence[Event],
        *,
        actor: UserId | None,
        via: str,
        occurred_at: datetime | None = None,
    ) -> None:
        """Add events in order; encrypted fields' values are stored encrypted.

        Which fields are encrypted is what the stored tables of that app version say.
        """

    def append_dated(
        self,
        app: AppId,
        version: int,
        events: Sequence[tuple[datetime, Event]],
        *,
        actor: UserId | None,
        via: str,
    ) -> None:
        """Add events that each happened at a time of their own, in one statement; for imports."""

    def append_created(
        self,
        app: AppId,
        version: int,
        block: ValueBlock,
        *,
        occurred_at: Sequence[datetime],
        actor: UserId | None,
        via: str,
    ) -> None:
        """Add a RecordCreated for each record of a block, each at its own time; for imports."""

    def of_record(
        self, app: AppId, form: FormId, record: RecordId, limit: int = 200
    ) -> tuple[StoredEvent, ...]:
        """A record's events, its tasks' and instances' too, newest first."""

    def after(self, position: int, limit: int) -> tuple[StoredEvent, ...]:
        """Sealed events behind a position, oldest first."""

    def seal(self, now: datetime) -> int:
        """Chain the unsealed tail into a block; how many events it took."""

    def anchor(self) -> Anchor | None:
        """Where the sealed log ends; None before the first block."""

    def verify(self, kept: Anchor | None = None) -> ChainReport:
        """Every block against its events and the block before, the end against the anchor.

        Reads the whole log. `kept` is an anchor of earlier that was kept elsewhere.
        """
