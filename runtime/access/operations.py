"""What operators see: how all cases of an app fare, what stopped, what could not be delivered.

They see how cases stand, whoever they belong to; what a record is called only through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engines.flow.instance import Instance
from engines.flow.model import Flow
from engines.values import (
    FlowId,
    FormId,
    InstanceId,
    LocaleText,
    NodeId,
    RecordId,
    UserId,
    locale_text,
)
from runtime.access import gate
from runtime.access.processes import node_titles
from runtime.access.told_timers import ToldTimer, told_timer
from runtime.access.view import Looking
from runtime.live import Live
from runtime.ports import DeliveryRow, InstanceRow, TimerRow

STATUSES = ("incident", "suspended", "running", "ended")
PAGE = 100  # of cases, messages or timers

R = TypeVar("R", InstanceRow, DeliveryRow, TimerRow)


@dataclass(frozen=True, slots=True)
class ShownCase:
    """An instance for an operator; `stands` and `nodes` are (id, title)."""

    instance: InstanceId
    flow: FlowId
    title: LocaleText
    version: int
    form: FormId
    record: RecordId
    record_title: str  # empty where the operator may not read the record
    status: str
    incident: str
    started_at: datetime
    stands: tuple[tuple[NodeId, LocaleText], ...]
    nodes: tuple[tuple[NodeId, LocaleText], ...]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up; what it says is shown to who may read its record."""

    id: str
    channel: str
    to: str
    subject: str
    attempts: int
    error: str
    created_at: datetime | None
    form: FormId | None
    record: RecordId | None
    record_title: str


@dataclass(frozen=True, slots=True)
class ParkedTimer:
    """A timer that was given up: what waits for it, and why it failed."""

    id: str
    ref: str
    told: ToldTimer
    due_at: datetime
    attempts: int
    error: str
    instance: InstanceId | None
    title: LocaleText | None  # of the flow, where it is one's timer


@dataclass(frozen=True, slots=True)
class Cases:
    """A page of the cases in one state; `next` is the cursor of the page behind it."""

    counts: Mapping[str, int]
    status: str
    rows: tuple[ShownCase, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Letters:
    """A page of messages given up."""

    rows: tuple[DeadLetter, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Timers:
    """A page of timers given up."""

    rows: tuple[ParkedTimer, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class RunningVersion:
    """How many cases of a flow that have not ended follow one of its versions."""

    flow: FlowId
    title: LocaleText
    version: int
    cases: int
    is_live: bool


def cases(looking: Looking, live: Live, status: str, after: str = "") -> Cases:
    """How the cases of an app stand. Raises NotAllowed for who does not operate it."""
    gate.require_capability(looking.actor, "operate")
    app, instances = looking.app.definition.id, looking.reader.instances
    by_status = instances.by_status(app)
    rows, following = _page(instances.in_status(app, status, PAGE + 1, after))
    titles = _titles(looking, [(one.form, one.record) for one in rows])
    return Cases(
        counts={one: by_status.get(one, 0) for one in STATUSES},
        status=status,
        rows=tuple(_case(looking, live, row, titles) for row in rows),
        next=following,
    )


def letters(looking: Looking, after: str = "") -> Letters:
    """Messages of an app that were given up. Raises NotAllowed."""
    gate.require_capability(looking.actor, "operate")
    app, queue = looking.app.definition.id, looking.reader.queue
    rows, following = _page(queue.dead_letters(PAGE + 1, app=app, after=after))
    titles = _titles(looking, [(one.form, one.record) for one in rows if one.form and one.record])
    return Letters(tuple(_letter(looking, row, titles) for row in rows), following)


def timers(looking: Looking, live: Live, after: str = "") -> Timers:
    """Timers of an app that were given up. Raises NotAllowed."""
    gate.require_capability(looking.actor, "operate")
    app, queue = looking.app.definition.id, looking.reader.queue
    rows, following = _page(queue.parked_timers(PAGE + 1, app=app, after=after))
    return Timers(tuple(_parked(looking, live, row) for row in rows), following)


def running_versions(looking: Looking, live: Live) -> tuple[RunningVersion, ...]:
    """Which versions of each flow have cases that have not ended. Raises NotAllowed."""
    gate.require_capability(looking.actor, "operate")
    app = looking.app.definition.id
    return tuple(
        RunningVersion(
            flow=flow,
            title=live.version(looking.reader, app, version).definition.flows[flow].title,
            version=version,
            cases=cases_,
            is_live=version == looking.app.number,
        )
        for flow, version, cases_ in looking.reader.instances.going_on_by_version(app)
    )


def _page(found: Sequence[R]) -> tuple[Sequence[R], str | None]:
    """As many as fit a page, and the cursor of the next when there is one more."""
    rows = found[:PAGE]
    return rows, str(rows[-1].id) if len(found) > PAGE else None


def _titles(looking: Looking, places: Sequence[tuple[FormId, RecordId]]) -> dict[str, str]:
    """Titles of the records that the operator may read."""
    by_form: dict[FormId, list[RecordId]] = {}
    for form, record in places:
        by_form.setdefault(form, []).append(record)
    found: dict[str, str] = {}
    for form, records in by_form.items():
        found.update(looking.titles(form, records))
    return found


def _case(looking: Looking, live: Live, row: InstanceRow, titles: Mapping[str, str]) -> ShownCase:
    flow = live.version(looking.reader, row.app, row.version).definition.flows[row.flow]
    return ShownCase(
        instance=row.id,
        flow=row.flow,
        title=flow.title,
        version=row.version,
        form=row.form,
        record=row.record,
        record_title=titles.get(row.record, ""),
        status=row.status,
        incident=row.incident,
        started_at=row.started_at,
        stands=tuple(_stands(flow, row)),
        nodes=node_titles(flow),
    )


def _stands(flow: Flow, row: InstanceRow) -> Iterable[tuple[NodeId, LocaleText]]:
    for token in Instance.from_json(row.state).tokens:
        node = flow.nodes.get(token.node)
        yield token.node, node.title if node is not None else locale_text(token.node)


def _parked(looking: Looking, live: Live, row: TimerRow) -> ParkedTimer:
    case = looking.reader.instances.get(row.instance) if row.instance is not None else None
    flows = live.version(looking.reader, case.app, case.version).definition.flows if case else {}
    return ParkedTimer(
        id=row.id,
        ref=row.ref,
        told=told_timer(looking, live, row, case),
        due_at=row.due_at,
        attempts=row.attempts,
        error=row.last_error,
        instance=row.instance,
        title=flows[case.flow].title if case is not None else None,
    )


def _letter(looking: Looking, row: DeliveryRow, titles: Mapping[str, str]) -> DeadLetter:
    title = titles.get(row.record or "", "")
    return DeadLetter(
        id=row.id,
        channel=row.channel,
        to=looking.person(UserId(row.target)) if "@" not in row.target else _veiled(row.target),
        subject=row.subject if title or gate.is_unrestricted(looking.actor) else "",
        attempts=row.attempts,
        error=row.last_error,
        created_at=row.created_at,
        form=row.form,
        record=row.record,
        record_title=title,
    )


def _veiled(address: str) -> str:
    """`a…@example.org`: enough to see which server refused."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"
