"""Create, update and delete records on a person's behalf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.form.answers import links_in
from engines.form.model import Form
from engines.form.reading import Reading
from engines.form.submit import SubmitContext, submit
from engines.values import FieldId, RecordId, UserId, Value, Values
from runtime.access import gate
from runtime.commands import CreateRecord, DeleteRecord, UpdateRecord
from runtime.facts import USERS, system_values
from runtime.handlers.outcome import Outcome
from runtime.perform import records
from runtime.perform.work import Work
from runtime.ports import Record


def create_record(work: Work, command: CreateRecord) -> Outcome:
    """Submit a form: check the answers, apply the rules, store, start flows."""
    form = work.app.form(command.form)
    if not gate.ever(form, work.actor, "create"):
        gate.refuse(form, work.actor, "create")
    submission = submit(
        form,
        command.answers,
        current=None,
        facts=_facts_with_links(work, form, None, command.answers),
        editable=gate.rights_in(work.app, form, work.actor).editable_when_new,
        context=SubmitContext(reading_of(work), is_person=not work.actor.is_system),
    )
    require_links(work, form, submission.values, submission.changed)
    gate.require(form, work.actor, "create", work.facts_for_values(form.id, submission.values))
    record = records.create(
        work,
        form,
        submission.values,
        uniques=submission.uniques,
        serials=submission.serials,
    )
    return Outcome(record=record.id, revision=record.revision, version=work.app.number)


def update_record(work: Work, command: UpdateRecord) -> Outcome:
    """Change a record; refused when somebody changed it since the page was opened."""
    form = work.app.form(command.form)
    before = readable(work, form, command.record)
    gate.require(form, work.actor, "update", work.facts(form.id, before))
    _require_revision(before, command.revision)
    after = apply_answers(
        work, form, before, command.answers, gate.rights_in(work.app, form, work.actor).editable
    )
    return Outcome(record=after.id, revision=after.revision, version=work.app.number)


def delete_record(work: Work, command: DeleteRecord) -> Outcome:
    """Delete a record."""
    form = work.app.form(command.form)
    before = readable(work, form, command.record)
    gate.require(form, work.actor, "delete", work.facts(form.id, before))
    _require_revision(before, command.revision)
    records.delete(work, form, before)
    return Outcome(record=before.id, version=work.app.number)


def readable(work: Work, form: Form, record: RecordId) -> Record:
    """A record the actor may read; one they may not read is not found."""
    found = work.record(form.id, record)
    if found is None or not gate.may(form, work.actor, "read", work.facts(form.id, found)):
        raise NotFound(f"{form.title.in_locale(work.actor.locale)} {record}")
    return found


def apply_answers(
    work: Work,
    form: Form,
    before: Record,
    answers: Mapping[str, Any],
    editable: frozenset[FieldId],
    required: frozenset[FieldId] = frozenset(),
) -> Record:
    """Check answers against a record and store what changed."""
    is_untouched = not answers and not editable and not required
    if is_untouched and not form.steps:  # nothing follows from values that stay as they are
        return before
    submission = submit(
        form,
        answers,
        current=before.values,
        facts=_facts_with_links(work, form, before, answers),
        editable=editable,
        context=SubmitContext(reading_of(work), required, is_person=not work.actor.is_system),
    )
    require_links(work, form, submission.values, submission.changed)
    changes: dict[str, Value] = {name: submission.values.get(name) for name in submission.changed}
    return records.change(work, form, before, changes, uniques=submission.uniques)


def reading_of(work: Work) -> Reading:
    """How the actor writes numbers, dates and times."""
    return Reading(ZoneInfo(work.actor.time_zone), work.actor.locale)


def require_links(work: Work, form: Form, values: Values, changed: frozenset[FieldId]) -> None:
    """Refuse a link to a record that is not there, or that the actor may not know of."""
    links = changed.intersection(work.app.link_fields.get(form.id, ()))
    problems = [
        FieldProblem(name, "unknown_record", {})
        for name in sorted(links)
        if values.get(name) and not _may_link(work, form, name, values[name])
    ]
    if problems:
        raise FieldErrors(problems)


def _may_link(work: Work, form: Form, field: FieldId, value: str) -> bool:
    target = work.app.table(form.id).fields[field].links_to
    if target is None:
        return True
    if target == USERS:
        user = work.unit.directory.user(UserId(value))
        return user is not None and user.is_active
    record = work.record(target, RecordId(value), lock=False)
    if record is None:
        return False
    return gate.may(work.app.form(target), work.actor, "read", work.facts(target, record))


def _facts_with_links(
    work: Work, form: Form, before: Record | None, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Facts about the record as it is, but with what stands behind the links as they will be."""
    values = {**before.values, **system_values(before)} if before is not None else {}
    if not work.app.definition.linked_keys.get(form.id):
        return work.facts_about(values)
    current = before.values if before is not None else None
    chosen = links_in(form, answers, current, reading_of(work))
    facts = work.facts_for_values(
        form.id, {**values, **{str(name): id_ for name, id_ in chosen.items()}}
    )
    facts["record"].update({name: values.get(name) for name in chosen})
    return facts


def _require_revision(before: Record, revision: int | None) -> None:
    if revision is None or revision == before.revision:
        return
    raise Conflict(
        "Somebody changed this record while you were editing it. Your changes are not saved.",
        {"revision": before.revision, "by": before.updated_by, "at": before.updated_at},
    )
