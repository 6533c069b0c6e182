"""Create, change and delete records: rules before saving, serials, uniqueness, events, flows.

Rights are not asked here; handlers asked the gate before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from engines.errors import Conflict, FieldErrors, FieldProblem
from engines.form.compute import recompute
from engines.form.model import Form
from engines.form.serials import parse_pattern
from engines.messages import (
    AssignField,
    CheckUnique,
    Effect,
    NextSerial,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    SetFields,
)
from engines.rules.model import Changed, Created, Deleted, Trigger
from engines.values import FieldId, RecordId, Value, Values
from runtime.facts import system_values
from runtime.perform import clocks, people, timers, triggers
from runtime.perform.revisions import revised, with_values
from runtime.perform.rules import decided, tell_decision
from runtime.perform.work import Origin, Work
from runtime.ports import Record


def create(
    work: Work,
    form: Form,
    values: Values,
    *,
    uniques: tuple[CheckUnique, ...] = (),
    serials: tuple[NextSerial, ...] = (),
    record_id: RecordId | None = None,
) -> Record:
    """Store a new record after the rules that run before it is saved."""
    id_ = record_id or RecordId(work.unit.ids.new())
    record = Record(
        id=id_,
        form=form.id,
        values=with_serials(work, form, values, serials, work.now),
        revision=1,
        created_at=work.now,
        created_by=work.actor.user,
        updated_at=work.now,
        updated_by=work.actor.user,
    )
    if (Created, form.id) in work.app.definition.rules.bundles:
        record = _after_rules(work, form, record, Created(form.id), old=None)
    followed = clocks.begin(work, form, record)
    if followed is not None and followed.values:
        record = with_values(record, {**record.values, **followed.values})
    if uniques:
        _require_unique(work, form, record, uniques)
    work.unit.records.insert(work.app.table(form.id), record)
    work.forget()
    work.tell(RecordCreated(form.id, id_, record.values))
    if work.app.file_fields[form.id]:
        _hold_files(work, form, record, {})
    if form.id in work.app.definition.rules.waiting:
        timers.arm_after_rules(work, form.id, record)
    if followed is not None:
        clocks.keep(work, followed)
    clocks.arrived(work, form, record)
    triggers.created(work, form, record)
    return record


def change(
    work: Work,
    form: Form,
    before: Record,
    values: Mapping[str, Value],
    *,
    uniques: tuple[CheckUnique, ...] = (),
    reason: str = "",
) -> Record:
    """Store changed values of a record; `before` when nothing differs.

    `values` holds the fields to change; computed fields and rules follow from them.
    """
    settled = _settled(form, values)
    names = _differing(before, settled)
    if not names:
        return before
    merged: Values = {**before.values, **settled}
    if form.steps:
        merged = _recomputed(work, form, before, merged, names)
        names = _differing(before, merged)
    asked = record = revised(work, before, merged)
    app = work.app.definition
    if (Changed, form.id) in app.rules.bundles:
        record = _after_rules(work, form, asked, Changed(form.id, names), old=before)
    if record is not asked:
        names = _differing(before, record.values)
    has_clocks = form.id in app.sla.by_form
    followed = clocks.follow(work, form, record, names) if has_clocks else None
    if followed is not None and followed.values:
        record = with_values(record, {**record.values, **followed.values})
        names = _differing(before, record.values)
    if uniques:
        _require_unique(work, form, record, uniques)
    work.unit.records.update(work.app.table(form.id), before, record)
    work.forget()
    work.tell(_told(before, record, names, reason))
    if work.app.file_fields[form.id]:
        _hold_files(work, form, record, before.values)
    if form.id in app.rules.waiting:
        timers.arm_after_rules(work, form.id, record)
    if followed is not None:
        clocks.keep(work, followed)
    triggers.changed(work, form, record, names, reason)
    return record


def delete(work: Work, form: Form, record: Record) -> None:
    """Delete a record after the rules that speak of it."""
    if (Deleted, form.id) in work.app.definition.rules.bundles:
        _after_rules(work, form, record, Deleted(form.id), old=None)
    work.unit.records.delete(work.app.table(form.id), record)
    work.forget()
    clocks.forget(work, form.id, record.id)
    work.tell(RecordDeleted(form.id, record.id, record.values))


def set_fields(work: Work, effect: SetFields) -> None:
    """Carry out `SetFields`; a record that is gone meanwhile is left alone."""
    record = work.record(effect.form, effect.record)
    if record is not None:
        form = work.app.form(effect.form)
        change(work, form, record, effect.values, reason=effect.reason)


def assign_field(work: Work, effect: AssignField) -> None:
    """Carry out `AssignField`: who it is is settled here, under the lock."""
    user = people.one_user(work, effect.to)
    record = work.record(effect.form, effect.record)
    if user is None or record is None:
        return
    form = work.app.form(effect.form)
    change(work, form, record, {effect.field: user}, reason=effect.reason)


def _after_rules(
    work: Work, form: Form, record: Record, trigger: Trigger, *, old: Record | None
) -> Record:
    """The record as the rules of a trigger leave it; their other effects are queued.

    Asked only where a rule waits for the trigger: no facts need be loaded else.
    """
    if not work.runs_rules:
        return record
    decision = decided(work, trigger, form, record, old)
    own, effects = _own_values(work, record, decision.values, decision.effects)
    values = _settled(form, own)
    if effects and work.runs_effects:
        work.put(effects, Origin(f"rules.{', '.join(decision.fired)}"))
    tell_decision(work, form.id, record.id, decision)
    changed = _differing(record, values)
    if not changed:
        return record
    merged: Values = {**record.values, **values}
    if form.steps:
        merged = _recomputed(work, form, record, merged, changed)
    return with_values(record, merged)


def _settled(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """Values as they are kept: what a rule has worked out may have more decimals."""
    settled = dict(values)
    for name in form.settlers.keys() & values.keys():
        settle, options = form.settlers[name]
        settled[name] = settle(settled[name], options)
    return settled


def _own_values(
    work: Work, record: Record, values: Values, effects: tuple[Effect, ...]
) -> tuple[Values, tuple[Effect, ...]]:
    """Values to store with the record itself, and the effects that are left.

    An assignment of the record that is being saved is settled now, so that it is saved once.
    """
    merged = dict(values)
    if not effects:
        return merged, effects
    left: list[Effect] = []
    for effect in effects:
        if isinstance(effect, AssignField) and effect.record == record.id:
            user = people.one_user(work, effect.to)
            if user is not None:
                merged[effect.field] = user
        else:
            left.append(effect)
    return merged, tuple(left)


def _recomputed(
    work: Work, form: Form, record: Record, values: Values, changed: frozenset[FieldId]
) -> Values:
    """The values after the computed fields that follow from the changed ones."""
    facts = work.facts_for_values(form.id, {**values, **system_values(record)})
    return recompute(form, values, changed, facts)


def with_serials(
    work: Work, form: Form, values: Values, serials: tuple[NextSerial, ...], at: datetime
) -> dict[str, Value]:
    """The values with the next number of each serial field that has none yet."""
    numbered = dict(values)
    if not serials:
        return numbered
    table = work.app.table(form.id)
    today = at.astimezone(ZoneInfo(work.app.definition.time_zone)).date()
    for serial in serials:
        if numbered.get(serial.field):
            continue
        pattern = parse_pattern(serial.pattern)
        number = work.unit.records.next_serial(table, serial.field, pattern.period(today))
        numbered[serial.field] = pattern.text(number, today)
    return numbered


def _require_unique(
    work: Work, form: Form, record: Record, uniques: tuple[CheckUnique, ...]
) -> None:
    table = work.app.table(form.id)
    problems = [
        FieldProblem(check.field, "not_unique", {})
        for check in uniques
        if work.unit.records.is_taken(
            table, check.field, record.values.get(check.field), record.id
        )
    ]
    if problems:
        raise FieldErrors(problems)


def _hold_files(work: Work, form: Form, record: Record, before: Values) -> None:
    """A file belongs to the record that first holds it, and only its uploader may attach it."""
    for field in work.app.file_fields[form.id]:
        for file in record.values.get(field) or ():
            if file in (before.get(field) or ()):
                continue
            place = work.unit.registry.file_place(file)
            here = (work.app.definition.id, form.id, record.id)
            if place is not None and place != here:
                raise Conflict("This file belongs to another record. Upload it again.")
            owner = work.unit.registry.file_owner(file)
            if owner != work.actor.user and not work.actor.is_system:
                raise FieldErrors([FieldProblem(field, "unknown_file", {})])
            work.unit.registry.hold_file(file, *here)


def _told(before: Record, record: Record, names: frozenset[FieldId], reason: str) -> RecordChanged:
    new: dict[str, Value] = {}
    old: dict[str, Value] = {}
    for name in names:
        new[name], old[name] = record.values[name], before.values.get(name)
    return RecordChanged(record.form, record.id, new, old, reason)


def _differing(before: Record, values: Mapping[str, Value]) -> frozenset[FieldId]:
    """The fields whose values are others now. A loop: every change comes here."""
    was, names = before.values.get, []
    for name, value in values.items():
        if was(name) != value:
            names.append(FieldId(name))
    return frozenset(names)
