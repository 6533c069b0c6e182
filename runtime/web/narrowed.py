"""A form of one field: the same control, the same rules, where only that field is asked for."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from engines.form.layout import Slot
from engines.form.model import Form
from engines.values import AppId, FieldId
from runtime.access.shown import FormPage, VisibleRecord
from runtime.web import filling
from runtime.web.slots import Filled, slots_to_read
from runtime.web.visitor import live_app, visitor


def narrowed(form: Form, field: FieldId) -> Form:
    """The form with nothing but one field on its page."""
    return replace(form, layout=(Slot(field),))


def can_ask(page: FormPage, field: FieldId) -> bool:
    """Whether the field can be filled in on this page by itself."""
    one = page.form.fields.get(field)
    if one is None or field in page.hidden or field not in page.editable or not one.takes_answers:
        return False
    state = page.states.get(field)
    return state is None or (state.visible and not state.readonly)


def field_to_edit(page: FormPage, app: str, field: FieldId, filled_in: Filled) -> Markup:
    """The control of one field with its label, help and problem."""
    return filling.fields_html(
        replace(page, form=narrowed(page.form, field)), app, filled_in, part=field
    )


def field_to_read(form: Form, record: VisibleRecord, app: str, field: FieldId) -> Markup:
    """The field as the record's page shows it."""
    seer, alone = visitor(), narrowed(form, field)
    slots = slots_to_read(alone, record, AppId(app), seer.display)
    template = filling.form_templates().get(
        AppId(app), live_app(app).number, alone, seer.locale, part=field
    )
    return Markup(template.render(slots=slots, sections={}))  # noqa: S704  our own template
