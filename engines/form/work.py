"""One submit under way: answers read, defaults given, everything that follows brought up to date.

Whether the record may be saved so is `submit`'s to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.errors import FieldProblem
from engines.expression.problems import EvaluationError
from engines.form.compute import computed, is_shown, put
from engines.form.model import Field, Form
from engines.form.problems import Refused, shown
from engines.form.reading import NEUTRAL, Reading
from engines.values import Facts, FieldId, Value, Values

Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SubmitContext:
    """How the person wrote, and what else the moment demands, such as a task's required fields.

    `is_person` is False for answers of a rule, a flow or sample data: read-only binds people.
    """

    reading: Reading = NEUTRAL
    required: frozenset[FieldId] = frozenset()
    is_person: bool = True


PLAIN = SubmitContext()


@dataclass(slots=True)
class Work:
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


def begun(
    form: Form,
    answers: Answers,
    current: Values | None,
    facts: Facts,
    editable: frozenset[FieldId],
    context: SubmitContext,
) -> Work:
    """The submit with its answers read and everything brought up to date, but nothing checked."""
    record: dict[str, Value] = dict.fromkeys(form.fields)
    record.update(facts.get("record") or {})
    if current is not None:
        record.update(current)
    with_record = {**facts, "record": record, "old": current}
    work = Work(form, current, with_record, record, editable, context)
    _read_answers(work, answers)
    _take_given(work)
    if form.steps:
        _follow(work)
    _find_changed(work)
    return work


def _read_answers(work: Work, answers: Answers) -> None:
    readers, editable, reading = work.form.readers, work.editable, work.context.reading
    given: dict[Any, Value] = work.given
    for key, raw in answers.items():
        reader = readers.get(key)
        if reader is None or key not in editable:
            _refuse_key(work, key)
            continue
        if type(raw) is Refused:
            work.refused[FieldId(key)] = raw
            continue
        read, options = reader
        try:
            given[key] = read(raw, options, reading)
        except Refused as refusal:
            work.refused[FieldId(key)] = refusal


def _refuse_key(work: Work, key: str) -> None:
    is_known = FieldId(key) in work.form.fields
    work.add(shown(key), "not_editable" if is_known else "unknown_field")


def _take_given(work: Work) -> None:
    record, form, given = work.record, work.form, work.given
    if work.current is None:
        for one in form.defaults:
            if one.id not in given:
                record[one.id] = _fresh(one.default)
    record.update(given)  # type: ignore[arg-type]
    for link in form.linked_keys:
        put(record, form, link, record.get(link))


def _follow(work: Work) -> None:
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
                kept = None if one.clears_when_hidden else untouched(work, one)
                put(record, form, one.id, kept)
        except EvaluationError:
            work.add(one.id, "cannot_compute")


def _is_open(work: Work, one: Field) -> bool:
    """Whether a new record's field waits for its default, because nobody answered it."""
    return work.current is None and one.id not in work.given and one.id not in work.refused


def untouched(work: Work, one: Field) -> Value:
    """The value had nobody answered: the current one, or a new record's default."""
    if work.current is not None:
        return work.current.get(one.id)
    if one.default_value is not None:
        return one.default_value.evaluate(work.facts)
    return _fresh(one.default)


def _find_changed(work: Work) -> None:
    record, before = work.record, work.current
    if before is None:
        work.changed = [key for key in work.form.stored if record[key] is not None]
    else:
        work.changed = [key for key in work.form.stored if record[key] != before.get(key)]


def _fresh(value: Value) -> Value:
    # A default stands in the definition, which nobody may change through a record.
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else value
