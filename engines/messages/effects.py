"""The closed set of effects: asked for by engines, carried out by `runtime/perform`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from engines.messages.recipients import Recipient
from engines.plain import plain
from engines.values import (
    FieldId,
    FlowId,
    FormId,
    InstanceId,
    NodeId,
    RecordId,
    UserId,
    Value,
    Values,
)


@plain
class SetFields:
    """Set fields of an existing record."""

    form: FormId
    record: RecordId
    values: Values
    reason: str = ""  # "rules.gold_first"


@plain
class AssignField:
    """Set a user field of a record to whom the recipient turns out to be."""

    form: FormId
    record: RecordId
    field: FieldId
    to: Recipient
    reason: str = ""


@plain
class CreateRecord:
    """Create a record; the runtime gives the id and runs the form's own rules on it."""

    form: FormId
    values: Values
    reason: str = ""


@plain
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


@plain
class CallConnector:
    """Call another program; durable in the outbox, keyed so that a repeat is the same call."""

    connector: str
    url: str  # the connector's; without a slash at its end
    secret: str  # its name in the settings; empty: none is sent
    header: str  # that carries it; empty: Authorization
    method: str
    path: str  # "/orders/{number}"; what is named is taken out of `values`
    values: Mapping[str, Value]
    answer: str  # the message for the record's flows; empty: none
    kept: Mapping[FieldId, str]  # {"erp_number": "order.id"}: where it stands in the answer
    form: FormId
    record: RecordId
    key: str  # deterministic part of the idempotency key
    reason: str = ""


@plain
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


@plain
class OpenTask:
    """Give somebody something to do; `key` is unique within the instance."""

    key: str
    node: NodeId
    to: Recipient
    due_at: datetime | None = None
    kind: str = ""  # the node's own; what its outcomes and fields depend on


@plain
class CloseTask:
    """End an open task: done, withdrawn or timed out."""

    key: str
    state: str  # "done", "withdrawn"
    outcome: str = ""
    by: UserId | None = None
    comment: str = ""


@plain
class StartTimer:
    """Fire a signal at `due_at`; the same `ref` replaces the earlier timer."""

    ref: str
    due_at: datetime


@plain
class CancelTimer:
    """Forget a timer that has not fired."""

    ref: str


@plain
class RaiseIncident:
    """Stop at a node because a person must look; never a silent stall."""

    node: NodeId
    reason: str


@plain
class EndInstance:
    """The instance is over."""

    outcome: str = ""


@plain
class ContinueFlow:
    """Go on with an instance once the effects before this one are done and the facts are fresh."""

    instance: InstanceId


@plain
class FindPeople:
    """Say who the recipients turn out to be; the answer is the signal `PeopleFound`."""

    instance: InstanceId
    token: int
    recipients: tuple[Recipient, ...]


@plain
class RemindHolders:
    """Remind those who hold the open tasks of a token."""

    instance: InstanceId
    node: NodeId
    token: int


@plain
class SendCopy:
    """Send a copy of an instance to everybody the recipient is, who may read the record."""

    instance: InstanceId
    to: Recipient


@plain
class ReportNobody:
    """Tell an instance that nobody could be given one of its tasks."""

    instance: InstanceId
    key: str


@plain
class CancelFlow:
    """End the instance that was started with this `ref`, and all it has started."""

    ref: str


@plain
class ReturnToFlow:
    """Tell the instance that started another one how that ended."""

    instance: InstanceId  # the one that waits
    ref: str
    outcome: str


@plain
class SignalFlow:
    """Bring a message to the instances on a record; the first of them that waits for it takes it.

    When none of them ever will, a flow that begins with this message is started.
    """

    form: FormId
    record: RecordId
    message: str
    key: str  # the same key counts once
    is_kept: bool = True  # until somebody waits for it


@plain
class WakeFlows:
    """Let the instances on a record look again at the conditions they wait for."""

    form: FormId
    record: RecordId


@plain
class NextSerial:
    """Give a serial field its number under the lock."""

    form: FormId
    field: FieldId
    pattern: str


@plain
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
    | CallConnector
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
