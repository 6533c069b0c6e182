"""Versions and drafts of apps, and small durable facts. No code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engines.values import AppId, FileId, FormId, RecordId, UserId
from runtime.ports.outside import FileInfo
from runtime.ports.records import FormTable


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version of an app. `text` is the author's, `data` its typed JSON."""

    app: AppId
    number: int
    text: str
    data: str
    published_at: datetime
    published_by: UserId | None
    note: str
    is_live: bool
    tables: Mapping[FormId, FormTable]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A definition being edited; `revision` guards against overwriting another's work."""

    app: AppId
    text: str
    base_version: int  # 0: none yet
    revision: int
    updated_at: datetime
    updated_by: UserId | None
    history: str = ""  # what undo and redo need, as the designer wrote it


class Definitions(Protocol):
    """Apps, their published versions and drafts."""

    def apps(self) -> tuple[AppId, ...]:
        """Apps with a live version."""

    def live_numbers(self) -> dict[AppId, int]:
        """The live version of every app; one cheap query."""

    def is_live(self, app: AppId, number: int) -> bool:
        """Whether this version is live. A unit may be told so before the database is asked.

        It is asked before the commit then; the unit is done again when it was not so.
        """

    def version(self, app: AppId, number: int) -> VersionRow | None:
        """One version."""

    def versions(self, app: AppId) -> tuple[VersionRow, ...]:
        """All versions, newest first, without their texts."""

    def add_version(self, row: VersionRow) -> None:
        """Store a version that is not yet live."""

    def go_live(self, app: AppId, number: int, expected: int | None) -> None:
        """Flip the live pointer. Raises Conflict when it is not `expected`."""

    def draft(self, app: AppId) -> DraftRow | None:
        """The draft of an app."""

    def save_draft(self, row: DraftRow, expected_revision: int) -> None:
        """Store a draft. Raises Conflict when it was changed meanwhile."""

    def discard_draft(self, app: AppId) -> None:
        """Forget the draft."""


class Registry(Protocol):
    """Small durable facts: file rows, import runs, idempotency keys, settings."""

    def add_file(self, info: FileInfo, owner: UserId | None, now: datetime) -> None:
        """Remember an uploaded file that no record holds yet."""

    def file(self, id_: FileId) -> FileInfo | None:
        """One file."""

    def file_owner(self, id_: FileId) -> UserId | None:
        """Who uploaded it."""

    def file_place(self, id_: FileId) -> tuple[AppId, FormId, RecordId] | None:
        """The record that holds the file."""

    def hold_file(self, id_: FileId, app: AppId, form: FormId, record: RecordId) -> None:
        """A record holds the file from now on."""

    def answer(self, key: str, actor: str) -> tuple[str, str] | None:
        """(request hash, answer) kept for an idempotency key."""

    def keep_answer(self, key: str, actor: str, request: str, answer: str, now: datetime) -> None:
        """Keep the answer of a request, in its transaction."""

    def run(self, run: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        """The state of a long run (import, export); locked, nobody else writes it meanwhile."""

    def save_run(self, run: str, kind: str, state: Mapping[str, Any], now: datetime) -> None:
        """Store how far a long run is."""

    def forget_run(self, run: str) -> None:
        """Take its state away."""
