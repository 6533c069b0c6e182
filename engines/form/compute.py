"""What follows from what: the order of computed and conditional values, and their computing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import networkx as nx

from engines.diagnostics import Path, Problems
from engines.expression.problems import EvaluationError
from engines.form.conditions import Condition, is_true, linked_keys, reads
from engines.form.model import Field, Form, FormAccess, Step
from engines.values import Facts, FieldId, Value, Values


def steps_of(fields: Mapping[FieldId, Field], path: Path, problems: Problems) -> tuple[Step, ...]:
    """The fields whose value may follow from others', each after those it reads.

    A ring of fields is reported as F020 and left out.
    """
    moving = {one.id: _reads(one) for one in fields.values() if _follows(one)}
    graph: nx.DiGraph[FieldId] = nx.DiGraph()
    graph.add_nodes_from(moving)
    graph.add_edges_from((read, to) for to, all_read in moving.items() for read in all_read)
    rings = [ring for ring in nx.strongly_connected_components(graph) if _is_ring(graph, ring)]
    for ring in rings:
        _report_ring(graph.subgraph(ring), list(fields), path, problems)
    graph.remove_nodes_from([one for ring in rings for one in ring])
    place = {one: index for index, one in enumerate(fields)}
    ordered = nx.lexicographical_topological_sort(graph, key=lambda one: place.get(one, -1))
    return tuple(Step(fields[one], moving[one]) for one in ordered if one in moving)


def dependents_of(steps: tuple[Step, ...]) -> Mapping[FieldId, tuple[FieldId, ...]]:
    """For every field read: the fields that follow from it, however far, in order."""
    graph: nx.DiGraph[FieldId] = nx.DiGraph()
    graph.add_edges_from((read, step.field.id) for step in steps for read in step.reads)
    order = [step.field.id for step in steps]
    found = {one: nx.descendants(graph, one) for one in graph.nodes}
    return {
        one: tuple(field for field in order if field in below)
        for one, below in found.items()
        if below
    }


def linked_keys_of(
    fields: Iterable[Field], access: Iterable[FormAccess]
) -> Mapping[FieldId, tuple[str, ...]]:
    """The keys behind links that fields and access conditions read, by link field."""
    keys: set[str] = set()
    for role in access:
        for gate in (role.create, role.read, role.update, role.delete):
            keys |= linked_keys(gate)
    for field in fields:
        conditions = (field.required, field.readonly, *field.shown_when)
        expressions = (field.value, field.default_value, *(check.holds for check in field.checks))
        for one in (*conditions, *expressions):
            keys |= linked_keys(one)
    found: dict[FieldId, tuple[str, ...]] = {}
    for key in sorted(keys):
        link = FieldId(key.partition(".")[0])
        found[link] = (*found.get(link, ()), key)
    return found


def put(record: dict[str, Value], form: Form, field: FieldId, value: Value) -> None:
    """Set a value among the facts; what lies behind an emptied link is empty too."""
    record[field] = value
    if value is None:
        for key in form.linked_keys.get(field, ()):
            record[key] = None


def is_shown(field: Field, facts: Facts) -> bool:
    """Whether all conditions for seeing the field hold."""
    for condition in field.shown_when:  # noqa: SIM110  a generator costs more than the conditions
        if not is_true(condition, facts):
            return False
    return True


def recompute(form: Form, values: Values, changed: Collection[FieldId], facts: Facts) -> Values:
    """`values` with everything brought up to date that follows from the changed fields.

    For changes that no person typed: a rule's, a flow's. Touches nothing else. `facts` must hold
    what lies behind the links as they now are.
    """
    if form.dependents.keys().isdisjoint(changed):
        return values
    stale = {one for field in changed for one in form.dependents.get(field, ())}
    record = {**(facts.get("record") or {}), **values}
    current = {**facts, "record": record}
    for step in form.steps:
        field = step.field
        if field.id not in stale:
            continue
        if field.value is not None:
            put(record, form, field.id, computed(field, current))
        elif field.clears_when_hidden and field.shown_when and not is_shown(field, current):
            put(record, form, field.id, None)
    return {key: record[key] for key in (*values, *(one for one in stale if one not in values))}


def computed(field: Field, facts: Facts) -> Value:
    """The value of a computed field as it is kept; raises EvaluationError."""
    if field.value is None:
        raise EvaluationError(f"{field.id} is not computed")
    return field.type.settle(field.value.evaluate(facts), field.options)


def _follows(field: Field) -> bool:
    if field.is_system:
        return False
    if field.value is not None or field.default_value is not None:
        return True
    return any(not isinstance(one, bool) or one is False for one in field.shown_when)


def _reads(field: Field) -> frozenset[FieldId]:
    # A computed value stands whether it is seen or not: what hides it does not make it.
    conditions: tuple[Condition, ...] = () if field.value is not None else field.shown_when
    found: frozenset[FieldId] = frozenset()
    for one in (field.value, field.default_value, *conditions):
        found |= reads(one)
    return found


def _is_ring(graph: Any, ring: set[FieldId]) -> bool:
    return len(ring) > 1 or any(graph.has_edge(one, one) for one in ring)


def _report_ring(ring: Any, order: list[FieldId], path: Path, problems: Problems) -> None:
    first = min(ring.nodes, key=order.index)
    edges = nx.find_cycle(ring.reverse(copy=True), source=first)
    chain = " -> ".join([*(str(edge[0]) for edge in edges), str(edges[-1][1])])
    message = f"{chain}: each waits for the next, so none gets a value"
    hint = "Take one of these out of the expression of the one before it."
    problems.add("F020", (*path, "fields", first), message, hint=hint)
