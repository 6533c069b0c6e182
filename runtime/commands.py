"""Everything that may be asked of the runtime, as data, and who asks. No behaviour.

Long because it is one closed set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from engines.plain import plain
from engines.values import (
    AppId,
    FileId,
    FlowId,
    FormId,
    InstanceId,
    NodeId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
    ValueBlock,
    Values,
)


@dataclass(slots=True, eq=False)
class Claim:
    """That the holder of an API token is still who this process remembers.

    It counts when a unit has confirmed it; until then nothing of the request may be answered.
    """

    token_hash: str
    mark: str  # what was known of them: `Entrance.mark`
    is_confirmed: bool = False

    def confirm(self) -> None:
        """A unit that made sure of it is durable."""
        self.is_confirmed = True


@plain
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
    live: int | None = None  # of one request: the live version in which these roles were found
    claim: Claim | None = None  # of one request: what its unit has to make sure of first

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


@plain
class CreateRecord:
    """Submit a form: answers become a new record. `answers` are JSON values or form lists."""

    app: AppId
    form: FormId
    answers: Mapping[str, Any]
    version: int | None = None  # of the definition the form was opened with


@plain
class UpdateRecord:
    """Change fields of a record; refused when its revision is no longer `revision`."""

    app: AppId
    form: FormId
    record: RecordId
    answers: Mapping[str, Any]
    revision: int | None = None


@plain
class DeleteRecord:
    """Delete a record."""

    app: AppId
    form: FormId
    record: RecordId
    revision: int | None = None


@plain
class EraseRecord:
    """Destroy a person's encrypted values for good, in the log too; the record stays."""

    app: AppId
    form: FormId
    record: RecordId
    reason: str


@plain
class LinkAccount:
    """Say which record is an account's own, as `user.record`; None for none."""

    app: AppId
    user: UserId
    form: FormId
    record: RecordId | None


@plain
class StartFlow:
    """Start a flow on a record by hand."""

    app: AppId
    flow: FlowId
    record: RecordId


@plain
class ClaimTask:
    """Take a pool's task."""

    app: AppId
    task: TaskId


@plain
class ReleaseTask:
    """Give a claimed task back to its pool."""

    app: AppId
    task: TaskId


@plain
class CompleteTask:
    """Finish a task with one of its outcomes, with the answers of its form."""

    app: AppId
    task: TaskId
    outcome: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    revision: int | None = None
    signature: FileId | None = None  # of a drawn name
    attachments: tuple[FileId, ...] = ()
    chosen: tuple[UserId, ...] = ()  # for a later step, where the outcome asks for somebody


@plain
class TransferTask:
    """Give a task one holds to somebody else for good."""

    app: AppId
    task: TaskId
    to: UserId
    comment: str = ""


@plain
class DelegateTask:
    """Let somebody else act on a task one holds; then it comes back."""

    app: AppId
    task: TaskId
    to: UserId
    comment: str = ""


@plain
class HandOverTasks:
    """Give all open tasks of a person who leaves to somebody else."""

    app: AppId
    user: UserId
    to: UserId
    reason: str = ""


@plain
class SetProxy:
    """Let somebody act for a person from `starts_at` until before `ends_at`."""

    app: AppId
    user: UserId
    substitute: UserId
    starts_at: datetime
    ends_at: datetime


@plain
class EndProxy:
    """Let a substitute act no longer."""

    app: AppId
    proxy: str


@plain
class AddSigner:
    """Ask somebody else to sign where one signs: before, parallel or after."""

    app: AppId
    task: TaskId
    user: UserId
    where: str


@plain
class RemoveSigner:
    """Ask the holder of a signer's task no longer.

    With `who` (a person or a role) it is a signer of the task's step who may not be asked yet.
    """

    app: AppId
    task: TaskId
    reason: str = ""
    who: str = ""


@plain
class ReturnTask:
    """Send the case back instead of deciding: to initiator, previous, or a node by id."""

    app: AppId
    task: TaskId
    to: str
    comment: str = ""


@plain
class TakeBackTask:
    """Take one's own latest act back, before anybody has acted on it."""

    app: AppId
    task: TaskId


@plain
class WithdrawFlow:
    """Take a whole case back that one has started, before anybody else has acted."""

    app: AppId
    instance: InstanceId
    reason: str = ""


@plain
class UrgeFlow:
    """Remind those whose turn it is; at most once an hour each."""

    app: AppId
    instance: InstanceId


@plain
class SendCopies:
    """Send people a copy of a case for information."""

    app: AppId
    instance: InstanceId
    users: tuple[UserId, ...]
    note: str = ""


@plain
class ReadCopy:
    """One has read the copy one was sent."""

    app: AppId
    instance: InstanceId


@plain
class SuspendFlow:
    """Hold a case; for operators, as all that follow here, always with a reason."""

    app: AppId
    instance: InstanceId
    reason: str


@plain
class ResumeFlow:
    """Let a held case go on."""

    app: AppId
    instance: InstanceId
    reason: str


@plain
class TerminateFlow:
    """End a case, with all that is open in it."""

    app: AppId
    instance: InstanceId
    reason: str


@plain
class JumpFlow:
    """Move what stands at one node to another."""

    app: AppId
    instance: InstanceId
    node: NodeId
    to: NodeId
    reason: str


@plain
class WakeFlow:
    """End the waiting at a node as if its time had come."""

    app: AppId
    instance: InstanceId
    node: NodeId
    reason: str


@plain
class MigrateFlows:
    """Bring running instances of a flow to another version: all, some, those at a node or alike.

    `mapping` names the nodes that have another id there; `where` narrows by what their records
    hold, as in lists: (field, operator, text). With `is_dry` only the plan is answered. With
    `is_undo` those go back to `version` that were brought from it, by the mapping of then. One
    command takes a few hundred; the answer's `next` is the `after` of the following one.
    """

    app: AppId
    flow: FlowId
    version: int
    mapping: Mapping[NodeId, NodeId] = field(default_factory=dict)
    instances: tuple[InstanceId, ...] = ()
    at_node: NodeId | None = None
    where: tuple[tuple[str, str, str], ...] = ()
    after: str = ""
    reason: str = ""  # for the log; needed unless `is_dry`
    is_dry: bool = True
    is_undo: bool = False


@plain
class DeliverMessage:
    """Bring a message to the flows on a record; the same `key` counts once."""

    app: AppId
    form: FormId
    record: RecordId
    message: str
    key: str
    is_kept: bool = True


@plain
class TakeAnswer:
    """Keep what another program answered about a record, and tell the record's flows."""

    app: AppId
    form: FormId
    record: RecordId
    values: Mapping[str, Any]
    message: str  # for the flows; empty: none
    key: str


@plain
class AddWork:
    """One more piece of work at a node that takes more, for somebody or whoever it asks."""

    app: AppId
    instance: InstanceId
    node: NodeId
    to: UserId | None = None


@plain
class CloseAdding:
    """Take no more work at a node."""

    app: AppId
    instance: InstanceId
    node: NodeId


@plain
class FireTimer:
    """A timer is due; `generation` guards against a timer that was replaced meanwhile."""

    app: AppId
    timer: str
    generation: int


@plain
class RetryIncident:
    """Try the node again that raised an incident."""

    app: AppId
    instance: InstanceId


@plain
class RepeatDelivery:
    """Try a message again that was given up; for operators, with a reason."""

    app: AppId
    delivery: str
    reason: str


@plain
class DropDelivery:
    """Try a message that was given up never again."""

    app: AppId
    delivery: str
    reason: str


@plain
class RepeatTimer:
    """Let a timer fire that was given up."""

    app: AppId
    timer: str
    reason: str


@plain
class DropTimer:
    """Forget a timer that was given up; what waited for it waits on, until somebody wakes it."""

    app: AppId
    timer: str
    reason: str


@plain
class ImportedRecord:
    """One record of an import, already read and checked, with its history."""

    record: RecordId
    values: Values
    occurred_at: datetime | None = None
    changes: tuple[tuple[datetime, Values], ...] = ()  # oldest first; the last is how it stands


@plain
class ImportRecords:
    """A chunk of an import; small enough for one transaction."""

    app: AppId
    form: FormId
    records: tuple[ImportedRecord, ...]
    rules: str = "off"  # off, set_only, full
    run: str = ""  # the import run, for resume
    resume_at: int = 0  # rows of the file that are done when this chunk is
    progress: Mapping[str, Any] = field(default_factory=dict)  # kept with the run: its tallies
    # Records with no more history than when each was made (None: now); for rules "off" alone.
    block: ValueBlock | None = None
    made_at: Sequence[datetime | None] = ()


@plain
class PublishApp:
    """Make a definition text the next live version."""

    text: str
    name: str  # file name, for messages
    note: str = ""
    expected_live: int | None = None  # refuse when another version went live meanwhile
    app: AppId | None = None  # refuse a text of another app: the actor's rights are those in this


@plain
class RollBackApp:
    """Make an earlier version live again, as it was."""

    app: AppId
    version: int


Command: TypeAlias = (
    CreateRecord
    | UpdateRecord
    | DeleteRecord
    | EraseRecord
    | LinkAccount
    | StartFlow
    | ClaimTask
    | ReleaseTask
    | CompleteTask
    | TransferTask
    | DelegateTask
    | HandOverTasks
    | SetProxy
    | EndProxy
    | AddSigner
    | RemoveSigner
    | ReturnTask
    | TakeBackTask
    | WithdrawFlow
    | UrgeFlow
    | SendCopies
    | ReadCopy
    | SuspendFlow
    | ResumeFlow
    | TerminateFlow
    | JumpFlow
    | WakeFlow
    | MigrateFlows
    | DeliverMessage
    | AddWork
    | CloseAdding
    | FireTimer
    | TakeAnswer
    | RetryIncident
    | RepeatDelivery
    | DropDelivery
    | RepeatTimer
    | DropTimer
    | ImportRecords
    | PublishApp
    | RollBackApp
)
