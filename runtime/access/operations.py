"""What operators see: how all cases of an app fare, what stopped, what could not be delivered.

They see how cases stand, whoever they belong to; what a record is called only through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engines.flow.instance import Instance
from engines.flow.model import Flow
from engines.values import FormId, InstanceId, LocaleText, NodeId, RecordId, UserId, locale_text
from runtime.access import gate
from runtime.access.view import Looking
from runtime.live import Live
from runtime.ports import DeliveryRow, InstanceRow, TimerRow

STATUSES = ("incident", "suspended", "running", "ended")
_MOST = 100


@dataclass(frozen=True, slots=True)
class ShownCase:
    """An instance for an operator; `stands` and `nodes` are (id, title)."""

    instance: InstanceId
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
class Operations:
    """The operators' page."""

    counts: Mapping[str, int]
    cases: tuple[ShownCase, ...]
    dead: tuple[DeadLetter, ...]
    parked: tuple[TimerRow, ...]


def operations(looking: Looking, live: Live, status: str) -> Operations:
    """How the cases of an app stand. Raises NotAllowed for who does not operate it."""
    gate.require_capability(looking.actor, "operate")
    app = looking.app.definition.id
    reader = looking.reader
    by_status = reader.instances.by_status(app)
    rows = reader.instances.in_status(app, status, limit=_MOST)
    dead = [one for one in reader.queue.dead_letters(_MOST) if one.app == app]
    places = [(one.form, one.record) for one in rows]
    places += [(one.form, one.record) for one in dead if one.form and one.record]
    titles = _titles(looking, places)
    return Operations(
        counts={one: by_status.get(one, 0) for one in STATUSES},
        cases=tuple(_case(looking, live, row, titles) for row in rows),
        dead=tuple(_letter(looking, row, titles) for row in dead),
        parked=tuple(one for one in reader.queue.parked_timers(_MOST) if one.app == app),
    )


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
        title=flow.title,
        version=row.version,
        form=row.form,
        record=row.record,
        record_title=titles.get(row.record, ""),
        status=row.status,
        incident=row.incident,
        started_at=row.started_at,
        stands=tuple(_stands(flow, row)),
        nodes=tuple((node.id, node.title) for node in flow.nodes.values()),
    )


def _stands(flow: Flow, row: InstanceRow) -> Iterable[tuple[NodeId, LocaleText]]:
    for token in Instance.from_json(row.state).tokens:
        node = flow.nodes.get(token.node)
        yield token.node, node.title if node is not None else locale_text(token.node)


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
