"""One field of a form, compiled: its conditions, defaults, computed value, checks and storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines import kinds
from engines.expression.types import BOOLEAN, Type
from engines.form import mask as masks
from engines.form.choices import suggest
from engines.form.conditions import Compiler, Condition, reads
from engines.form.fieldtype import FieldType
from engines.form.mask import Mask
from engines.form.model import Check, Field
from engines.form.outline import FieldOutline, FormOutline, Forms
from engines.form.problems import Refused, shown
from engines.kinds import Shape
from engines.values import FieldId, FormId, Value, locale_text


@dataclass(frozen=True, slots=True)
class FieldParser:
    """Compiles the fields of one form."""

    form: FormOutline
    outlines: Mapping[FormId, FormOutline]
    compiler: Compiler

    def field(self, outline: FieldOutline, around: tuple[Condition, ...]) -> Field:
        """The compiled field; `around` are the conditions of the sections it stands in."""
        known = Forms(self.form.id, self.outlines)
        value_type = known.type_of(self.form.id, outline.id)
        if outline.is_system:
            return self._bare(outline, value_type)
        outline.type.link(outline.options, self.form.id, known, outline.place)
        data, path = outline.data, outline.place.path
        visible = self.compiler.condition(data, "visible", path, default=True)
        _check_storage(outline)
        _check_sources(outline)
        return Field(
            id=outline.id,
            title=outline.title,
            type=outline.type,
            options=outline.options,
            kind=outline.kind,
            value_type=value_type,
            help=locale_text(data.get("help"), "", outline.place.locales),
            placeholder=locale_text(data.get("placeholder"), "", outline.place.locales),
            required=self.compiler.condition(data, "required", path, default=False),
            readonly=self.compiler.condition(data, "readonly", path, default=False),
            shown_when=tuple(one for one in (visible, *around) if one is not True),
            default=_default(outline),
            default_value=self._expression(outline, "default_value", value_type),
            value=self._value(outline, value_type),
            is_unique=data.get("unique") is True,
            is_indexed=data.get("indexed") is True,
            is_encrypted=outline.is_encrypted,
            is_plain_indexed=outline.is_encrypted and data.get("index") == "plain",
            is_personal=data.get("personal") is True,
            checks=tuple(self._checks(outline)),
            width=str(data.get("width") or "full"),
            mask=self._mask(outline),
            clears_when_hidden=data.get("when_hidden") != "keep",
            in_print=data.get("in_print") is not False,
            in_export=data.get("in_export") is not False,
            was=FieldId(str(data["was"])) if data.get("was") else None,
            links_to=outline.type.links_to(outline.options),
            shown_as=self._shown_as(outline, known),
        )

    def _bare(self, outline: FieldOutline, value_type: Type | None) -> Field:
        return Field(
            outline.id,
            outline.title,
            outline.type,
            outline.options,
            outline.kind,
            value_type,
            is_system=True,
            links_to=outline.type.links_to(outline.options),
        )

    def _expression(self, outline: FieldOutline, key: str, expect: Type | None) -> Any:
        written = outline.data.get(key)
        if written is None:
            return None
        return self.compiler.expression(written, (*outline.place.path, key), expect)

    def _value(self, outline: FieldOutline, expect: Type | None) -> Any:
        derived = outline.type.derived(outline.options)
        if derived is None:
            return self._expression(outline, "value", expect)
        # What is wrong with it, the control's own `link` has said in clearer words.
        if self.compiler.problems.has_under(outline.place.path):
            return None
        return self.compiler.expression(derived, outline.place.path, expect)

    def _checks(self, outline: FieldOutline) -> list[Check]:
        found = []
        for index, one in enumerate(outline.data.get("check") or ()):
            path = (*outline.place.path, "check", index, "when")
            holds = self.compiler.expression(one.get("when"), path, BOOLEAN)
            message = locale_text(one.get("message"), "", outline.place.locales)
            if holds is not None:
                found.append(Check(holds, message, reads(holds) | {outline.id}))
        return found

    def _mask(self, outline: FieldOutline) -> Mask | None:
        written = outline.data.get("mask")
        if not isinstance(written, Mapping):
            return None
        mask = masks.mask_of(written)
        for role in sorted(mask.unless - outline.place.roles):
            hint = suggest(role, sorted(outline.place.roles))
            outline.place.add("F024", "mask", f"unknown role {str(role)!r} in unless", hint=hint)
        return mask

    def _shown_as(self, outline: FieldOutline, known: Forms) -> tuple[FieldType[Any], Any] | None:
        through = outline.type.shows(outline.options)
        target = known.target(through[0]) if through else None
        other = known.field(target, through[1]) if through and target else None
        return (other.type, other.options) if other else None


def _default(outline: FieldOutline) -> Value:
    written = outline.data.get("default")
    if written is None:
        return None
    if not outline.type.takes_answers:
        hint = f"A {outline.type.name} field makes its value itself."
        outline.place.add("F027", "default", "a default where nobody types anything", hint=hint)
        return None
    try:
        return outline.type.read_literal(written, outline.options)
    except Refused as refusal:
        choices = [one for one, _ in outline.type.choices(outline.options)]
        hint = suggest(str(written), choices) if choices else ""
        message = f"default {shown(written)!r} is refused: {refusal.sentence()}"
        outline.place.add("F017", "default", message, hint=hint)
        return None


def _check_sources(outline: FieldOutline) -> None:
    """Where the value comes from: one source at most, and one at least where it must have one."""
    data, place = outline.data, outline.place
    sources = [key for key in ("value", "default_value", "default") if data.get(key) is not None]
    if len(sources) > 1:
        message = f"{sources[0]} and {sources[1]} together"
        place.add("F008", sources[1], message, hint=f"Keep {sources[0]} or {sources[1]}.")
    makes_its_own = outline.type.derived(outline.options) is not None
    can_be_computed = outline.type.takes_answers or outline.type.computes
    if data.get("value") is not None and (makes_its_own or not can_be_computed):
        hint = "Use the type formula, or one that people fill in."
        message = f"a {outline.type.name} field cannot be computed"
        place.add("F029", "value", message, hint=hint)
    is_stuck = _always(data, "required") and _always(data, "readonly")
    if is_stuck and not sources and outline.type.takes_answers:
        hint = "Give it a value, a default, or drop readonly."
        place.add("F009", "", "required and read-only, so nobody can ever save", hint=hint)


def _check_storage(outline: FieldOutline) -> None:
    """What encryption and uniqueness ask of the way a value is kept."""
    data, place = outline.data, outline.place
    if data.get("personal") is True and "encrypted" not in data:
        hint = "Write encrypted: true, or encrypted: false to say that this is meant."
        place.add("F016", "personal", "a personal field left unencrypted", hint=hint)
    if outline.is_encrypted and outline.kind is kinds.NOTHING:
        hint = "Encrypt the field that it shows."
        place.add("F030", "encrypted", "nothing is stored here to encrypt", hint=hint)
    is_sealed = outline.is_encrypted and data.get("index") != "plain"
    if is_sealed and data.get("indexed") is True:
        hint = "Write index: plain, or drop indexed."
        place.add("F014", "indexed", "an encrypted field has no order to index", hint=hint)
    kept = outline.type.kind(outline.options)
    is_single = kept.shape in (Shape.SCALAR, Shape.FOLDED_TEXT, Shape.DURATION)
    if data.get("unique") is True and not is_single:
        hint = "Make a field of one value unique."
        place.add("F031", "unique", f"a {outline.type.name} field cannot be unique", hint=hint)


def _always(data: Mapping[str, Any], key: str) -> bool:
    return str(data.get(key)).strip().lower() == "true"
