"""Show values as an actor may see them: hidden ones gone, masked ones masked, everywhere alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engines.form.mask import Mask, apply
from engines.form.model import Field, Form
from engines.values import FieldId, FormId, Value
from runtime.access.gate import FieldRights, is_unrestricted, rights_in
from runtime.commands import Actor
from runtime.live import LiveApp

EVERYTHING = Mask(hides_all=True)


def values_as_seen(
    form: Form, rights: FieldRights, values: Mapping[str, Value]
) -> dict[FieldId, Value]:
    """The form's own values without hidden ones and with masked ones masked."""
    seen: dict[FieldId, Value] = {}
    for field in form.fields.values():
        if field.id in rights.hidden or field.id not in values:
            continue
        value = values[field.id]
        seen[field.id] = masked(field, value) if field.id in rights.masked else value
    return seen


def masked(field: Field, value: Value) -> Value:
    """A value behind the field's mask; a field without one hides all of it."""
    if value is None:
        return None
    return apply(field.mask or EVERYTHING, str(value))


def facts_as_seen(
    app: LiveApp, form: FormId, facts: Mapping[str, Any], reader: Actor
) -> dict[str, Any]:
    """Facts for a template, cut down to what its reader may see, behind links too."""
    if is_unrestricted(reader):
        return dict(facts)
    shown = dict(facts)
    for root in ("record", "old"):
        if isinstance(facts.get(root), Mapping):
            shown[root] = _flat_as_seen(app, form, facts[root], reader)
    return shown


def may_know(app: LiveApp, form: FormId, actor: Actor, keys: Iterable[str]) -> bool:
    """Whether the actor may know every one of the (dotted) keys of a record in clear."""
    return all(_right(app, form, actor, key.split(".")) == "clear" for key in keys)


def _flat_as_seen(
    app: LiveApp, form: FormId, values: Mapping[str, Value], reader: Actor
) -> dict[str, Value]:
    seen: dict[str, Value] = {}
    for key, value in values.items():
        steps = key.split(".")
        right = _right(app, form, reader, steps)
        if right == "clear":
            seen[key] = value
        elif right == "masked":
            seen[key] = masked(_last_field(app, form, steps), value)
    return seen


def _right(app: LiveApp, form: FormId, actor: Actor, steps: list[str]) -> str:
    """`clear`, `masked` or `hidden` for a dotted key; the strictest step counts."""
    definition = app.definition.forms.get(form)
    if definition is None:
        return "clear"  # a user's name and address, or a system field
    name = FieldId(steps[0])
    if name not in definition.fields:
        return "clear"
    rights = rights_in(app, definition, actor)
    if name in rights.hidden:
        return "hidden"
    if len(steps) == 1:
        return "masked" if name in rights.masked else "clear"
    if name in rights.masked:
        return "hidden"
    stored = app.tables[form].fields.get(name)
    target = stored.links_to if stored is not None else None
    # without a target it is a part of the field's own value: `price.amount`
    return "clear" if target is None else _right(app, target, actor, steps[1:])


def _last_field(app: LiveApp, form: FormId, steps: list[str]) -> Field:
    for step in steps[:-1]:
        target = app.tables[form].fields[FieldId(step)].links_to
        if target is not None:
            form = target
    return app.definition.forms[form].fields[FieldId(steps[-1])]
