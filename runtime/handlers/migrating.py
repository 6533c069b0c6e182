"""Bring running instances to another version of their flow, or say what stands in the way.

What becomes of an instance is the engine's word (`flow.migrate`); how each was brought here is
kept, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.flow.instance import Instance
from engines.flow.migrate import (
    Beside,
    Fate,
    Verdict,
    asks_facts,
    back,
    moved,
    plan,
    reason,
    renamed,
)
from engines.flow.model import Flow
from engines.messages import CancelTimer, FlowSteered, StartTimer, SystemChanged
from engines.values import Facts, InstanceId, NodeId
from runtime.access import gate
from runtime.access.lists import asked_condition
from runtime.access.view import Looking
from runtime.commands import MigrateFlows
from runtime.handlers.outcome import Outcome
from runtime.perform.work import Work
from runtime.ports import InstanceRow

MOST = 200  # instances of one command
KIND = "flow_migration"  # of the kept steps

Mapping_ = Mapping[NodeId, NodeId]
Kept = Mapping[str, Any]  # {"from": 1, "to": 2, "nodes": {"look": "check"}, "timers": ["2.due"]}


@dataclass(frozen=True, slots=True)
class Step:
    """One instance and what becomes of it; `mapping` is the one it goes by."""

    row: InstanceRow
    instance: Instance
    fate: Fate
    mapping: Mapping_


def migrate_flows(work: Work, command: MigrateFlows) -> Outcome:
    """What becomes of each instance; with `is_dry` nothing is stored.

    All or nothing for each instance; those that need a person stay as they are. One that moved on
    between being read and being locked is judged again as it is then.
    """
    gate.require_capability(work.actor, "operate")
    if not command.is_dry and not command.reason.strip():
        raise FieldErrors([FieldProblem("reason", "required")])
    target = _target(work, command)
    rows, following = _concerned(work, command)
    steps = [_step(work, command, row, target) for row in rows]
    if not command.is_dry:
        judged = [_settled(work, command, step, target) for step in steps]
        steps = [step for step in judged if step is not None]
    details = {"instances": [_told(step) for step in steps], "next": following}
    return Outcome(version=command.version, details=details)


def _target(work: Work, command: MigrateFlows) -> Flow:
    """The flow as it is at the version asked for. Raises NotFound, also for a mapping's node."""
    app = work.app.definition.id
    found = work.live.version(work.unit, app, command.version).definition.flows.get(command.flow)
    if found is None:
        raise NotFound(f"flow {command.flow} in version {command.version}")
    missing = sorted(set(command.mapping.values()) - set(found.nodes))
    if missing and not command.is_undo:
        raise NotFound(f"node {missing[0]} in version {command.version}")
    return found


def _concerned(work: Work, command: MigrateFlows) -> tuple[Sequence[InstanceRow], str | None]:
    """The instances asked for, and behind which there may be more."""
    if command.instances:
        found = [_named(work, command, one) for one in command.instances[:MOST]]
        return _narrowed(work, command, found), None
    app = work.app.definition.id
    rows = work.unit.instances.of_flow(app, command.flow, MOST, command.after)
    following = rows[-1].id if len(rows) == MOST else None
    return _narrowed(work, command, rows), following


def _named(work: Work, command: MigrateFlows, instance: InstanceId) -> InstanceRow:
    row = work.unit.instances.get(instance)
    if row is None or row.app != work.app.definition.id or row.flow != command.flow:
        raise NotFound(f"case {instance} of flow {command.flow}")
    return row


def _narrowed(
    work: Work, command: MigrateFlows, rows: Sequence[InstanceRow]
) -> Sequence[InstanceRow]:
    if command.at_node is not None:
        rows = [row for row in rows if command.at_node in _places(row)]
    if command.where and rows:
        rows = _matching(work, command, rows)
    return rows


def _matching(
    work: Work, command: MigrateFlows, rows: Sequence[InstanceRow]
) -> Sequence[InstanceRow]:
    """Those whose records hold what was asked, as far as the actor may know it."""
    looking = Looking(work.unit, work.app, work.actor, work.now)
    form = work.app.form(rows[0].form)
    conditions = [asked_condition(looking, form, one) for one in command.where]
    ids = dict.fromkeys(row.record for row in rows if row.form == form.id)
    records = list(work.unit.records.get_many(work.app.table(form.id), ids).values())
    matching = {
        record.id
        for record, facts in zip(records, looking.facts(form.id, records), strict=True)
        if gate.may(form, work.actor, "read", facts)
        and all(gate.holds(one, facts) for one in conditions)
    }
    return [row for row in rows if row.record in matching]


def _places(row: InstanceRow) -> set[NodeId]:
    return {token.node for token in Instance.from_json(row.state).tokens}


def _step(work: Work, command: MigrateFlows, row: InstanceRow, target: Flow) -> Step:
    instance = Instance.from_json(row.state)
    old = work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]
    mapping: Mapping_ = command.mapping
    started: Sequence[str] = ()
    if command.is_undo:
        last = _last(_kept(work, row), row, command.version)
        if last is None:
            why = reason("not_moved", version=str(command.version))
            return Step(row, instance, Fate(Verdict.STAYS, (why,)), {})
        try:
            mapping = back(last["nodes"])
        except Conflict:
            fate = Fate(Verdict.NEEDS_A_PERSON, (reason("merged"),))
            return Step(row, instance, fate, {})
        started = last.get("timers", ())  # none in steps kept by earlier releases
    named = {NodeId(before): NodeId(after) for before, after in mapping.items()}
    facts = _facts(work, row) if asks_facts(old, target, named, instance) else None
    fate = plan(old, target, named, instance, command.version, Beside(facts, started))
    return Step(row, instance, fate, named)


def _facts(work: Work, row: InstanceRow) -> Facts | None:
    """What is known about the instance's record; None: it is gone."""
    record = work.record(row.form, row.record, lock=False)
    return work.facts(row.form, record) if record is not None else None


def _settled(work: Work, command: MigrateFlows, step: Step, target: Flow) -> Step | None:
    """The step that was taken, on the locked instance; None when it is not asked for any more."""
    if step.fate.verdict is not Verdict.MOVES:
        return step
    locked = work.unit.instances.get(step.row.id, lock=True)
    if locked is None:
        return None
    if locked.revision != step.row.revision:
        if not _narrowed(work, command, [locked]):
            return None
        step = _step(work, command, locked, target)
    if step.fate.verdict is Verdict.MOVES:
        _move(work, command, step)
    return step


def _move(work: Work, command: MigrateFlows, step: Step) -> None:
    row, mapping = step.row, step.mapping
    after = moved(step.instance, step.fate, mapping, command.version)
    stored = replace(
        row, version=command.version, state=after.to_json(), revision=row.revision + 1
    )
    work.unit.instances.update(stored, row.revision)
    _rename_tasks(work, row, mapping)
    _set_timers(work, step)
    _keep(work, command, step)
    told = f"{row.version} → {command.version}: {command.reason}"
    work.tell(FlowSteered(row.id, "migrated", told))
    details = {"flow": row.flow, "from": row.version, "to": command.version}
    about = {**details, "nodes": dict(mapping), "reason": command.reason}
    work.tell(SystemChanged("flow_migrated", row.id, about))


def _rename_tasks(work: Work, row: InstanceRow, mapping: Mapping_) -> None:
    for task in work.unit.instances.tasks_in(row.id):
        node = mapping.get(task.node)
        if task.state == "open" and node is not None:
            key = renamed(task.key, task.node, node)
            again = replace(task, node=node, key=key, revision=task.revision + 1)
            work.unit.instances.update_task(again, task.revision)


def _set_timers(work: Work, step: Step) -> None:
    row, instances = step.row, work.unit.instances
    for one in step.fate.timers(work.now):
        match one:
            case StartTimer(ref, due_at):
                instances.start_timer(row.app, row.id, ref, due_at)
            case CancelTimer(ref):
                instances.cancel_timer(row.id, ref)
            case _:
                assert_never(one)


def _kept(work: Work, row: InstanceRow) -> list[Kept]:
    """How the instance was brought from version to version, the latest last."""
    state = work.unit.registry.run(f"{KIND}:{row.id}")
    return list(state["steps"]) if state is not None else []


def _last(steps: Sequence[Kept], row: InstanceRow, version: int) -> Kept | None:
    """The latest step, if it led from `version` to where the instance is."""
    last = steps[-1] if steps else None
    is_that = last is not None and (last["from"], last["to"]) == (version, row.version)
    return last if is_that else None


def _keep(work: Work, command: MigrateFlows, done: Step) -> None:
    row = done.row
    steps = _kept(work, row)
    if command.is_undo:
        steps = steps[:-1]
    else:
        step: Kept = {
            "from": row.version,
            "to": command.version,
            "nodes": dict(done.mapping),
            "timers": list(done.fate.started),
        }
        steps = [*steps, step]
    run = f"{KIND}:{row.id}"
    if steps:
        work.unit.registry.save_run(run, KIND, {"steps": steps}, work.unit.now)
    else:
        work.unit.registry.forget_run(run)


def _told(step: Step) -> dict[str, Any]:
    fate = step.fate
    return {
        "instance": step.row.id,
        "form": step.row.form,
        "record": step.row.record,
        "version": step.row.version,
        "verdict": fate.verdict.value,
        "why": list(map(str, fate.reasons)),
        "reasons": [{"code": one.code, **dict(one.about)} for one in fate.reasons],
    }
