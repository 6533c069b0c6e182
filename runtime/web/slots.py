"""What stands in each field of a page: its mode, value, problem, and how it reads to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from markupsafe import Markup, escape

from engines import kinds
from engines.form.display import Display
from engines.form.layout import Section, sections_of
from engines.form.model import Field, Form
from engines.form.visible import State
from engines.values import AppId, FieldId, FormId, Value
from runtime.access.shown import Choice, FormPage, VisibleRecord
from runtime.web import addresses
from runtime.web.catalogue import catalogue
from runtime.web.icons import icon
from runtime.web.specialise import SlotView, is_list, placed_fields

_USERS = FormId("user")
_HIDDEN = Markup(" hidden")
_OFF = Markup(" disabled")
_MUST = Markup('<span class="field__must" aria-hidden="true"> *</span>')
_NONE = Markup("")
_GONE = SlotView("gone")
_SHOWN = State(visible=True, required=False, readonly=False)

_PEN = icon("edit")
_EDIT = Markup(
    '<a class="field__edit" href="{there}" hx-get="{there}" hx-target="closest .field" '
    'hx-swap="outerHTML" aria-label="{label}" title="{label}">{icon}</a>'
)

Asker = Callable[[FieldId], Iterable[Choice]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person typed and what was wrong with it; nothing on a fresh page."""

    typed: Mapping[str, list[str]] = attribute(default_factory=dict)
    problems: Mapping[str, str] = attribute(default_factory=dict)


def slots_to_edit(
    page: FormPage, app: AppId, display: Display, choices: Asker, filled: Filled
) -> dict[str, SlotView]:
    """The fields of a form to fill; what the actor may not change is shown to read."""
    shown = Display(display.locale, display.zone, page.names)
    return {
        name: _slot(page, name, app, shown, choices, filled)
        for name in placed_fields(page.form.layout)
    }


def slots_to_read(
    form: Form, record: VisibleRecord, app: AppId, display: Display
) -> dict[str, SlotView]:
    """The fields of a record to read; empty and hidden ones are left out."""
    shown = Display(display.locale, display.zone, record.names)
    slots: dict[str, SlotView] = {}
    for name in placed_fields(form.layout):
        one = form.fields[name]
        value = record.values.get(name)
        is_gone = name in record.hidden or value is None or value == [] or is_list(one)
        text = (
            None if is_gone else text_of(one, value, app, shown, is_masked=name in record.masked)
        )
        slots[name] = (
            SlotView("read", text=text, edit=_edit_link(one, record, app, display))
            if text
            else _GONE
        )
    return slots


def _edit_link(one: Field, record: VisibleRecord, app: AppId, display: Display) -> Markup:
    """A link that opens the field's control in its place; nothing where it may not be changed."""
    if one.id not in record.editable or not one.takes_answers:
        return _NONE
    title = one.title.in_locale(display.locale)
    return _EDIT.format(
        there=f"{addresses.record(app, record.form, record.id)}/field/{one.id}",
        label=catalogue(display.locale).say("record.edit_field", field=title),
        icon=_PEN,
    )


def to_fill_and_to_read(
    page: FormPage, slots: Mapping[str, SlotView]
) -> tuple[dict[str, SlotView], dict[str, SlotView]]:
    """The fields one can fill in, and those one can only read; in the other part each is gone.

    What is computed stands with the fields to fill of its section: there it is seen to follow.
    """
    first = {name for name, slot in slots.items() if slot.mode == "edit"}
    for section in sections_of(page.form.layout):
        names = list(placed_fields([one for column in section.columns for one in column]))
        if not first.isdisjoint(names):
            first.update(name for name in names if page.form.fields[name].is_computed)
    return (
        {name: slot if name in first else _GONE for name, slot in slots.items()},
        {name: _GONE if name in first else slot for name, slot in slots.items()},
    )


def sections_to_edit(page: FormPage, slots: Mapping[str, SlotView]) -> dict[str, Markup]:
    """Which sections are out of sight: those of which no field is in sight."""
    return {
        one.id: _NONE if _is_in_sight(one, page, slots) else _HIDDEN
        for one in sections_of(page.form.layout)
    }


def sections_to_read(form: Form, slots: Mapping[str, SlotView]) -> dict[str, Markup]:
    """Sections without anything to read are out of sight."""
    return {
        one.id: _HIDDEN
        if all(
            slots[name].mode == "gone" for column in one.columns for name in placed_fields(column)
        )
        else _NONE
        for one in sections_of(form.layout)
    }


def text_of(  # noqa: PLR0911  one line a way of showing
    one: Field, value: Value, app: AppId, display: Display, *, is_masked: bool = False
) -> str:
    """A value for reading: links lead there, files download, options wear their colour."""
    if value is None or value == []:
        return ""
    control, options = one.writer
    if is_masked:
        return str(value)
    if one.kind == kinds.FILES:
        links = (
            Markup('<a href="/files/{}">{}</a>').format(v, display.names.get(v, v)) for v in value
        )
        return Markup(", ").join(links)
    if one.links_to is not None and isinstance(value, str) and value not in display.names:
        return catalogue(display.locale).say("field.link_gone")
    text = control.write(value, options, display)
    if one.links_to is not None and one.links_to != _USERS and isinstance(value, str):
        href = addresses.record(app, one.links_to, value)  # type: ignore[arg-type]
        return Markup('<a href="{}">{}</a>').format(href, text)
    color = _color(one, value, display.locale)
    if color:
        return Markup('<span class="badge badge--{}">{}</span>').format(color, text)
    if one.type.widget == "textarea":
        return Markup('<span class="prose">{}</span>').format(text)
    return text


def _slot(
    page: FormPage,
    name: FieldId,
    app: AppId,
    display: Display,
    choices: Asker,
    filled: Filled,
) -> SlotView:
    one = page.form.fields[name]
    if name in page.hidden or is_list(one):
        return _GONE
    state = page.states.get(name, _SHOWN)
    veil = _NONE if state.visible else _HIDDEN
    value = page.values.get(name)
    can_edit = name in page.editable and one.takes_answers and not state.readonly
    if not can_edit:
        text = text_of(one, value, app, display)
        # An empty value to read says nothing, unless the browser may still compute it.
        return SlotView("read", text=text, veil=veil) if text or one.is_computed else _GONE
    problem = filled.problems.get(name, "")
    return SlotView(
        "edit",
        value=_control_value(one, value, display, filled.typed),
        problem=problem,
        attrs=_ATTRS[state.required, problem != "", not state.visible],
        off=_NONE if state.visible else _OFF,
        veil=veil,
        must=_MUST if state.required else _NONE,
        options=_options(one, value, display, choices),
    )


def _control_value(
    one: Field, value: Value, display: Display, typed: Mapping[str, list[str]]
) -> Any:
    """What was typed, as it was typed; else the stored value as the control writes it."""
    parts = one.type.parts
    if parts and any(f"{one.id}.{part}" in typed for part in parts):
        return {part: _last(typed.get(f"{one.id}.{part}")) for part in parts}
    if one.id in typed:
        return (
            [text for text in typed[one.id] if text]
            if one.type.holds_many
            else _last(typed[one.id])
        )
    return one.type.input_value(value, one.options, display)


def _last(texts: list[str] | None) -> str:
    return texts[-1] if texts else ""


def _attrs(*, is_required: bool, is_wrong: bool, is_off: bool) -> Markup:
    parts = (
        ' aria-required="true"' if is_required else "",
        ' aria-invalid="true"' if is_wrong else "",
        " disabled" if is_off else "",
    )
    return Markup("".join(parts))  # noqa: S704  three constants


_ATTRS = {
    (required, wrong, off): _attrs(is_required=required, is_wrong=wrong, is_off=off)
    for required in (False, True)
    for wrong in (False, True)
    for off in (False, True)
}


def _options(
    one: Field, value: Value, display: Display, choices: Asker
) -> tuple[tuple[str, str], ...]:
    """Options that only the server knows: records, people, the files there are."""
    if one.kind == kinds.FILES:
        return tuple((id_, display.names.get(id_, id_)) for id_ in value or ())
    if one.links_to is None:
        return ()
    offered = {choice.id: choice.title for choice in choices(one.id)}
    if isinstance(value, str) and value not in offered:
        gone = catalogue(display.locale).say("field.link_gone")
        offered = {value: display.names.get(value) or gone, **offered}
    return tuple(offered.items())


def _color(one: Field, value: Value, locale: str) -> str:
    if not isinstance(value, str):
        return ""
    control, options = one.writer
    found = control.widget_data(options, locale).get("options") or ()
    colors = (option.get("color") for option in found if option.get("id") == value)
    color = next(colors, "") or ""
    return "" if color == "grey" else str(escape(color))


def _is_in_sight(section: Section, page: FormPage, slots: Mapping[str, SlotView]) -> bool:
    names = [name for column in section.columns for name in placed_fields(column)]
    return any(
        slots[name].mode != "gone" and page.states.get(name, _SHOWN).visible for name in names
    )
