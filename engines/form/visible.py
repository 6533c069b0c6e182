"""Which fields are seen, required and read-only right now: for pages, tasks and the live form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engines.form.compute import is_shown
from engines.form.conditions import is_true
from engines.form.model import Form
from engines.values import Facts, FieldId


@dataclass(frozen=True, slots=True)
class State:
    """How one field stands."""

    visible: bool
    required: bool
    readonly: bool


def states(
    form: Form,
    facts: Facts,
    *,
    editable: frozenset[FieldId] | None = None,
    required: frozenset[FieldId] = frozenset(),
) -> Mapping[FieldId, State]:
    """The state of every field of the author's, for values that are up to date.

    `editable` narrows what may be changed; `required` adds what a task demands. A computed field
    is read-only; a hidden one is never required.
    """
    found: dict[FieldId, State] = {}
    for one in form.own_fields:
        visible = is_shown(one, facts)
        can_edit = one.takes_answers and (editable is None or one.id in editable)
        readonly = not can_edit or is_true(one.readonly, facts)
        is_needed = one.id in required or (not readonly and is_true(one.required, facts))
        found[one.id] = State(visible, visible and is_needed, readonly)
    return found
