"""A record's history through the gate: every event as its reader may see it.

Long because there is one small teller for each event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from engines.flow.model import Flow, outcomes
from engines.form.display import manner
from engines.form.model import Form
from engines.messages import (
    ClockReached,
    CopyRead,
    CopySent,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    FlowSteered,
    IncidentRaised,
    MessageQueued,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RuleDecided,
    SystemChanged,
    TaskClaimed,
    TaskClosed,
    TaskHandedOver,
    TaskOpened,
)
from engines.values import (
    FieldId,
    FlowId,
    InstanceId,
    NodeId,
    RecordId,
    RoleId,
    UserId,
    Value,
)
from runtime.access.explained import explained, links_ever
from runtime.access.masking import masked
from runtime.access.shown import FieldChange, TimelineEntry
from runtime.access.view import Looking
from runtime.ports import StoredEvent

Told: TypeAlias = dict[str, Any]  # parts of a TimelineEntry

_WITHDRAWN = "withdrawn"  # the state of a task that nobody finished
_RETURNED = "returned"  # the outcome of one whose holder sent the case back


@dataclass(frozen=True, slots=True)
class _Story:
    """What the events of a record are told with."""

    looking: Looking
    form: Form
    linked: Mapping[FieldId, frozenset[str]]  # every record each link ever pointed at
    flows: Mapping[InstanceId, Flow]

    def person(self, user: UserId | None) -> str:
        return self.looking.person(user)

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row, as the reader's language sets them."""
        return manner(self.looking.actor.locale).list_sign.join(names)

    def node(self, instance: InstanceId, node: NodeId) -> str:
        """A node by its title, by its id once it is gone."""
        flow = self.flows.get(instance)
        found = flow.nodes.get(node) if flow is not None else None
        return found.title.in_locale(self.looking.actor.locale) if found is not None else node

    def outcome(self, instance: InstanceId, outcome: str) -> str:
        """An outcome by the title of its button."""
        flow = self.flows.get(instance)
        if flow is None:
            return outcome
        offered = (one for node in flow.nodes for one in outcomes(flow, node))
        title = next((one.title for one in offered if one.id == outcome), None)
        return title.in_locale(self.looking.actor.locale) if title is not None else outcome


def timeline(looking: Looking, form: Form, record: RecordId) -> tuple[TimelineEntry, ...]:
    """What happened to a readable record, newest first, without what the actor may not see."""
    stored = looking.stored(form, record)
    events = looking.reader.events.of_record(looking.app.definition.id, form.id, record)
    return retold(looking, form, events, stored.values)


def retold(
    looking: Looking,
    form: Form,
    events: Sequence[StoredEvent],
    now: Mapping[Any, Value] | None = None,
) -> tuple[TimelineEntry, ...]:
    """Events of records of a form, in their order, without what the actor may not see.

    `now` are the values that the record of these events has at present.
    """
    story = _Story(looking, form, links_ever(form, now or {}, events), _flows(looking, events))
    entries = [one for one in (_entry(story, event) for event in _heard(events)) if _says(one)]
    told = [change for entry in entries for change in entry.changes]
    rows: list[Mapping[str, Value]] = [
        {one.field.id: value} for one in told for value in (one.before, one.after)
    ]
    looking.names_in(form, rows)
    names = _names_seen(looking, form, entries)
    return tuple(replace(entry, names=names) for entry in entries)


def _names_seen(
    looking: Looking, form: Form, entries: Iterable[TimelineEntry]
) -> Mapping[str, str]:
    """The names behind the ids that decisions read."""
    names = looking.names_in(form, [])
    for one in entries:
        if one.explanation is None:
            continue
        fields = one.explanation.fields
        for path, value in (pair for step in one.explanation.trace.steps for pair in step.seen):
            through = fields.get(path, ())
            target = through[-2].links_to if len(through) > 1 else form.id
            of = looking.app.definition.forms.get(target) if target is not None else None
            if through and of is not None:
                names = looking.names_in(of, [{through[-1].id: value}])
    return names


def _flows(looking: Looking, events: Iterable[StoredEvent]) -> dict[InstanceId, Flow]:
    """The flow of each instance that the events speak of, as it is live."""
    flows = looking.app.definition.flows
    ids: dict[InstanceId, FlowId] = {}
    for stored in events:
        match stored.event:
            case FlowStarted(instance=instance, flow=flow):
                ids[instance] = flow
            case FlowMoved(instance=instance, trace=trace):
                ids[instance] = FlowId(trace.source.removeprefix("flows."))
            case _:
                pass
    return {instance: flows[flow] for instance, flow in ids.items() if flow in flows}


def _heard(events: Sequence[StoredEvent]) -> Iterable[StoredEvent]:
    """The events that tell something which no other one tells better.

    Our own notices follow from a task, a copy, a reminder; a template goes by several channels at
    once; a return says itself who did it and why.
    """
    sent: set[tuple[object, ...]] = set()
    for stored in events:
        match stored.event:
            case TaskClosed(state="done", outcome=outcome) if outcome == _RETURNED:
                continue
            case MessageQueued(template=template):
                mark = (template, stored.occurred_at)
                if not template or mark in sent:
                    continue
                sent.add(mark)
            case _:
                pass
        yield stored


def _says(entry: TimelineEntry) -> bool:
    """Whether anything is left to tell: a change of nothing but hidden fields is not."""
    return entry.kind != RecordChanged.__name__ or bool(entry.changes)


def _entry(story: _Story, stored: StoredEvent) -> TimelineEntry:
    entry = TimelineEntry(
        id=stored.id,
        kind=stored.kind,
        at=stored.occurred_at,
        by=stored.actor,
        by_name=story.person(stored.actor),
        is_machine=stored.via == "system",
        version=stored.version,
    )
    told = _TELLERS[type(stored.event)]
    return replace(entry, **told(story, stored.event))


def _created(story: _Story, event: RecordCreated) -> Told:
    return {"changes": _changes(story, {}, event.values)}


def _changed(story: _Story, event: RecordChanged) -> Told:
    is_machine = bool(event.reason) and event.reason != "import"
    told: Told = {"is_machine": True} if is_machine else {}
    return {"changes": _changes(story, event.old, event.values), "detail": event.reason, **told}


def _deleted(story: _Story, event: RecordDeleted) -> Told:
    return {"changes": _changes(story, event.old, {})}


def _decided(story: _Story, event: RuleDecided) -> Told:
    why = explained(story.looking, story.form, event.trace, story.linked)
    fired = story.listed(why.titles.get(one, one) for one in event.fired)
    return {"subject": fired, "explanation": why, "is_machine": True}


def _moved(story: _Story, event: FlowMoved) -> Told:
    why = explained(story.looking, story.form, event.trace, story.linked)
    entered = [step.subject for step in event.trace.steps if step.what == "node_entered"]
    subject = story.listed(why.titles.get(node, node) for node in entered)
    return {"subject": subject, "explanation": why, "is_machine": True}


def _started(story: _Story, event: FlowStarted) -> Told:
    return {"subject": _flow_title(story.looking, event.flow), "is_machine": True}


def _ended(_story: _Story, event: FlowEnded) -> Told:
    return {"detail": event.outcome, "is_machine": True}


def _opened(story: _Story, event: TaskOpened) -> Told:
    who = story.person(event.assignee) or _role_title(story.looking, event.role)
    return {"subject": story.node(event.instance, event.node), "detail": who, "is_machine": True}


def _claimed(story: _Story, event: TaskClaimed) -> Told:
    if event.assignee is None:
        return {"kind": "TaskReleased"}
    return {"detail": story.person(event.assignee)}


def _closed(story: _Story, event: TaskClosed) -> Told:
    if event.state == _WITHDRAWN:
        return {"kind": "TaskWithdrawn", "is_machine": True}
    subject = story.outcome(event.instance, event.outcome) if event.outcome else event.state
    behalf = story.person(event.on_behalf_of)
    by_name = story.person(event.by)
    name = f"{by_name} ({behalf})" if behalf else by_name  # a substitute is named with whom
    return {"subject": subject, "detail": event.comment, "by_name": name}


def _handed_over(story: _Story, event: TaskHandedOver) -> Told:
    way = f"{story.person(event.sender)} → {story.person(event.receiver)}"
    said = f"{way}: {event.comment}" if event.comment else way
    return {"subject": story.node(event.instance, event.node), "detail": said}


def _copied(story: _Story, event: CopySent) -> Told:
    return {"subject": story.person(event.user), "detail": event.note}


def _copy_read(story: _Story, event: CopyRead) -> Told:
    return {"by_name": story.person(event.user)}


def _steered(story: _Story, event: FlowSteered) -> Told:
    parts = (
        story.node(event.instance, event.node) if event.node is not None else "",
        story.person(event.user),
        event.reason,
    )
    return {"subject": event.what, "detail": " · ".join(one for one in parts if one)}


def _stopped(story: _Story, event: IncidentRaised) -> Told:
    node = story.node(event.instance, event.node)
    return {"subject": node, "detail": event.reason, "is_machine": True}


def _reached(story: _Story, event: ClockReached) -> Told:
    target = story.looking.app.definition.sla.target(event.policy, event.target)
    if target is None:  # of a policy that is gone
        return {"subject": event.target, "detail": event.step, "is_machine": True}
    locale = story.looking.actor.locale
    titles = {step.id: step.title.in_locale(locale) for step in target.steps}
    detail = titles.get(event.step, event.step)
    return {"subject": target.title.in_locale(locale), "detail": detail, "is_machine": True}


def _queued(story: _Story, event: MessageQueued) -> Told:
    app = story.looking.app.definition
    template = app.templates.get(event.template)
    locale = story.looking.actor.locale
    return {"subject": template.title_in(locale) if template else "", "is_machine": True}


def _acted(_story: _Story, event: SystemChanged) -> Told:
    return {"subject": event.what, "detail": event.subject}


# One for each event there is; a test holds this table to the closed set.
_TELLERS: Mapping[type, Callable[[_Story, Any], Told]] = {
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
    TaskHandedOver: _handed_over,
    CopySent: _copied,
    CopyRead: _copy_read,
    FlowSteered: _steered,
    IncidentRaised: _stopped,
    ClockReached: _reached,
    MessageQueued: _queued,
    SystemChanged: _acted,
}


def _changes(
    story: _Story, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[FieldChange, ...]:
    form = story.form
    return tuple(
        FieldChange(form.fields[FieldId(name)], *_seen(story, name, old, new))
        for name in dict.fromkeys([*old, *new])
        if name in form.fields
        and name not in story.looking.rights(form).hidden
        and (old.get(name) is not None or new.get(name) is not None)
    )


def _seen(
    story: _Story, name: str, old: Mapping[str, Value], new: Mapping[str, Value]
) -> tuple[Value, Value]:
    field = story.form.fields[FieldId(name)]
    if field.id in story.looking.rights(story.form).masked:
        return masked(field, old.get(name)), masked(field, new.get(name))
    return old.get(name), new.get(name)


def _flow_title(looking: Looking, flow: FlowId) -> str:
    found = looking.app.definition.flows.get(flow)
    return found.title.in_locale(looking.actor.locale) if found is not None else flow


def _role_title(looking: Looking, role: RoleId | None) -> str:
    found = looking.app.definition.roles.get(role) if role is not None else None
    return found.title.in_locale(looking.actor.locale) if found is not None else role or ""
