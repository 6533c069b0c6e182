"""A trace as its reader may see it: the fields behind its paths, the titles behind its ids.

Words are made elsewhere. Nothing stays in a trace that the reader could not open a page of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

from engines.flow.model import Flow, outcomes
from engines.form.model import Field, Form
from engines.messages import Event, RecordChanged, RecordCreated, RecordDeleted, Trace
from engines.rules.ruleset import RuleSet
from engines.values import FieldId, FlowId, FormId, LocaleText, RecordId, RuleId, Value
from runtime.access.masking import may_know
from runtime.access.shown import Explanation
from runtime.access.view import Looking
from runtime.facts import USERS
from runtime.live import LiveApp
from runtime.ports import StoredEvent

_OF_RECORDS = ("record", "old")
_OF_ALL = ("now", "today", "user.name")


def explained(
    looking: Looking, form: Form, trace: Trace, linked: Mapping[FieldId, frozenset[str]]
) -> Explanation:
    """The trace with what belongs to it. `linked`: every record each link ever pointed at.

    What stands behind a link is told only to who may read every one of those records: the value
    seen then may be of a record that the link no longer points at.
    """
    paths = {path for step in trace.steps for path, _ in step.seen}
    fields = {path: fields_at(looking.app, form.id, path) for path in paths}
    shown = {path for path in paths if _may_see(looking, form, path, fields[path], linked)}
    steps = tuple(
        replace(step, seen=tuple(pair for pair in step.seen if pair[0] in shown))
        for step in trace.steps
    )
    return Explanation(
        trace=replace(trace, steps=steps),
        fields={path: fields[path] for path in shown},
        titles=titles_of(looking, trace),
    )


def links_ever(
    form: Form, now: Mapping[Any, Value], events: Iterable[StoredEvent]
) -> dict[FieldId, frozenset[str]]:
    """Every record that each link field of a record points at now or did by these events."""
    rows: list[Mapping[Any, Value]] = [now]
    for stored in events:
        rows += _rows_of(stored.event)
    links = [field.id for field in form.fields.values() if field.links_to is not None]
    return {
        name: frozenset(str(row[name]) for row in rows if row.get(name) is not None)
        for name in links
    }


def fields_at(app: LiveApp, form: FormId, path: str) -> tuple[Field, ...]:
    """The fields that `record.buyer.tier` goes through; () for what is no field.

    Parts of a value (`price.amount`) and what accounts have (`owner.name`) end at their field.
    """
    root, _, key = path.partition(".")
    found: list[Field] = []
    target: FormId | None = form if root in _OF_RECORDS else None
    for name in key.split("."):
        definition = app.definition.forms.get(target) if target is not None else None
        field = definition.fields.get(FieldId(name)) if definition is not None else None
        if field is None:
            break
        found.append(field)
        target = field.links_to
    return tuple(found)


def titles_of(looking: Looking, trace: Trace) -> dict[str, str]:
    """What the subjects of a trace are called; ids that are gone by now are left out."""
    kind, _, name = trace.source.partition(".")
    definition, locale = looking.app.definition, looking.actor.locale
    titles: dict[str, LocaleText] = {str(one.id): one.title for one in definition.tables.values()}
    flow = definition.flows.get(FlowId(name)) if kind == "flows" else None
    if flow is not None:
        return {id_: text.in_locale(locale) for id_, text in titles.items()} | flow_titles(
            flow, locale
        )
    titles |= {str(id_): _rule_title(definition.rules, id_) for id_ in definition.rules.rules}
    return {id_: text.in_locale(locale) for id_, text in titles.items()}


def flow_titles(flow: Flow, locale: str) -> dict[str, str]:
    """Nodes by their titles, edges by the outcome that takes them or the node they lead to."""
    titles = {str(node.id): node.title.in_locale(locale) for node in flow.nodes.values()}
    for edge in flow.edges.values():
        titles[edge.name] = titles.get(str(edge.target), str(edge.target))
    for node in flow.nodes.values():
        for one in outcomes(flow, node.id):
            titles[one.edge] = one.title.in_locale(locale)
    return titles


def _rows_of(event: Event) -> list[Mapping[Any, Value]]:
    match event:
        case RecordCreated(values=values):
            return [values]
        case RecordChanged(values=values, old=old):
            return [values, old]
        case RecordDeleted(old=old):
            return [old]
        case _:
            return []


def _rule_title(rules: RuleSet, rule: RuleId) -> LocaleText:
    return rules.rules[rule].title


def _may_see(
    looking: Looking,
    form: Form,
    path: str,
    fields: tuple[Field, ...],
    linked: Mapping[FieldId, frozenset[str]],
) -> bool:
    root, _, key = path.partition(".")
    if root not in _OF_RECORDS:
        return path in _OF_ALL
    if not fields or not may_know(looking.app, form.id, looking.actor, [key]):
        return False
    first = fields[0]
    if len(fields) == 1 or first.links_to in (None, USERS):
        return True
    ids = linked.get(first.id, frozenset())
    # Further away lie records of which this record's events do not say which they were.
    return len(fields) == 2 and ids <= _readable(looking, first.links_to, ids)


def _readable(looking: Looking, form: FormId | None, ids: frozenset[str]) -> Set[str]:
    if form is None:
        return frozenset()
    return looking.titles(form, [RecordId(one) for one in sorted(ids)]).keys()
