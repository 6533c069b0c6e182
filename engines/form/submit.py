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
    record, changed = work.record, frozenset(work.changed)
    return Submission(
        values={key: record[key] for key in form.stored},
        changed=changed,
        serials=_serials(form) if current is None else (),
        uniques=_uniques(form, record, changed) if form.unique else (),
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
    record: dict[str, Value] = dict.fromkeys(form.fields)
    record.update(facts.get("record") or {})
    if current is not None:
        record.update(current)
    with_record = {**facts, "record": record, "old": current}
    work = _Work(form, current, with_record, record, editable, context)
    _read_answers(work, answers)
    _take_given(work)
    if form.steps:
        _follow(work)
    _find_changed(work)
    _check_values(work)
    _check_presence(work)
    if form.readonly:
        _check_readonly(work)
    if form.checked:
        _check_between_fields(work)
    return work


def _read_answers(work: _Work, answers: Answers) -> None:
    readers, editable, reading = work.form.readers, work.editable, work.context.reading
    given = work.given
    for key, raw in answers.items():
        reader = readers.get(key)
        if reader is None or key not in editable:
            _refuse_key(work, key)
            continue
        if isinstance(raw, Refused):
            work.refused[FieldId(key)] = raw
            continue
        read, options = reader
        try:
            given[FieldId(key)] = read(raw, options, reading)
        except Refused as refusal:
            work.refused[FieldId(key)] = refusal


def _refuse_key(work: _Work, key: str) -> None:
    is_known = FieldId(key) in work.form.fields
    work.add(shown(key), "not_editable" if is_known else "unknown_field")


def _take_given(work: _Work) -> None:
    record, form, given = work.record, work.form, work.given
    if work.current is None:
        for one in form.defaults:
            if one.id not in given:
                record[one.id] = _fresh(one.default)
    record.update(given)  # type: ignore[arg-type]
    for link in form.linked_keys:
        put(record, form, link, record.get(link))


def _follow(work: _Work) -> None:
    """Bring what follows from other values up to date, each field after those it reads."""
    record, form, facts = work.record, work.form, work.facts
    for step in form.steps:
        one = step.field
        try:
            if one.value is not None:
                put(record, form, one.id, computed(one, facts))
                continue
            if one.default_value is not None and _is_open(work, one):
                put(record, form, one.id, one.default_value.evaluate(facts))
            if one.shown_when and not is_shown(one, facts):
                work.hidden.add(one.id)
                kept = None if one.clears_when_hidden else _untouched(work, one)
                put(record, form, one.id, kept)
        except EvaluationError:
            work.add(one.id, "cannot_compute")


def _is_open(work: _Work, one: Field) -> bool:
    """Whether a new record's field waits for its default, because nobody answered it."""
    return work.current is None and one.id not in work.given and one.id not in work.refused


def _untouched(work: _Work, one: Field) -> Value:
    """The value had nobody answered: the current one, or a new record's default."""
    if work.current is not None:
        return work.current.get(one.id)
    if one.default_value is not None:
        return one.default_value.evaluate(work.facts)
    return _fresh(one.default)


def _find_changed(work: _Work) -> None:
    record, before = work.record, work.current
    if before is None:
        work.changed = [key for key in work.form.stored if record[key] is not None]
    else:
        work.changed = [key for key in work.form.stored if record[key] != before.get(key)]


def _check_values(work: _Work) -> None:
    for field_id, refusal in work.refused.items():
        if field_id not in work.hidden:
            work.add(field_id, refusal.code, refusal.params)
    checkers, record = work.form.checkers, work.record
    for field_id in work.changed:
        checker = checkers.get(field_id)
        if checker is None:
            continue
        check, options = checker
        for refusal in check(record[field_id], options):
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


def _uniques(form: Form, record: Values, changed: frozenset[FieldId]) -> tuple[CheckUnique, ...]:
    found = [one.id for one in form.unique if one.id in changed and record[one.id] is not None]
    return tuple(CheckUnique(form.id, one, record[one]) for one in found)


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
