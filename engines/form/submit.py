"""What a submit makes of a record: the values after it, or every problem with the answers.

Changes nothing. Whether a record may be touched at all, and whether linked records exist, the
runtime has asked before; numbers and uniqueness it settles afterwards, under its lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engines.errors import FieldErrors, FieldProblem
from engines.expression.problems import EvaluationError
from engines.form.conditions import is_true
from engines.form.model import Check, Field, Form
from engines.form.work import PLAIN, Answers, SubmitContext, Work, begun, untouched
from engines.messages import CheckUnique, NextSerial
from engines.values import Facts, FieldId, LocaleText, Values

__all__ = ["Draft", "Submission", "SubmitContext", "draft", "submit"]


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
    work = _checked(form, answers, current, facts, editable, context)
    if work.problems:
        raise FieldErrors(_in_form_order(form, work.problems))
    record, changed = work.record, frozenset(work.changed)
    return Submission(
        values={key: record[key] for key in form.stored},
        changed=changed,
        serials=_serials(form) if current is None and form.serials else (),
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
    work = _checked(form, answers, current, facts, editable, context)
    values = {str(key): work.record.get(key) for key in form.fields}
    return Draft(values, frozenset(work.hidden), _in_form_order(form, work.problems))


def _checked(
    form: Form,
    answers: Answers,
    current: Values | None,
    facts: Facts,
    editable: frozenset[FieldId],
    context: SubmitContext,
) -> Work:
    work = begun(form, answers, current, facts, editable, context)
    _check_values(work)
    _check_presence(work)
    if form.readonly and context.is_person:
        _check_readonly(work)
    if form.checked:
        _check_between_fields(work)
    return work


def _check_values(work: Work) -> None:
    for field_id, refusal in work.refused.items():
        if field_id not in work.hidden:
            work.add(field_id, refusal.code, refusal.params)
    checkers, record = work.form.checkers, work.record
    for field_id in work.changed:
        if field_id in checkers:
            check, options = checkers[field_id]
            for refusal in check(record[field_id], options):
                work.add(field_id, refusal.code, refusal.params)


def _check_presence(work: Work) -> None:
    record, editable = work.record, work.editable
    for one in work.form.required:
        if one.id not in editable or one.type.has_value(record.get(one.id)):
            continue
        if _is_seen(work, one) and _holds(work, one, "required"):
            work.add(one.id, "required")
    for field_id in work.context.required:
        one = work.form.fields[field_id]
        is_said = one.required is True and field_id in editable
        if not is_said and not one.type.has_value(record.get(one.id)) and _is_seen(work, one):
            work.add(field_id, "required")


def _is_seen(work: Work, one: Field) -> bool:
    """Whether the person was asked for it, and could be understood."""
    return one.id not in work.hidden and one.id not in work.refused


def _holds(work: Work, one: Field, which: str) -> bool:
    condition = one.required if which == "required" else one.readonly
    try:
        return is_true(condition, work.facts)
    except EvaluationError:
        work.add(one.id, "cannot_compute")
        return False


def _check_readonly(work: Work) -> None:
    for one in work.form.readonly:
        if one.id not in work.given or one.id in work.hidden:
            continue
        if work.given[one.id] != untouched(work, one) and _holds(work, one, "readonly"):
            work.add(one.id, "read_only")


def _check_between_fields(work: Work) -> None:
    changed = set(work.changed)
    for one in work.form.checked:
        if one.id in work.hidden or not one.type.has_value(work.record.get(one.id)):
            continue
        for check in one.checks:
            if changed.isdisjoint(check.reads):
                continue
            if not _passes(work, one, check):
                work.add(one.id, "check_failed", {"message": _by_locale(check.message)})


def _passes(work: Work, one: Field, check: Check) -> bool:
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


def _in_form_order(form: Form, problems: list[FieldProblem]) -> tuple[FieldProblem, ...]:
    place = {str(key): index for index, key in enumerate(form.fields)}
    return tuple(sorted(_unique(problems), key=lambda one: place.get(one.path, -1)))


def _unique(problems: list[FieldProblem]) -> Iterator[FieldProblem]:
    seen: list[FieldProblem] = []
    for one in problems:
        if one not in seen:
            seen.append(one)
            yield one
