"""A field of a linked record, shown here; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import Type
from engines.form import limits
from engines.form.display import Display, names, plain_json, plain_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import FieldId, FormId, Value


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """The link and the field behind it."""

    through: FieldId
    field: FieldId


class LookupType(FieldType[LookupOptions]):
    """Always what the linked record says now; a copy of then is a field with `value:`."""

    name = "lookup"
    group = "records"
    icon = "lookup"
    label = names(en="Looked-up value", zh="引用值", es="Valor consultado", ar="قيمة مستمدة")
    widget = "output"
    takes_answers = False
    computes = True
    schema: ClassVar[Mapping[str, Any]] = {
        "through": limits.text_option("Through", "The link field of this form"),
        "field": limits.text_option("Field", "The field of the linked record"),
    }
    needs = ("through", "field")
    example: ClassVar[Mapping[str, Any]] = {
        "type": "lookup",
        "through": "buyer",
        "field": "phone",
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> LookupOptions:
        return LookupOptions(FieldId(str(data.get("through"))), FieldId(str(data.get("field"))))

    def kind(self, options: LookupOptions) -> Kind:
        return kinds.NOTHING

    def value_type(self, options: LookupOptions, known: KnownForms) -> Type | None:
        target = known.target(options.through)
        return known.type_of(target, options.field) if target else None

    def link(self, options: LookupOptions, form: FormId, known: KnownForms, place: Place) -> None:
        target = known.target(options.through)
        if target is None:
            place.add(
                "F012",
                "through",
                f"{str(options.through)!r} is no link of this form",
                hint="Name a field of type link or user.",
            )
        elif known.type_of(target, options.field) is None:
            place.add("F013", "field", f"unknown field {str(options.field)!r} of {target}")

    def shows(self, options: LookupOptions) -> tuple[FieldId, FieldId]:
        return (options.through, options.field)

    def derived(self, options: LookupOptions) -> str:
        return f"record.{options.through}.{options.field}"

    def read(self, raw: object, options: LookupOptions, reading: Reading) -> Value:
        raise Refused("not_editable")

    def write(self, value: Value, options: LookupOptions, display: Display) -> str:
        return plain_text(value, display)

    def to_json(self, value: Value, options: LookupOptions) -> Any:
        return plain_json(value)


TYPE = LookupType()
