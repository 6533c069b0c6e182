"""What a submit makes of a record: the values after it, or every problem with the answers.

Changes nothing. Whether a record may be touched at all, and whether linked records exist, the
runtime has asked before; numbers and uniqueness it settles afterwards, under its lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engines.errors import FieldErrors, FieldProblem
from engines.expression.problems import EvaluationError
from engines.form.compute import computed, is_shown, put
from engines.form.conditions import is_true
from engines.form.model import Check, Field, Form
from engines.form.problems import Refused, shown
from engines.form.reading import NEUTRAL, Reading
from engines.messages import CheckUnique, NextSerial
from engines.values import Facts, FieldId, LocaleText, Value, Values

Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SubmitContext:
    """How the person wrote, and what else the moment demands, such as a task's required fields."""

    reading: Reading = NEUTRAL
    required: frozenset[FieldId] = frozenset()


PLAIN = SubmitContext()


@dataclass(frozen=True, slots=True)
class Submission:
    """The record after a submit. `values` are all stored values, changed or not."""

    values: Values
    changed: frozenset[FieldId]
    serials: tuple[NextSerial, ...]
    uniques: tuple[CheckUnique, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A submit that is only looked at: values as far as they can be told, and what is wrong."""

    values: Values
    hidden: frozenset[FieldId]
    problems: tuple[FieldProblem, ...]


def submit(
    form: Form,
    answers: Answers,
    *,
    current: Values | None,
    facts: Facts,
    editable: frozenset[FieldId],
    context: SubmitContext = PLAIN,
) -> Submission:
    """The record after the answers; raises FieldErrors with all problems.

    `current` is None for a new record. `facts["record"]` must hold what lies behind the links as
    they will be (`answers.links_in` tells which those are). A field that is not in `editable` is
    refused, not ignored; one that is hidden by its condition is ignored, because a form without
    JavaScript posts it.
    """
    work = _work(form, answers, current, facts, editable, context)
    if work.problems:
        raise FieldErrors(_in_form_order(form, work.problems))
    changed = frozenset(work.changed)
    record = work.record
    return Submission(
        values={key: record.get(key) for key in form.stored},
        changed=changed,
        serials=_serials(form) if current is None else (),
        uniques=tuple(
            CheckUnique(form.id, one.id, record[one.id])
            for one in form.unique
            if one.id in changed and record[one.id] is not None
        ),
    )


def draft(
    form: Form,
    answers: Answers,
    *,
    current: Values | None,
    facts: Facts,
    editable: frozenset[FieldId],
    context: SubmitContext = PLAIN,
) -> Draft:
    """What `submit` would find, without refusing: for a form shown again, and for a new one."""
    work = _work(form, answers, current, facts, editable, context)
    values = {str(key): work.record.get(key) for key in form.fields}
    return Draft(values, frozenset(work.hidden), _in_form_order(form, work.problems))


@dataclass(slots=True)
class _Work:
    """One submit under way."""

    form: Form
    current: Values | None
    facts: Facts
    record: dict[str, Value]
    editable: frozenset[FieldId]
    context: SubmitContext
    given: dict[FieldId, Value] = field(default_factory=dict)
    refused: dict[FieldId, Refused] = field(default_factory=dict)
    hidden: set[FieldId] = field(default_factory=set)
    changed: list[FieldId] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)

    def add(self, field_id: str, code: str, params: Mapping[str, Value] | None = None) -> None:
        self.problems.append(FieldProblem(field_id, code, params or {}))


def _work(
    form: Form,
    answers: Answers,
    current: Values | None,
    facts: Facts,
    editable: frozenset[FieldId],
    context: SubmitContext,
) -> _Work:
    record = dict(facts.get("record") or {})
    if current is None:
        for key in form.fields:
            record[key] = None
    else:
        record.update(current)
    with_record = {**facts, "record": record, "old": current}
    work = _Work(form, current, with_record, record, editable, context)
    _read_answers(work, answers)
    _take_given(work)
    _follow(work)
    _find_changed(work)
    _check_values(work)
    _check_presence(work)
    _check_readonly(work)
    _check_between_fields(work)
    return work


def _read_answers(work: _Work, answers: Answers) -> None:
    fields, editable, reading = work.form.fields, work.editable, work.context.reading
    for key, raw in answers.items():
        one = fields.get(FieldId(key))
        if one is None:
            work.add(shown(key), "unknown_field")
        elif one.id not in editable or not one.takes_answers:
            work.add(key, "not_editable")
        elif isinstance(raw, Refused):
            work.refused[one.id] = raw
        else:
            try:
                work.given[one.id] = one.type.read(raw, one.options, reading)
            except Refused as refusal:
                work.refused[one.id] = refusal


def _take_given(work: _Work) -> None:
    record, form = work.record, work.form
    if work.current is None:
        for one in form.defaults:
            if one.id not in work.given:
                record[one.id] = _fresh(one.default)
    if not form.linked_keys:
        record.update(work.given)
        return
    for field_id, value in work.given.items():
        put(record, form, field_id, value)


def _follow(work: _Work) -> None:
    """Bring what follows from other values up to date, each field after those it reads."""
    for step in work.form.steps:
        try:
            _follow_one(work, step.field)
        except EvaluationError:
            work.add(step.field.id, "cannot_compute")


def _follow_one(work: _Work, one: Field) -> None:
    if one.value is not None:
        put(work.record, work.form, one.id, computed(one, work.facts))
        return
    is_answered = one.id in work.given or one.id in work.refused
    if one.default_value is not None and work.current is None and not is_answered:
        put(work.record, work.form, one.id, one.default_value.evaluate(work.facts))
    if one.shown_when and not is_shown(one, work.facts):
        work.hidden.add(one.id)
        kept = None if one.clears_when_hidden else _untouched(work, one)
        put(work.record, work.form, one.id, kept)


def _untouched(work: _Work, one: Field) -> Value:
    """The value had nobody answered: the current one, or a new record's default."""
    if work.current is not None:
        return work.current.get(one.id)
    if one.default_value is not None:
        return one.default_value.evaluate(work.facts)
    return _fresh(one.default)


def _find_changed(work: _Work) -> None:
    record, before = work.record, work.current or {}
    work.changed.extend(key for key in work.form.stored if record.get(key) != before.get(key))


def _check_values(work: _Work) -> None:
    for field_id, refusal in work.refused.items():
        if field_id not in work.hidden:
            work.add(field_id, refusal.code, refusal.params)
    for field_id in work.changed:
        one = work.form.fields[field_id]
        for refusal in one.type.check(work.record[field_id], one.options):
            work.add(field_id, refusal.code, refusal.params)


def _check_presence(work: _Work) -> None:
    for one in work.form.required:
        if one.id in work.editable and _is_wanting(work, one) and _holds(work, one, "required"):
            work.add(one.id, "required")
    for field_id in work.context.required:
        one = work.form.fields[field_id]
        if _is_wanting(work, one) and not (one.required is True and field_id in work.editable):
            work.add(field_id, "required")


def _is_wanting(work: _Work, one: Field) -> bool:
    if one.id in work.hidden or one.id in work.refused:
        return False
    return not one.type.has_value(work.record.get(one.id))


def _holds(work: _Work, one: Field, which: str) -> bool:
    condition = one.required if which == "required" else one.readonly
    try:
        return is_true(condition, work.facts)
    except EvaluationError:
        work.add(one.id, "cannot_compute")
        return False


def _check_readonly(work: _Work) -> None:
    for one in work.form.readonly:
        if one.id not in work.given or one.id in work.hidden:
            continue
        if work.given[one.id] != _untouched(work, one) and _holds(work, one, "readonly"):
            work.add(one.id, "read_only")


def _check_between_fields(work: _Work) -> None:
    changed = set(work.changed)
    for one in work.form.checked:
        if one.id in work.hidden or not one.type.has_value(work.record.get(one.id)):
            continue
        for check in one.checks:
            if changed.isdisjoint(check.reads):
                continue
            if not _passes(work, one, check):
                work.add(one.id, "check_failed", {"message": _by_locale(check.message)})


def _passes(work: _Work, one: Field, check: Check) -> bool:
    try:
        return check.holds.evaluate(work.facts) is True
    except EvaluationError:
        work.add(one.id, "cannot_compute")
        return True


def _serials(form: Form) -> tuple[NextSerial, ...]:
    return tuple(NextSerial(form.id, field_id, pattern) for field_id, pattern in form.serials)


def _by_locale(text: LocaleText) -> dict[str, str]:
    return dict(text.by_locale)


def _fresh(value: Value) -> Value:
    # A default stands in the definition, which nobody may change through a record.
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def _in_form_order(form: Form, problems: list[FieldProblem]) -> tuple[FieldProblem, ...]:
    place = {str(key): index for index, key in enumerate(form.fields)}
    return tuple(sorted(_unique(problems), key=lambda one: place.get(one.path, -1)))


def _unique(problems: list[FieldProblem]) -> Iterator[FieldProblem]:
    seen: list[FieldProblem] = []
    for one in problems:
        if one not in seen:
            seen.append(one)
            yield one
