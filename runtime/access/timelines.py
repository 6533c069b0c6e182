"""A record's history through the gate: every event as its reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from engines.form.model import Form
from engines.messages import (
    FlowEnded,
    FlowMoved,
    FlowStarted,
    IncidentRaised,
    MessageQueued,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RuleDecided,
    SystemChanged,
    TaskClaimed,
    TaskClosed,
    TaskOpened,
    Trace,
)
from engines.values import FieldId, FlowId, RecordId, Value
from runtime.access.masking import masked
from runtime.access.shown import FieldChange, TimelineEntry
from runtime.access.view import Looking
from runtime.ports import StoredEvent

Told: TypeAlias = dict[str, Any]  # parts of a TimelineEntry


def timeline(looking: Looking, form: Form, record: RecordId) -> tuple[TimelineEntry, ...]:
    """What happened to a readable record, newest first, without what the actor may not see."""
    looking.stored(form, record)
    events = looking.reader.events.of_record(looking.app.definition.id, form.id, record)
    return retold(looking, form, events)


def retold(
    looking: Looking, form: Form, events: Iterable[StoredEvent]
) -> tuple[TimelineEntry, ...]:
    """Events of records of a form, in their order, without what the actor may not see."""
    entries = [one for one in (_entry(looking, form, event) for event in events) if _says(one)]
    told = [change for entry in entries for change in entry.changes]
    rows: list[Mapping[str, Value]] = [
        {one.field.id: value} for one in told for value in (one.before, one.after)
    ]
    names = looking.names_in(form, rows)
    return tuple(replace(entry, names=names) for entry in entries)


def _says(entry: TimelineEntry) -> bool:
    """Whether anything is left to tell: a change of nothing but hidden fields is not."""
    return entry.kind != RecordChanged.__name__ or bool(entry.changes)


def _entry(looking: Looking, form: Form, stored: StoredEvent) -> TimelineEntry:
    entry = TimelineEntry(
        id=stored.id,
        kind=stored.kind,
        at=stored.occurred_at,
        by=stored.actor,
        by_name=looking.person(stored.actor),
        is_machine=stored.via == "system",
        version=stored.version,
    )
    told = _TELLERS[type(stored.event)]
    return replace(entry, **told(looking, form, stored.event))


def _created(looking: Looking, form: Form, event: RecordCreated) -> Told:
    return {"changes": _changes(looking, form, {}, event.values)}


def _changed(looking: Looking, form: Form, event: RecordChanged) -> Told:
    is_machine = bool(event.reason) and event.reason != "import"
    told: Told = {"is_machine": True} if is_machine else {}
    changes = _changes(looking, form, event.old, event.values)
    return {"changes": changes, "detail": event.reason, **told}


def _deleted(looking: Looking, form: Form, event: RecordDeleted) -> Told:
    return {"changes": _changes(looking, form, event.old, {})}


def _decided(looking: Looking, form: Form, event: RuleDecided) -> Told:
    trace = _trace(looking, form, event.trace)
    return {"subject": ", ".join(event.fired), "trace": trace, "is_machine": True}


def _moved(looking: Looking, form: Form, event: FlowMoved) -> Told:
    trace = _trace(looking, form, event.trace)
    return {"subject": event.trace.source, "trace": trace, "is_machine": True}


def _started(looking: Looking, _form: Form, event: FlowStarted) -> Told:
    return {"subject": _flow_title(looking, event.flow), "is_machine": True}


def _ended(_looking: Looking, _form: Form, event: FlowEnded) -> Told:
    return {"detail": event.outcome, "is_machine": True}


def _opened(looking: Looking, _form: Form, event: TaskOpened) -> Told:
    who = looking.person(event.assignee) or (event.role or "")
    return {"subject": event.node, "detail": who, "is_machine": True}


def _claimed(looking: Looking, _form: Form, event: TaskClaimed) -> Told:
    return {"detail": looking.person(event.assignee)}


def _closed(looking: Looking, _form: Form, event: TaskClosed) -> Told:
    subject = event.outcome or event.state
    return {"subject": subject, "detail": event.comment, "by_name": looking.person(event.by)}


def _stopped(_looking: Looking, _form: Form, event: IncidentRaised) -> Told:
    return {"subject": event.node, "detail": event.reason, "is_machine": True}


def _queued(_looking: Looking, _form: Form, event: MessageQueued) -> Told:
    return {"subject": event.channel, "is_machine": True}


def _acted(_looking: Looking, _form: Form, event: SystemChanged) -> Told:
    return {"subject": event.what, "detail": event.subject}


# One for each event there is; a test holds this table to the closed set.
_TELLERS: Mapping[type, Callable[[Looking, Form, Any], Told]] = {
    RecordCreated: _created,
    RecordChanged: _changed,
    RecordDeleted: _deleted,
    RuleDecided: _decided,
    FlowMoved: _moved,
    FlowStarted: _started,
    FlowEnded: _ended,
    TaskOpened: _opened,
    TaskClaimed: _claimed,
    TaskClosed: _closed,
    IncidentRaised: _stopped,
    MessageQueued: _queued,
    SystemChanged: _acted,
}


def _changes(
    looking: Looking, form: Form, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(form.fields[FieldId(name)], *_seen(looking, form, name, old, new))
        for name in dict.fromkeys([*old, *new])
        if name in form.fields
        and name not in looking.rights(form).hidden
        and (old.get(name) is not None or new.get(name) is not None)
    )


def _seen(
    looking: Looking, form: Form, name: str, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[Value, Value]:
    field = form.fields[FieldId(name)]
    if field.id in looking.rights(form).masked:
        return masked(field, old.get(name)), masked(field, new.get(name))
    return old.get(name), new.get(name)


def _trace(looking: Looking, form: Form, trace: Trace) -> Trace:
    """The trace without the values of fields the actor may not know."""
    clear = looking.rights(form).in_clear

    def may_see(path: str) -> bool:
        root, _, key = path.partition(".")
        name = FieldId(key.split(".", 1)[0])
        return root not in ("record", "old") or name not in form.fields or name in clear

    steps = tuple(
        replace(step, seen=tuple(pair for pair in step.seen if may_see(pair[0])))
        for step in trace.steps
    )
    return replace(trace, steps=steps)


def _flow_title(looking: Looking, flow: FlowId) -> str:
    found = looking.app.definition.flows.get(flow)
    return found.title.in_locale(looking.actor.locale) if found is not None else flow
