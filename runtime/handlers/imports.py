"""Store one chunk of an import: records with their history, with or without rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from engines.form.model import Form
from engines.messages import Event, NextSerial, RecordChanged, RecordCreated
from engines.values import UserId, Values
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
    form = work.app.form(command.form)
    if command.rules == "off":
        _store_as_they_are(work, form, command.records)
    else:
        work.runs_effects = command.rules == "full"
        for one in command.records:
            work.occurred_at = one.occurred_at
            record = records.create(
                work, form, one.values, serials=_serials(form), record_id=one.record
            )
            for changed_at, values in one.changes:
                work.flush_events()
                work.occurred_at = changed_at
                record = records.change(work, form, record, values, reason="import")
            work.flush_events()
        work.occurred_at = None
    _remember(work, command)
    return Outcome(details={"stored": len(command.records)})


def _serials(form: Form) -> tuple[NextSerial, ...]:
    """Numbers for records whose file has none."""
    return tuple(NextSerial(form.id, field, pattern) for field, pattern in form.serials)


def _store_as_they_are(work: Work, form: Form, imported: Iterable[ImportedRecord]) -> None:
    table, serials = work.app.table(form.id), _serials(form)
    rows: list[Record] = []
    history: list[tuple[datetime, Event]] = []
    for one in imported:
        created_at = one.occurred_at or work.unit.now
        first = records.with_serials(work, form, one.values, serials, created_at)
        history.append((created_at, RecordCreated(table.form, one.record, first)))
        values, changed_at = _with_changes(table, replace(one, values=first), created_at, history)
        rows.append(
            Record(
                id=one.record,
                form=table.form,
                values=values,
                revision=1 + len(one.changes),
                created_at=created_at,
                created_by=_author(work),
                updated_at=changed_at,
                updated_by=_author(work),
            )
        )
    work.unit.records.insert_many(table, rows)
    work.unit.events.append_dated(
        work.app.definition.id,
        work.app.number,
        history,
        actor=work.actor.user,
        via="import",
    )


def _with_changes(
    table: FormTable,
    one: ImportedRecord,
    created_at: datetime,
    history: list[tuple[datetime, Event]],
) -> tuple[Values, datetime]:
    values = dict(one.values)
    changed_at = created_at
    for changed_at, changes in one.changes:
        old = {name: values.get(name) for name in changes}
        values.update(changes)
        history.append((changed_at, RecordChanged(table.form, one.record, changes, old, "import")))
    return values, changed_at


def _remember(work: Work, command: ImportRecords) -> None:
    if command.run:
        state = dict(work.unit.registry.run(command.run) or {})
        state.update(command.progress, done=command.resume_at)
        work.unit.registry.save_run(command.run, "import", state, work.unit.now)


def _author(work: Work) -> UserId | None:
    return work.actor.user
