"""The closed set of events: what happened, appended to the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from engines.messages.trace import Trace
from engines.plain import plain
from engines.values import (
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


@plain
class RecordCreated:
    """A record came into being with these values."""

    form: FormId
    record: RecordId
    values: Values


@plain
class RecordChanged:
    """Fields of a record changed; `old` holds the values before of exactly the changed fields."""

    form: FormId
    record: RecordId
    values: Values
    old: Values
    reason: str = ""


@plain
class RecordDeleted:
    """A record was deleted; its last values stay in the log."""

    form: FormId
    record: RecordId
    old: Values


@plain
class FlowStarted:
    """An instance began on a version of its flow."""

    instance: InstanceId
    flow: FlowId
    version: int
    form: FormId
    record: RecordId


@plain
class FlowMoved:
    """An instance advanced by one signal; the trace says why."""

    instance: InstanceId
    trace: Trace


@plain
class FlowEnded:
    """An instance ended."""

    instance: InstanceId
    outcome: str


@plain
class TaskOpened:
    """A task came to a person or a pool."""

    task: TaskId
    instance: InstanceId
    node: NodeId
    assignee: UserId | None
    role: RoleId | None


@plain
class TaskClaimed:
    """A person took a pool's task, or gave it back (assignee None)."""

    task: TaskId
    assignee: UserId | None


@plain
class TaskClosed:
    """A task ended."""

    task: TaskId
    instance: InstanceId
    state: str
    outcome: str
    by: UserId | None
    comment: str = ""
    on_behalf_of: UserId | None = None  # whom `by` stood in for


@plain
class TaskHandedOver:
    """A task went from one person to another."""

    task: TaskId
    instance: InstanceId
    node: NodeId
    sender: UserId | None
    receiver: UserId
    how: str  # transfer, delegate, back, leave
    comment: str = ""


@plain
class CopySent:
    """Somebody was sent a copy of an instance for information."""

    instance: InstanceId
    user: UserId
    note: str = ""


@plain
class CopyRead:
    """Somebody has read their copy."""

    instance: InstanceId
    user: UserId


@plain
class FlowSteered:
    """A person changed the course of an instance beside its tasks, and said why."""

    instance: InstanceId
    what: str  # withdrawn, returned, taken_back, urged, signer_added, suspended, jumped, …
    reason: str = ""
    node: NodeId | None = None
    user: UserId | None = None  # who was added or removed


@plain
class IncidentRaised:
    """Something stopped and a person must look."""

    instance: InstanceId
    node: NodeId
    reason: str


@plain
class RuleDecided:
    """The rules of one trigger decided; which fired, which lost, with what they saw."""

    form: FormId
    record: RecordId
    trace: Trace
    fired: tuple[RuleId, ...] = ()


@plain
class ClockReached:
    """A clock of a record reached a step of its policy."""

    form: FormId
    record: RecordId
    policy: str
    target: str
    step: str


@plain
class MessageQueued:
    """A message was put into the outbox."""

    channel: str
    target: str
    key: str
    form: FormId
    record: RecordId
    template: str = ""  # of the definition; empty in the log of versions before it was kept


@plain
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
