"""Bring running instances to another version of their flow, or say what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engines.errors import Conflict, NotFound
from engines.flow.instance import Instance
from engines.flow.migrate import Fate, Verdict, back, moved, plan, renamed
from engines.messages import FlowSteered, SystemChanged
from engines.values import NodeId
from runtime.access import gate
from runtime.commands import MigrateFlows
from runtime.handlers.outcome import Outcome
from runtime.perform.work import Work
from runtime.ports import InstanceRow

MOST = 200  # instances of one command


def migrate_flows(work: Work, command: MigrateFlows) -> Outcome:
    """What becomes of each instance; with `is_dry` nothing is stored.

    All or nothing for each instance; those that need a person stay as they are.
    """
    gate.require_capability(work.actor, "operate")
    mapping = back(command.mapping) if command.is_undo else command.mapping
    mapping = {NodeId(old): NodeId(new) for old, new in mapping.items()}
    answers = [_one(work, command, row, mapping) for row in _concerned(work, command)]
    return Outcome(version=command.version, details={"instances": answers})


def _concerned(work: Work, command: MigrateFlows) -> tuple[InstanceRow, ...]:
    rows = work.unit.instances.of_flow(work.app.definition.id, command.flow, MOST)
    if command.instances:
        rows = tuple(row for row in rows if row.id in command.instances)
    if command.at_node is not None:
        rows = tuple(row for row in rows if command.at_node in _places(row))
    return rows


def _places(row: InstanceRow) -> set[NodeId]:
    return {token.node for token in Instance.from_json(row.state).tokens}


def _one(
    work: Work, command: MigrateFlows, row: InstanceRow, mapping: dict[NodeId, NodeId]
) -> dict[str, Any]:
    old = work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]
    there = work.live.version(work.unit, row.app, command.version).definition.flows
    if command.flow not in there:
        raise NotFound(f"flow {command.flow} in version {command.version}")
    instance = Instance.from_json(row.state)
    fate = plan(old, there[command.flow], mapping, instance, command.version)
    if fate.verdict is Verdict.MOVES and not command.is_dry:
        _move(work, row, instance, fate, mapping, command)
    return {"instance": row.id, "verdict": fate.verdict.value, "why": list(map(str, fate.reasons))}


def _move(
    work: Work,
    row: InstanceRow,
    instance: Instance,
    fate: Fate,
    mapping: dict[NodeId, NodeId],
    command: MigrateFlows,
) -> None:
    after = moved(instance, fate, mapping, command.version)
    locked = work.unit.instances.get(row.id, lock=True)
    if locked is None or locked.revision != row.revision:
        raise Conflict("The process moved on meanwhile.", {"instance": row.id})
    stored = replace(
        row, version=command.version, state=after.to_json(), revision=row.revision + 1
    )
    work.unit.instances.update(stored, row.revision)
    for task in work.unit.instances.tasks_on(row.app, row.form, row.record):
        node = mapping.get(task.node)
        if task.instance == row.id and task.state == "open" and node is not None:
            key = renamed(task.key, task.node, node)
            again = replace(task, node=node, key=key, revision=task.revision + 1)
            work.unit.instances.update_task(again, task.revision)
    reason = f"version {row.version} to {command.version}"
    work.tell(FlowSteered(row.id, "migrated", reason))
    details = {"flow": row.flow, "from": row.version, "to": command.version}
    work.tell(SystemChanged("flow_migrated", row.id, {**details, "nodes": dict(mapping)}))
