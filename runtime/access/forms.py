"""Forms to fill through the gate: what each field holds, and what the actor may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engines.form.model import Form
from engines.form.reading import Reading
from engines.form.submit import SubmitContext, draft
from engines.form.visible import State, states
from engines.values import FieldId, Value
from runtime.access import gate
from runtime.access.masking import values_as_seen
from runtime.access.shown import FormPage
from runtime.access.view import Looking
from runtime.ports import Record


def blank_page(looking: Looking, form: Form, given: Mapping[str, Any] | None = None) -> FormPage:
    """A blank form with its defaults; `given` are answers to begin with."""
    if not gate.ever(form, looking.actor, "create"):
        gate.refuse(form, looking.actor, "create")
    rights = looking.rights(form)
    begun = draft(
        form,
        given or {},
        current=None,
        facts=_facts(looking, form, None),
        editable=rights.editable_when_new,
        context=SubmitContext(Reading(ZoneInfo(looking.actor.time_zone), looking.actor.locale)),
    )
    return _page(looking, form, begun.values, None)


def form_page(  # noqa: PLR0913  a task's step narrows in three ways, and answers come with it
    looking: Looking,
    form: Form,
    record: Record,
    *,
    only: frozenset[FieldId] | None = None,
    required: frozenset[FieldId] = frozenset(),
    hidden: frozenset[FieldId] = frozenset(),
    answers: Mapping[str, Any] | None = None,
) -> FormPage:
    """The form of a record. `only` narrows what may be edited, as a task's step does.

    A step's own permissions replace the role's on what may be edited, never on what is hidden.
    With `answers` it is the form as it follows from them; nothing is stored.
    """
    page = _page(looking, form, record.values, record)
    editable = page.editable if only is None else only - page.hidden
    if answers is not None:
        values = _drafted(looking, form, answers, record, editable)
        page = _page(looking, form, values, record)
    states_ = {
        name: State(
            visible=state.visible and name not in hidden,
            required=state.required or name in required,
            readonly=state.readonly or name not in editable,
        )
        for name, state in page.states.items()
    }
    return FormPage(
        form=form,
        version=page.version,
        values=page.values,
        names=page.names,
        states=states_,
        editable=editable,
        hidden=page.hidden | hidden,
        record=page.record,
        revision=page.revision,
        title=page.title,
    )


def answered_page(
    looking: Looking,
    form: Form,
    page: FormPage,
    answers: Mapping[str, Any],
    record: Record | None,
) -> FormPage:
    """A page after answers that are not sent yet: conditions and computed values follow them."""
    return _page(looking, form, _drafted(looking, form, answers, record, page.editable), record)


def edit_page(looking: Looking, form: Form, record: Record) -> FormPage:
    """The form of a record that the actor may change. Raises NotAllowed."""
    facts = looking.facts(form.id, [record])[0]
    gate.require(form, looking.actor, "update", facts)
    return form_page(looking, form, record)


def _drafted(
    looking: Looking,
    form: Form,
    answers: Mapping[str, Any],
    record: Record | None,
    editable: frozenset[FieldId],
) -> Mapping[str, Value]:
    return draft(
        form,
        answers,
        current=record.values if record is not None else None,
        facts=_facts(looking, form, record),
        editable=editable,
        context=SubmitContext(Reading(ZoneInfo(looking.actor.time_zone), looking.actor.locale)),
    ).values


def _facts(looking: Looking, form: Form, record: Record | None) -> dict[str, Any]:
    if record is None:
        return looking.blank_facts(form.id)
    return looking.facts(form.id, [record])[0]


def _page(
    looking: Looking, form: Form, values: Mapping[str, Value], record: Record | None
) -> FormPage:
    rights = looking.rights(form)
    facts = (
        looking.facts(form.id, [record])[0]
        if record is not None and values is record.values
        else looking.blank_facts(form.id, values)
    )
    editable = rights.editable if record is not None else rights.editable_when_new
    names = looking.names_in(form, [values])
    return FormPage(
        form=form,
        version=looking.app.number,
        values=_without_hidden(values, rights.hidden)
        if record is None
        else values_as_seen(form, rights, values),
        names=names,
        states=states(form, facts, editable=editable),
        editable=editable,
        hidden=rights.hidden,
        record=record.id if record is not None else None,
        revision=record.revision if record is not None else 0,
        title=looking.title(form, record) if record is not None else "",
    )


def _without_hidden(
    values: Mapping[str, Value], hidden: frozenset[FieldId]
) -> dict[FieldId, Value]:
    """Values of a new record: what the actor typed is nobody's secret from them."""
    return {FieldId(name): value for name, value in values.items() if name not in hidden}
