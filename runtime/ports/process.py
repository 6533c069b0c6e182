"""Instances, tasks, timers and the outbox: rows and ports. No code.

Long because each row stands beside the port that keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engines.plain import plain
from engines.values import (
    AppId,
    FlowId,
    FormId,
    InstanceId,
    NodeId,
    RecordId,
    RoleId,
    TaskId,
    UserId,
)
from runtime.ports.records import FormTable, RecordQuery


@plain
class InstanceRow:
    """A flow instance as stored; `state` is the engine's own JSON text."""

    id: InstanceId
    app: AppId
    flow: FlowId
    version: int
    form: FormId
    record: RecordId
    status: str  # running, ended, incident, suspended
    state: str
    revision: int
    started_at: datetime
    ended_at: datetime | None = None
    incident: str = ""
    parent: InstanceId | None = None  # the instance that waits for this one
    parent_ref: str | None = None  # and what it knows this one by


@plain
class TaskRow:
    """A task of an instance; open while `state` is open."""

    id: TaskId
    app: AppId
    instance: InstanceId
    key: str
    flow: FlowId
    node: NodeId
    form: FormId
    record: RecordId
    assignee: UserId | None
    role: RoleId | None
    state: str  # open, done, withdrawn
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    closed_by: UserId | None = None
    comment: str = ""
    revision: int = 1
    kind: str = ""  # the node's own: what its outcomes and fields depend on
    signature: str = ""  # the file of a drawn name
    attachments: str = ""  # ids of files, one space between
    on_behalf_of: UserId | None = None  # whom `closed_by` stood in for
    delegated_by: UserId | None = None  # to whom it comes back when it is done
    handovers: int = 0  # how often it went from one person to another
    urged_at: datetime | None = None


TaskStep = tuple[FlowId, NodeId, FormId]  # at which a task stands, and its record's form


@dataclass(frozen=True, slots=True)
class TaskMatch:
    """Tasks of some steps on records that one of some queries finds; None narrows nothing.

    Of a query only what its records must satisfy counts, not its order and its page.
    """

    steps: frozenset[TaskStep] | None = None
    records: tuple[tuple[FormTable, RecordQuery], ...] | None = None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks of a person are meant; what is None narrows nothing."""

    which: str  # mine, pool, done
    node: NodeId | None = None
    any_of: tuple[TaskMatch, ...] | None = None  # one of them must fit
    principals: frozenset[UserId] = frozenset()  # whose tasks stand among "mine"


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy of an instance that somebody was sent for information."""

    instance: InstanceId
    user: UserId
    app: AppId
    flow: FlowId
    form: FormId
    record: RecordId
    by: UserId | None
    note: str
    sent_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimerRow:
    """Something that must happen at a time; firing needs the same `generation`."""

    id: str
    app: AppId
    due_at: datetime
    instance: InstanceId | None  # a flow's timer: `ref` is the engine's
    ref: str  # else "rule:<id>:<form>:<record>" or "schedule:<id>"
    generation: int = 1
    attempts: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message in the outbox."""

    id: str
    app: AppId
    channel: str  # in_app, mail
    target: str  # user id or address
    subject: str
    body: str
    key: str  # idempotency key; the Message-ID is made of it
    form: FormId | None
    record: RecordId | None
    state: str  # due, sent, dead, dropped
    attempts: int
    next_at: datetime
    last_error: str = ""
    read_at: datetime | None = None
    created_at: datetime | None = None
    opens: str = ""  # the page it leads to, a path; empty: its reader may open none
    locale: str = ""  # its reader's


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a due row for a while; completion is refused when it was lost."""

    row: str
    token: str


class Instances(Protocol):
    """Flow instances and their tasks and timers."""

    def get(self, instance: InstanceId, *, lock: bool = False) -> InstanceRow | None:
        """One instance; `lock` takes the row first on PostgreSQL."""

    def add(self, row: InstanceRow) -> None:
        """Store a new instance."""

    def update(self, row: InstanceRow, expected_revision: int) -> None:
        """Store a moved instance. Raises Conflict when somebody moved it meanwhile."""

    def of_record(self, app: AppId, form: FormId, record: RecordId) -> tuple[InstanceRow, ...]:
        """Instances on a record, newest first."""

    def going_on(self, app: AppId, form: FormId, record: RecordId) -> tuple[InstanceRow, ...]:
        """Instances on a record that have not ended, oldest first."""

    def of_flow(
        self, app: AppId, flow: FlowId, limit: int, after: str = ""
    ) -> tuple[InstanceRow, ...]:
        """Instances of a flow that have not ended, oldest first, behind the id `after`."""

    def children(self, parent: InstanceId) -> tuple[InstanceRow, ...]:
        """Instances that an instance has started and waits for, or has waited for."""

    def in_status(
        self, app: AppId, status: str, limit: int = 100, after: str = ""
    ) -> tuple[InstanceRow, ...]:
        """Instances that stand in a status, newest first, behind the id `after`."""

    def by_status(self, app: AppId) -> dict[str, int]:
        """How many instances stand in each status."""

    def going_on_by_version(self, app: AppId) -> tuple[tuple[FlowId, int, int], ...]:
        """(flow, version, how many instances of it have not ended), in this order."""

    def versions_going_on(self, app: AppId) -> frozenset[int] | None:
        """Versions of instances that have not ended; None where other processes start some too."""

    def task(self, task: TaskId, *, lock: bool = False) -> TaskRow | None:
        """One task."""

    def task_of_locked(self, task: TaskId) -> TaskRow | None:
        """One task, with its instance locked; the task itself may not be yet."""

    def open_task(self, instance: InstanceId, key: str) -> TaskRow | None:
        """The open task of an instance with this key."""

    def add_task(self, row: TaskRow) -> None:
        """Store a new task."""

    def update_task(self, row: TaskRow, expected_revision: int) -> None:
        """Store a changed task. Raises Conflict when somebody changed it meanwhile."""

    def tasks_of(
        self,
        app: AppId,
        user: UserId,
        roles: frozenset[RoleId],
        asked: TaskFilter,
        *,
        limit: int = 200,
        skip: int = 0,
    ) -> tuple[TaskRow, ...]:
        """Tasks of a person by due time, after the first `skip`; those done by when."""

    def count_tasks(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], *, which: str
    ) -> int:
        """How many there are."""

    def task_steps(
        self, app: AppId, user: UserId, roles: frozenset[RoleId], *, which: str
    ) -> frozenset[TaskStep]:
        """The steps they are at."""

    def tasks_on(self, app: AppId, form: FormId, record: RecordId) -> tuple[TaskRow, ...]:
        """Tasks on a record, newest first."""

    def tasks_in(self, instance: InstanceId) -> tuple[TaskRow, ...]:
        """All tasks of an instance, oldest first."""

    def add_copy(self, row: CopyRow) -> bool:
        """Send a copy; False when that person has one of the instance already."""

    def read_copy(self, instance: InstanceId, user: UserId, now: datetime) -> bool:
        """Note that a copy was read; False when it was before, or there is none."""

    def copies_of(self, app: AppId, user: UserId, limit: int = 200) -> tuple[CopyRow, ...]:
        """The copies a person was sent, newest first."""

    def copies_in(self, instance: InstanceId) -> tuple[CopyRow, ...]:
        """Who was sent a copy of an instance, oldest first."""

    def start_timer(
        self, app: AppId, instance: InstanceId | None, ref: str, due_at: datetime
    ) -> None:
        """Start or replace the timer `ref`."""

    def cancel_timer(
        self, instance: InstanceId | None, ref: str, *, app: AppId | None = None
    ) -> None:
        """Forget the timer `ref`; give `app` where a ref of no instance names no record."""

    def cancel_timers(self, instance: InstanceId) -> None:
        """Forget all timers of an instance."""

    def timer(self, timer: str) -> TimerRow | None:
        """A timer that has not fired."""

    def waiting_timers(self, limit: int = 100) -> tuple[TimerRow, ...]:
        """Timers that will fire, the next one first."""

    def finish_timer(self, timer: str, generation: int) -> bool:
        """Take a timer out because it fired; False when it was replaced or cancelled."""


class Queue(Protocol):
    """Claims on due timers and deliveries, under leases."""

    def due_timers(self, now: datetime, limit: int, lease_s: float) -> tuple[TimerRow, ...]:
        """Claim due timers nobody works on, oldest first."""

    def due_deliveries(
        self, now: datetime, limit: int, lease_s: float
    ) -> tuple[tuple[DeliveryRow, Lease], ...]:
        """Claim due deliveries nobody works on, oldest first; attempts are counted on claim."""

    def timer_failed(self, timer: TimerRow, error: str, next_at: datetime | None) -> bool:
        """Try a timer again at `next_at`, or park it when None; False when it was replaced."""

    def parked_timers(
        self, limit: int = 100, *, app: AppId | None = None, after: str = ""
    ) -> tuple[TimerRow, ...]:
        """Timers given up, the latest made first; of one app those behind the id `after`."""

    def drop_timer(self, timer: str) -> bool:
        """Forget a timer that was given up; False when it is not there."""

    def repeat_timer(self, timer: str, now: datetime) -> bool:
        """Try a timer again that was given up; False when it is not there."""

    def delivery(self, delivery: str) -> DeliveryRow | None:
        """One message."""

    def claim_delivery(
        self, delivery: str, now: datetime, lease_s: float
    ) -> tuple[DeliveryRow, Lease] | None:
        """Claim one due delivery; None when it is not due or somebody works on it."""

    def renew(self, leases: Iterable[Lease], lease_s: float) -> tuple[Lease, ...]:
        """Hold deliveries so much longer from now; those whose lease was not lost meanwhile."""

    def delivered(self, lease: Lease, now: datetime) -> bool:
        """Mark a delivery sent; False when the lease was lost."""

    def failed(self, lease: Lease, error: str, next_at: datetime | None) -> bool:
        """Put a delivery back for `next_at`, or into the dead letters when None."""

    def add_delivery(self, row: DeliveryRow) -> bool:
        """Queue a message; False when one with the same key is there already."""

    def inbox(self, user: UserId, limit: int = 50) -> tuple[DeliveryRow, ...]:
        """A person's in-app messages, newest first."""

    def mark_read(self, user: UserId, now: datetime) -> None:
        """All of a person's in-app messages are read."""

    def dead_letters(
        self, limit: int = 100, *, app: AppId | None = None, after: str = ""
    ) -> tuple[DeliveryRow, ...]:
        """Deliveries given up, the latest made first; of one app those behind the id `after`."""

    def drop_delivery(self, delivery: str) -> bool:
        """Count a dead letter no longer among the dead ones; False when it is none."""

    def repeat(self, delivery: str, now: datetime) -> None:
        """Try a dead letter again, with its key."""

    def hold_due(self, reason: str) -> int:
        """Make dead letters of all undelivered messages, so that a person decides; how many.

        For a restored backup: what it takes for unsent may have been sent since.
        """

    def next_due(self) -> datetime | None:
        """When the earliest timer or delivery is due."""

    def next_timer_due(self) -> datetime | None:
        """When the earliest timer is due that nobody works on."""

    def next_delivery_due(self) -> datetime | None:
        """When the earliest delivery is due that nobody works on."""
