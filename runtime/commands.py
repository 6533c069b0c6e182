"""Everything that may be asked of the runtime, as data, and who asks. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from engines.values import (
    AppId,
    FlowId,
    FormId,
    InstanceId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
    Values,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, an API token, an anonymous visitor or the system itself.

    `roles` are those of the app the request is about, already widened by `includes`;
    `can` are the capabilities these roles give: design, publish, import, export, operate, audit,
    manage_users.
    """

    user: UserId | None
    name: str = ""
    email: str = ""
    roles: frozenset[RoleId] = frozenset()
    departments: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset()
    record: RecordId | None = None  # the record linked to the account (a portal buyer's own)
    locale: str = "en"
    time_zone: str = "UTC"
    is_admin: bool = False
    is_system: bool = False
    via: str = "session"  # session, token, system, import, sandbox

    @property
    def facts(self) -> dict[str, Any]:
        """The `user` root of expressions."""
        return {
            "id": self.user,
            "name": self.name,
            "email": self.email,
            "roles": sorted(self.roles),
            "departments": sorted(self.departments),
            "record": self.record,
        }


SYSTEM = Actor(user=None, name="System", is_system=True, via="system")


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """Submit a form: answers become a new record. `answers` are JSON values or form lists."""

    app: AppId
    form: FormId
    answers: Mapping[str, Any]
    version: int | None = None  # of the definition the form was opened with


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """Change fields of a record; refused when its revision is no longer `revision`."""

    app: AppId
    form: FormId
    record: RecordId
    answers: Mapping[str, Any]
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    """Delete a record."""

    app: AppId
    form: FormId
    record: RecordId
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Start a flow on a record by hand."""

    app: AppId
    flow: FlowId
    record: RecordId


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Take a pool's task."""

    app: AppId
    task: TaskId


@dataclass(frozen=True, slots=True)
class ReleaseTask:
    """Give a claimed task back to its pool."""

    app: AppId
    task: TaskId


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Finish a task with one of its outcomes, with the answers of its form."""

    app: AppId
    task: TaskId
    outcome: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class FireTimer:
    """A timer is due; `generation` guards against a timer that was replaced meanwhile."""

    app: AppId
    timer: str
    generation: int


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """Try the node again that raised an incident."""

    app: AppId
    instance: InstanceId


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """One record of an import, already read and checked, with its history."""

    record: RecordId
    values: Values
    occurred_at: datetime | None = None
    changes: tuple[tuple[datetime, Values], ...] = ()  # oldest first; the last is how it stands


@dataclass(frozen=True, slots=True)
class ImportRecords:
    """A chunk of an import; small enough for one transaction."""

    app: AppId
    form: FormId
    records: tuple[ImportedRecord, ...]
    rules: str = "off"  # off, set_only, full
    run: str = ""  # the import run, for resume
    resume_at: int = 0  # rows of the file that are done when this chunk is
    progress: Mapping[str, Any] = field(default_factory=dict)  # kept with the run: its tallies


@dataclass(frozen=True, slots=True)
class PublishApp:
    """Make a definition text the next live version."""

    text: str
    name: str  # file name, for messages
    note: str = ""
    expected_live: int | None = None  # refuse when another version went live meanwhile


@dataclass(frozen=True, slots=True)
class RollBackApp:
    """Make an earlier version live again, as it was."""

    app: AppId
    version: int


Command: TypeAlias = (
    CreateRecord
    | UpdateRecord
    | DeleteRecord
    | StartFlow
    | ClaimTask
    | ReleaseTask
    | CompleteTask
    | FireTimer
    | RetryIncident
    | ImportRecords
    | PublishApp
    | RollBackApp
)
