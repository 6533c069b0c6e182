"""The closed sets of effects and events: what engines ask for, what then happened.

Long because two closed sets stand in one place, where a `match` over them can be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from engines.values import (
    DepartmentId,
    FieldId,
    FlowId,
    FormId,
    InstanceId,
    NodeId,
    RecordId,
    RoleId,
    RuleId,
    TaskId,
    UserId,
    Value,
    Values,
)

# --- who ---


@dataclass(frozen=True, slots=True)
class ToUser:
    """One person, by id."""

    user: UserId


@dataclass(frozen=True, slots=True)
class ToPool:
    """Everybody who holds the role; nobody's until claimed."""

    role: RoleId


@dataclass(frozen=True, slots=True)
class AssignFromPool:
    """One member of a group, chosen by `perform` under its lock, or every one.

    The group are the active people who fulfil all that is given. Least busy: who has the fewest
    open tasks, ties by id. Round robin: the next id after the one chosen last.
    """

    role: RoleId | None
    pick: str  # "least_busy", "round_robin", "everyone"
    department: DepartmentId | None = None
    skill: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class ToHead:
    """The head of a department."""

    department: DepartmentId


@dataclass(frozen=True, slots=True)
class ToManager:
    """The manager of a person, that one's manager, and so on `level` times."""

    of: UserId
    level: int = 1


@dataclass(frozen=True, slots=True)
class ToOnDuty:
    """Who stands in a roster now: a record of `form` whose span holds this moment.

    Of several the one that begins first, then the one with the smaller id.
    """

    form: FormId
    who: FieldId
    starts: FieldId
    ends: FieldId  # not part of the span, but the whole day where it is a date


@dataclass(frozen=True, slots=True)
class ToAddress:
    """A mail address outside the user directory."""

    address: str


@dataclass(frozen=True, slots=True)
class ToNobody:
    """The source was empty; `policy` is the definition's: skip, block, auto_pass or reject."""

    policy: str


@dataclass(frozen=True, slots=True)
class OrElse:
    """`first`, or `then` when that turns out to be nobody."""

    first: Recipient
    then: Recipient


Recipient: TypeAlias = (
    ToUser
    | ToPool
    | AssignFromPool
    | ToHead
    | ToManager
    | ToOnDuty
    | ToAddress
    | ToNobody
    | OrElse
)

# --- why ---


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of an explanation: data, turned into a sentence behind the access gate.

    what: "condition", "row", "rule_matched", "rule_lost", "node_entered", "edge_taken", …
    subject: the id the step speaks of; seen: path -> value the decision read.
    """

    what: str
    subject: str
    result: Value = None
    seen: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Why one rule or flow step decided as it did."""

    source: str  # "rules.gold_first", "flows.approval.triage"
    version: int
    steps: tuple[TraceStep, ...]


# --- effects: asked for by engines, carried out by runtime/perform ---


@dataclass(frozen=True, slots=True)
class SetFields:
    """Set fields of an existing record."""

    form: FormId
    record: RecordId
    values: Values
    reason: str = ""  # "rules.gold_first"


@dataclass(frozen=True, slots=True)
class AssignField:
    """Set a user field of a record to whom the recipient turns out to be."""

    form: FormId
    record: RecordId
    field: FieldId
    to: Recipient
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """Create a record; the runtime gives the id and runs the form's own rules on it."""

    form: FormId
    values: Values
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """Send a message; durable in the outbox, keyed so that a repeat is the same message."""

    to: Recipient
    channel: str  # "in_app", "mail", "both"
    template: str  # id; rendered by perform with the recipient's rights and locale
    facts: Mapping[str, Any]
    form: FormId
    record: RecordId
    key: str  # deterministic part of the idempotency key
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Start an instance of a flow on a record.

    One that an instance waits for names its `parent` and, as `ref`, what the parent knows it by.
    """

    flow: FlowId
    form: FormId
    record: RecordId
    reason: str = ""
    parent: InstanceId | None = None
    ref: str = ""
    version: int | None = None  # None: the live one


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Give somebody something to do; `key` is unique within the instance."""

    key: str
    node: NodeId
    to: Recipient
    due_at: datetime | None = None
    kind: str = ""  # the node's own; what its outcomes and fields depend on


@dataclass(frozen=True, slots=True)
class CloseTask:
    """End an open task: done, withdrawn or timed out."""

    key: str
    state: str  # "done", "withdrawn"
    outcome: str = ""
    by: UserId | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire a signal at `due_at`; the same `ref` replaces the earlier timer."""

    ref: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a timer that has not fired."""

    ref: str


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """Stop at a node because a person must look; never a silent stall."""

    node: NodeId
    reason: str


@dataclass(frozen=True, slots=True)
class EndInstance:
    """The instance is over."""

    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ContinueFlow:
    """Go on with an instance once the effects before this one are done and the facts are fresh."""

    instance: InstanceId


@dataclass(frozen=True, slots=True)
class FindPeople:
    """Say who the recipients turn out to be; the answer is the signal `PeopleFound`."""

    instance: InstanceId
    token: int
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class RemindHolders:
    """Remind those who hold the open tasks of a token."""

    instance: InstanceId
    node: NodeId
    token: int


@dataclass(frozen=True, slots=True)
class SendCopy:
    """Send a copy of an instance to everybody the recipient is, who may read the record."""

    instance: InstanceId
    to: Recipient


@dataclass(frozen=True, slots=True)
class ReportNobody:
    """Tell an instance that nobody could be given one of its tasks."""

    instance: InstanceId
    key: str


@dataclass(frozen=True, slots=True)
class CancelFlow:
    """End the instance that was started with this `ref`, and all it has started."""

    ref: str


@dataclass(frozen=True, slots=True)
class ReturnToFlow:
    """Tell the instance that started another one how that ended."""

    instance: InstanceId  # the one that waits
    ref: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SignalFlow:
    """Bring a message to the instances on a record; the first of them that waits for it takes it.

    When none of them ever will, a flow that begins with this message is started.
    """

    form: FormId
    record: RecordId
    message: str
    key: str  # the same key counts once
    is_kept: bool = True  # until somebody waits for it


@dataclass(frozen=True, slots=True)
class WakeFlows:
    """Let the instances on a record look again at the conditions they wait for."""

    form: FormId
    record: RecordId


@dataclass(frozen=True, slots=True)
class NextSerial:
    """Give a serial field its number under the lock."""

    form: FormId
    field: FieldId
    pattern: str


@dataclass(frozen=True, slots=True)
class CheckUnique:
    """Refuse the command when another record holds the same value."""

    form: FormId
    field: FieldId
    value: Value


Effect: TypeAlias = (
    SetFields
    | AssignField
    | CreateRecord
    | Notify
    | StartFlow
    | OpenTask
    | CloseTask
    | StartTimer
    | CancelTimer
    | RaiseIncident
    | EndInstance
    | ContinueFlow
    | FindPeople
    | ReportNobody
    | SendCopy
    | RemindHolders
    | CancelFlow
    | ReturnToFlow
    | SignalFlow
    | WakeFlows
    | NextSerial
    | CheckUnique
)

# --- events: what happened, appended to the log ---


@dataclass(frozen=True, slots=True)
class RecordCreated:
    """A record came into being with these values."""

    form: FormId
    record: RecordId
    values: Values


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """Fields of a record changed; `old` holds the values before of exactly the changed fields."""

    form: FormId
    record: RecordId
    values: Values
    old: Values
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordDeleted:
    """A record was deleted; its last values stay in the log."""

    form: FormId
    record: RecordId
    old: Values


@dataclass(frozen=True, slots=True)
class FlowStarted:
    """An instance began on a version of its flow."""

    instance: InstanceId
    flow: FlowId
    version: int
    form: FormId
    record: RecordId


@dataclass(frozen=True, slots=True)
class FlowMoved:
    """An instance advanced by one signal; the trace says why."""

    instance: InstanceId
    trace: Trace


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """An instance ended."""

    instance: InstanceId
    outcome: str


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A task came to a person or a pool."""

    task: TaskId
    instance: InstanceId
    node: NodeId
    assignee: UserId | None
    role: RoleId | None


@dataclass(frozen=True, slots=True)
class TaskClaimed:
    """A person took a pool's task, or gave it back (assignee None)."""

    task: TaskId
    assignee: UserId | None


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """A task ended."""

    task: TaskId
    instance: InstanceId
    state: str
    outcome: str
    by: UserId | None
    comment: str = ""
    on_behalf_of: UserId | None = None  # whom `by` stood in for


@dataclass(frozen=True, slots=True)
class TaskHandedOver:
    """A task went from one person to another."""

    task: TaskId
    instance: InstanceId
    node: NodeId
    sender: UserId | None
    receiver: UserId
    how: str  # transfer, delegate, back, leave
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CopySent:
    """Somebody was sent a copy of an instance for information."""

    instance: InstanceId
    user: UserId
    note: str = ""


@dataclass(frozen=True, slots=True)
class CopyRead:
    """Somebody has read their copy."""

    instance: InstanceId
    user: UserId


@dataclass(frozen=True, slots=True)
class FlowSteered:
    """A person changed the course of an instance beside its tasks, and said why."""

    instance: InstanceId
    what: str  # withdrawn, returned, taken_back, urged, signer_added, suspended, jumped, …
    reason: str = ""
    node: NodeId | None = None
    user: UserId | None = None  # who was added or removed


@dataclass(frozen=True, slots=True)
class IncidentRaised:
    """Something stopped and a person must look."""

    instance: InstanceId
    node: NodeId
    reason: str


@dataclass(frozen=True, slots=True)
class RuleDecided:
    """The rules of one trigger decided; which fired, which lost, with what they saw."""

    form: FormId
    record: RecordId
    trace: Trace
    fired: tuple[RuleId, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockReached:
    """A clock of a record reached a step of its policy."""

    form: FormId
    record: RecordId
    policy: str
    target: str
    step: str


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A message was put into the outbox."""

    channel: str
    target: str
    key: str
    form: FormId
    record: RecordId
    template: str = ""  # of the definition; empty in the log of versions before it was kept


@dataclass(frozen=True, slots=True)
class SystemChanged:
    """An administrative act: user, role, session, publish, export, sign-in. `what` names it."""

    what: str  # "user_added", "app_published", "records_exported", "signed_in", …
    subject: str
    details: Mapping[str, Value] = field(default_factory=dict)


Event: TypeAlias = (
    RecordCreated
    | RecordChanged
    | RecordDeleted
    | FlowStarted
    | FlowMoved
    | FlowEnded
    | TaskOpened
    | TaskClaimed
    | TaskClosed
    | TaskHandedOver
    | CopySent
    | CopyRead
    | FlowSteered
    | IncidentRaised
    | RuleDecided
    | ClockReached
    | MessageQueued
    | SystemChanged
)
