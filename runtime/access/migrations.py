"""What an operator is shown before and after cases go to another version. Moves none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engines.form.model import Field
from engines.values import FlowId, FormId, LocaleText, NodeId, RecordId
from runtime.access import gate
from runtime.access.view import Looking
from runtime.live import Live


@dataclass(frozen=True, slots=True)
class NodeToMap:
    """A node that the target version has not, and those of its kind that could stand for it."""

    id: NodeId
    title: LocaleText
    choices: tuple[tuple[NodeId, LocaleText], ...]


@dataclass(frozen=True, slots=True)
class MigrationForm:
    """What can be chosen: versions, nodes, and fields that the operator may know in clear."""

    title: LocaleText
    form: FormId
    versions: tuple[int, ...]  # newest first
    nodes: tuple[tuple[NodeId, LocaleText], ...]  # of all versions that cases follow
    targets: tuple[tuple[NodeId, LocaleText], ...]  # of the version they are to follow
    to_map: tuple[NodeToMap, ...]
    fields: tuple[Field, ...]


def migration_form(looking: Looking, live: Live, flow: FlowId, to: int) -> MigrationForm | None:
    """The choices for a flow; None when no version in use has it. Raises NotAllowed."""
    gate.require_capability(looking.actor, "operate")
    app, reader = looking.app.definition.id, looking.reader
    in_use = [
        version for id_, version, _ in reader.instances.going_on_by_version(app) if id_ == flow
    ]
    found = [live.version(reader, app, one).definition.flows[flow] for one in in_use]
    if not found:
        return None
    target = live.version(reader, app, to).definition.flows.get(flow)
    nodes = {node.id: node for one in found for node in one.nodes.values()}
    there = target.nodes if target is not None else {}
    form = looking.app.form(found[-1].form)
    known = looking.rights(form).in_clear
    return MigrationForm(
        title=found[-1].title,
        form=form.id,
        versions=tuple(one.number for one in reader.definitions.versions(app)),
        nodes=tuple((node.id, node.title) for node in nodes.values()),
        targets=tuple((node.id, node.title) for node in there.values()),
        to_map=tuple(
            NodeToMap(
                node.id,
                node.title,
                tuple((one.id, one.title) for one in there.values() if one.type == node.type),
            )
            for node in nodes.values()
            if node.id not in there
        ),
        fields=tuple(one for one in form.fields.values() if one.is_stored and one.id in known),
    )


def record_titles(
    looking: Looking, places: Iterable[tuple[FormId, RecordId]]
) -> Mapping[str, str]:
    """Titles of the records that the actor may read, by record."""
    by_form: dict[FormId, list[RecordId]] = {}
    for form, record in places:
        by_form.setdefault(form, []).append(record)
    found: dict[str, str] = {}
    for form, records in by_form.items():
        found.update(looking.titles(form, _once(records)))
    return found


def _once(records: Sequence[RecordId]) -> list[RecordId]:
    return list(dict.fromkeys(records))
