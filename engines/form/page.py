"""A form as nested plain data with all its own texts resolved, once for each form and locale.

A template is specialised from it; what differs from record to record is not in it.
"""

from __future__ import annotations

from typing import Any, assert_never

from engines.form.layout import Block, Columns, Heading, Section, Slot, StaticText, Tab, Tabs
from engines.form.model import Field, Form
from engines.values import FieldId


def page_model(form: Form, locale: str) -> dict[str, Any]:
    """The form's static part: title, blocks, and a slot for every field placed.

    A slot's `static` is the widget's own data; `has_conditions` tells whether its state can change
    while the form is filled in.
    """
    return {
        "form": form.id,
        "locale": locale,
        "title": form.title.in_locale(locale),
        "icon": form.icon,
        "blocks": [_block(form, block, locale) for block in form.layout],
        "is_live": bool(form.steps) or any(_has_conditions(one) for one in form.own_fields),
    }


def slot_model(form: Form, field_id: FieldId, locale: str) -> dict[str, Any]:
    """The static part of one field, for pages that place fields themselves."""
    one = form.fields[field_id]
    type_, options = one.writer
    return {
        "block": "field",
        "field": one.id,
        "type": one.type.name,
        "widget": one.type.widget,
        "title": one.title.in_locale(locale),
        "help": one.help.in_locale(locale),
        "placeholder": one.placeholder.in_locale(locale),
        "width": one.width,
        "is_computed": not one.takes_answers,
        "is_required": one.required is True,
        "has_conditions": _has_conditions(one),
        "posts_blank": one.type.posts_blank,
        "holds_many": one.type.holds_many,
        "parts": list(one.type.parts),
        "static": (one.type if one.takes_answers else type_).widget_data(
            one.options if one.takes_answers else options, locale
        ),
    }


def _block(form: Form, block: Block, locale: str) -> dict[str, Any]:
    match block:
        case Slot():
            return slot_model(form, block.field, locale)
        case Heading():
            return {"block": "heading", "text": block.text.in_locale(locale)}
        case StaticText():
            return {"block": "text", "text": block.text.in_locale(locale)}
        case Columns():
            return {"block": "columns", "columns": _columns(form, block.columns, locale)}
        case Section():
            return {
                "block": "section",
                "id": block.id,
                "title": block.title.in_locale(locale),
                "has_conditions": not isinstance(block.visible, bool),
                "columns": _columns(form, block.columns, locale),
            }
        case Tabs():
            return {"block": "tabs", "tabs": [_tab(form, tab, locale) for tab in block.tabs]}
        case _:
            assert_never(block)


def _columns(
    form: Form, columns: tuple[tuple[Block, ...], ...], locale: str
) -> list[list[dict[str, Any]]]:
    return [[_block(form, block, locale) for block in column] for column in columns]


def _tab(form: Form, tab: Tab, locale: str) -> dict[str, Any]:
    return {
        "id": tab.id,
        "title": tab.title.in_locale(locale),
        "blocks": [_block(form, block, locale) for block in tab.blocks],
    }


def _has_conditions(one: Field) -> bool:
    conditions = (one.required, one.readonly, *one.shown_when)
    return any(not isinstance(condition, bool) for condition in conditions)
