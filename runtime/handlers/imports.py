"""Store one chunk of an import: records with their history, with or without rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engines.errors import Conflict
from engines.form.model import Form
from engines.form.serials import parse_pattern
from engines.messages import Event, NextSerial, RecordChanged, RecordCreated
from engines.values import Value, Values
from runtime.access import gate
from runtime.commands import ImportedRecord, ImportRecords
from runtime.handlers.outcome import Outcome
from runtime.perform import records
from runtime.perform.work import Work
from runtime.ports import FormTable, Record


def import_records(work: Work, command: ImportRecords) -> Outcome:
    """Add a chunk's records and remember how far the run is, in one transaction.

    rules "off" stores what the file says; "set_only" lets rules set fields; "full" also lets them
    notify, start flows and create records.
    """
    gate.require_capability(work.actor, "import")
    began_s = work.unit.cpu_s()
    form = work.app.form(command.form)
    if command.rules == "off":
        _store_as_they_are(work, form, command.records)
        _store_block(work, form, command)
    else:
        work.runs_effects = command.rules == "full"
        for one in command.records:
            work.happens(one.occurred_at)
            record = records.create(
                work, form, one.values, serials=_serials(form), record_id=one.record
            )
            for changed_at, values in one.changes:
                work.flush_events()
                work.happens(changed_at)
                record = records.change(work, form, record, values, reason="import")
            work.flush_events()
        work.happens(None)
    _remember(work, command)
    many = len(command.records) + (len(command.block.ids) if command.block is not None else 0)
    return Outcome(details={"stored": many, "cpu_s": work.unit.cpu_s() - began_s})


def _serials(form: Form) -> tuple[NextSerial, ...]:
    """Numbers for records whose file has none."""
    return tuple(NextSerial(form.id, field, pattern) for field, pattern in form.serials)


def _store_block(work: Work, form: Form, command: ImportRecords) -> None:
    """Records without a history, a column at a time."""
    if command.block is None:
        return
    created_at = [one or work.unit.now for one in command.made_at]
    columns = {**command.block.columns, **_numbers(work, form, created_at, command.block.columns)}
    block = replace(command.block, columns=columns)
    _require_unique(work, form, columns)
    table, actor = work.app.table(form.id), work.actor
    work.unit.records.insert_block(table, block, created_at=created_at, created_by=actor.user)
    work.unit.events.append_created(
        work.app.definition.id,
        work.app.number,
        block,
        occurred_at=created_at,
        actor=actor.user,
        via="import",
    )


def _store_as_they_are(work: Work, form: Form, imported: Sequence[ImportedRecord]) -> None:
    if not imported:
        return
    table = work.app.table(form.id)
    dated = [(one, one.occurred_at or work.unit.now) for one in imported]
    numbered = _numbered(work, form, dated)
    history: list[tuple[datetime, Event]] = []
    rows: list[Record] = []
    for (one, created_at), first in zip(dated, numbered, strict=True):
        history.append((created_at, RecordCreated(table.form, one.record, first)))
        values, changed_at = first, created_at
        if one.changes:
            values, changed_at = _with_changes(table, one, first, history)
        rows.append(
            Record(
                id=one.record,
                form=table.form,
                values=values,
                revision=1 + len(one.changes),
                created_at=created_at,
                created_by=work.actor.user,
                updated_at=changed_at,
                updated_by=work.actor.user,
            )
        )
    _require_unique(work, form, {one.id: _column(rows, one.id) for one in form.unique})
    work.unit.records.insert_many(table, rows)
    work.unit.events.append_dated(
        work.app.definition.id,
        work.app.number,
        history,
        actor=work.actor.user,
        via="import",
    )


def _numbered(
    work: Work, form: Form, dated: Sequence[tuple[ImportedRecord, datetime]]
) -> Sequence[Values]:
    """The first values of each record, with numbers where its file had none."""
    values = [one.values for one, _ in dated]
    told: dict[str, list[Value]] = {
        field: [one.get(field) for one in values] for field, _ in form.serials
    }
    numbers = _numbers(work, form, [at for _, at in dated], told)
    return [
        {**one, **{field: column[at] for field, column in numbers.items()}}
        for at, one in enumerate(values)
    ]


def _numbers(
    work: Work, form: Form, created_at: Sequence[datetime], told: Mapping[str, Sequence[Value]]
) -> dict[str, list[Value]]:
    """The serial numbers of new records, new ones where none is told: a range a period."""
    found: dict[str, list[Value]] = {}
    zone = ZoneInfo(work.app.definition.time_zone)
    for field, text in form.serials:
        pattern, numbers = parse_pattern(text), list(told[field])
        waiting: dict[str, list[tuple[int, date]]] = {}
        for at, number in enumerate(numbers):
            if not number:
                day = created_at[at].astimezone(zone).date()
                waiting.setdefault(pattern.period(day), []).append((at, day))
        for period, places in waiting.items():
            table = work.app.table(form.id)
            first = work.unit.records.next_serial(table, field, period, len(places))
            for new, (at, day) in enumerate(places, first):
                numbers[at] = pattern.text(new, day)
        found[field] = numbers
    return found


def _with_changes(
    table: FormTable,
    one: ImportedRecord,
    first: Values,
    history: list[tuple[datetime, Event]],
) -> tuple[Values, datetime]:
    values = dict(first)
    changed_at = one.changes[0][0]
    for changed_at, changes in one.changes:
        old = {name: values.get(name) for name in changes}
        values.update(changes)
        history.append((changed_at, RecordChanged(table.form, one.record, changes, old, "import")))
    return values, changed_at


def _column(rows: Sequence[Record], field: str) -> list[Value]:
    return [row.values.get(field) for row in rows]


def _require_unique(work: Work, form: Form, columns: Mapping[str, Sequence[Value]]) -> None:
    """Refuse the chunk when somebody took a value since it was judged; it is judged again then."""
    table = work.app.table(form.id)
    for one in form.unique:
        asked = [value for value in columns[one.id] if value is not None]
        if asked and work.unit.records.taken(table, one.id, asked):
            raise Conflict(f"A value of {one.id!r} that must be unique was taken meanwhile.")


def _remember(work: Work, command: ImportRecords) -> None:
    if command.run:
        state = dict(work.unit.registry.run(command.run) or {})
        state.update(command.progress, done=command.resume_at)
        work.unit.registry.save_run(command.run, "import", state, work.unit.now)
