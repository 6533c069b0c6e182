"""The outline of a form: its fields with their options and kinds, before any expression is read.

Expressions of one form may read the fields of another, so all forms are outlined first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engines import kinds
from engines.context import FieldFacts, FormFacts
from engines.diagnostics import Path, Problems
from engines.expression.types import JSON, TEXT, UNKNOWN, RecordType, Type
from engines.form.catalog import field_types, offered_types
from engines.form.choices import suggest
from engines.form.fieldtype import FieldType, Place
from engines.form.model import SYSTEM_FIELDS, SYSTEM_TITLES
from engines.form.problems import Refused
from engines.kinds import Kind
from engines.values import FieldId, FormId, LocaleText, RoleId, Value, locale_text

# A lookup may show a lookup; a definition that goes round in a ring ends here.
_FURTHEST_LOOKUP = 8

_SYSTEM = "system"
_USER_PARTS: Mapping[str, Type] = MappingProxyType({"name": TEXT, "email": TEXT})


@dataclass(frozen=True, slots=True)
class OutlineContext:
    """What the outline of one form may know of the rest of the app."""

    problems: Problems
    locales: tuple[str, ...] = ()
    currency: str = ""
    forms: frozenset[FormId] = frozenset()
    roles: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldOutline:
    """A field without its expressions; `data` is what the author wrote."""

    id: FieldId
    data: Mapping[str, Any]
    place: Place
    title: LocaleText
    type: FieldType[Any]
    options: Any
    kind: Kind
    is_system: bool = False

    @property
    def is_computed(self) -> bool:
        """Whether nobody types the value."""
        return not self.type.takes_answers or self.data.get("value") is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether the value is stored encrypted."""
        return self.data.get("encrypted") is True

    def read_literal(self, written: object) -> Value:
        """A literal of a definition as a value of this field; raises ValueError."""
        try:
            return self.type.read_literal(written, self.options)
        except Refused as refusal:
            raise ValueError(refusal.sentence()) from None


@dataclass(frozen=True, slots=True)
class FormOutline:
    """A form without its expressions."""

    id: FormId
    data: Mapping[str, Any]
    path: Path
    title: LocaleText
    fields: Mapping[FieldId, FieldOutline]
    context: OutlineContext

    def record_type(self, outlines: Mapping[FormId, FormOutline]) -> RecordType:
        """What expressions see of a record of this form."""
        types = self._types(outlines)
        return RecordType(self.id, {str(field): found for field, found in types.items()})

    def facts(self, outlines: Mapping[FormId, FormOutline]) -> FormFacts:
        """What the other engines may know of this form."""
        types = dict(self._types(outlines))
        fields = {
            one.id: FieldFacts(
                id=one.id,
                title=one.title,
                type=types.get(one.id, JSON),
                kind=one.kind,
                control=one.type.name,
                is_computed=one.is_computed,
                is_encrypted=one.is_encrypted and one.data.get("index") != "plain",
                is_system=one.is_system,
                options=one.type.choices(one.options),
                links_to=one.type.links_to(one.options),
                read_literal=one.read_literal,
            )
            for one in self.fields.values()
        }
        views = self.data.get("views")
        names = tuple(views) if isinstance(views, Mapping) else ()
        return FormFacts(self.id, self.title, fields, tuple(dict.fromkeys((*names, "all"))))

    def _types(self, outlines: Mapping[FormId, FormOutline]) -> Mapping[FieldId, Type]:
        known = Forms(self.id, outlines)
        types = {one.id: known.type_of(self.id, one.id) for one in self.fields.values()}
        found = {field: kind for field, kind in types.items() if kind is not None}
        # A field that could not be outlined was reported: who names it makes no second mistake.
        return {**dict.fromkeys(self._unfinished(), UNKNOWN), **found}

    def _unfinished(self) -> list[FieldId]:
        written = self.data.get("fields")
        names = map(FieldId, written if isinstance(written, Mapping) else ())
        return [one for one in names if one not in self.fields]


@dataclass(frozen=True, slots=True)
class Forms:
    """All outlines as the controls of one form see them (`fieldtype.KnownForms`)."""

    own: FormId
    outlines: Mapping[FormId, FormOutline]
    depth: int = 0

    def target(self, field: FieldId) -> FormId | None:
        return self.target_in(self.own, field)

    def target_in(self, form: FormId, field: FieldId) -> FormId | None:
        found = self.field(form, field)
        return found.type.links_to(found.options) if found else None

    def type_of(self, form: FormId, field: FieldId) -> Type | None:
        if form == "user":
            return _USER_PARTS.get(field)
        found = self.field(form, field)
        if found is None or self.depth > _FURTHEST_LOOKUP:
            return None
        return found.type.value_type(found.options, Forms(form, self.outlines, self.depth + 1))

    def field(self, form: FormId, field: FieldId) -> FieldOutline | None:
        """A field of any form, or None."""
        outline = self.outlines.get(form)
        return outline.fields.get(field) if outline else None


def outline_form(form_id: FormId, data: Mapping[str, Any], context: OutlineContext) -> FormOutline:
    """The outline of one form; reports F002, F003 and what is wrong with options."""
    path: Path = ("forms", form_id)
    written = data.get("fields")
    fields: dict[FieldId, FieldOutline] = {}
    for field_id, one in (written if isinstance(written, Mapping) else {}).items():
        found = _outline_field(FieldId(field_id), one, (*path, "fields", field_id), context)
        if found is not None:
            fields[found.id] = found
    for field_id, options in _system_fields(form_id).items():
        fields[field_id] = _system_field(field_id, options, context)
    spoken = form_id.replace("_", " ").capitalize()
    title = locale_text(data.get("title"), spoken, context.locales)
    return FormOutline(form_id, data, path, title, fields, context)


def _outline_field(
    field_id: FieldId, data: object, path: Path, context: OutlineContext
) -> FieldOutline | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("type"), str):
        return None  # the schema has spoken
    types = offered_types()
    name = str(data["type"])
    if name not in types:
        hint = suggest(name, types)
        context.problems.add("F002", (*path, "type"), f"unknown field type {name!r}", hint=hint)
        return None
    if field_id in SYSTEM_FIELDS:
        hint = "Every record has it already; choose another id."
        context.problems.add("F003", path, f"{str(field_id)!r} is a system field", hint=hint)
        return None
    if any(key not in data for key in types[name].needs) or _is_misshapen(path, context):
        return None
    place = Place(
        context.problems, path, context.locales, context.currency, context.forms, context.roles
    )
    type_ = types[name]
    options = type_.parse_options(data, place)
    title = locale_text(data.get("title"), _spoken(field_id), context.locales)
    return FieldOutline(field_id, data, place, title, type_, options, _kind(type_, options, data))


def _is_misshapen(path: Path, context: OutlineContext) -> bool:
    # Only what the schema says (D…) keeps a field from being read; engine problems do not.
    return any(
        code.startswith("D") and where[: len(path)] == path for code, where, _ in context.problems
    )


def _kind(type_: FieldType[Any], options: Any, data: Mapping[str, Any]) -> Kind:
    kind = type_.kind(options)
    is_sealed = data.get("encrypted") is True and data.get("index") != "plain"
    return kinds.encrypted(kind) if is_sealed and kind.columns else kind


def _system_fields(form_id: FormId) -> Mapping[FieldId, Mapping[str, str]]:
    holds = ("id", "instant", "user", "instant", "user")
    return {
        field: {"type": _SYSTEM, "holds": what, "form": form_id}
        for field, what in zip(SYSTEM_FIELDS, holds, strict=True)
    }


def _system_field(
    field_id: FieldId, data: Mapping[str, Any], context: OutlineContext
) -> FieldOutline:
    place = Place(context.problems, ())
    type_ = field_types()[_SYSTEM]
    options = type_.parse_options(data, place)
    return FieldOutline(
        id=field_id,
        data=data,
        place=place,
        title=SYSTEM_TITLES[field_id],
        type=type_,
        options=options,
        kind=type_.kind(options),
        is_system=True,
    )


def _spoken(field_id: str) -> str:
    return field_id.replace("_", " ").capitalize()
