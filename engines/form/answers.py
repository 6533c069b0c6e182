"""Answers as a browser posts them, put into the shape that `submit` takes.

Unknown keys pass through, so that `submit` refuses them together with everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engines.form.fieldtype import FieldType
from engines.form.model import Form
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.values import FieldId, Values

_REFUSED_TWICE = "doubled"


def answers_from_form(form: Form, posted: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """One answer for each posted key; `price.amount` and `price.currency` make one together.

    A key posted twice for a control of one value becomes a refusal. Controls that a browser posts
    nothing for have a blank of the same name before them, which is dropped here.
    """
    answers: dict[str, Any] = {}
    for key, values in posted.items():
        field_id, _, part = key.partition(".")
        one = form.fields.get(FieldId(field_id))
        if one is None:
            answers[key] = values[0] if values else ""
        elif part in one.type.parts:
            _take_part(answers, field_id, part, _single(one.type, values))
        elif part:
            answers[key] = ""
        else:
            answers[key] = _answer(one.type, values)
    return answers


def links_in(
    form: Form, answers: Mapping[str, object], current: Values | None, reading: Reading
) -> Mapping[FieldId, str]:
    """The records that the links will point to once these answers are taken.

    For the runtime, which loads `form.linked_keys` of them before it calls `submit`. What cannot
    be read as a link is left out; `submit` will refuse it.
    """
    found: dict[FieldId, str] = {}
    for one in form.fields.values():
        if one.links_to is None or one.is_computed or one.is_system:
            continue
        value = (current or {}).get(one.id, one.default)
        if one.id in answers:
            try:
                value = one.type.read(answers[one.id], one.options, reading)
            except Refused:
                value = None
        if value is not None:
            found[one.id] = str(value)
    return found


def _answer(type_: FieldType[Any], values: Sequence[str]) -> object:
    if type_.holds_many:
        return [value for value in values if value]
    return _single(type_, values)


def _single(type_: FieldType[Any], values: Sequence[str]) -> object:
    written = list(values)
    if type_.posts_blank and len(written) > 1 and not written[0]:
        written = written[1:]
    if len(written) > 1:
        return Refused(_REFUSED_TWICE)
    return written[0] if written else ""


def _take_part(answers: dict[str, Any], field_id: str, part: str, value: object) -> None:
    if isinstance(value, Refused):
        answers[field_id] = value
        return
    parts = answers.setdefault(field_id, {})
    if isinstance(parts, dict):
        parts[part] = value
    elif not isinstance(parts, Refused):
        answers[field_id] = Refused(_REFUSED_TWICE)
