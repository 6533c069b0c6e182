"""The records of another form that point here; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import Type
from engines.form import limits
from engines.form.choices import suggest
from engines.form.display import Display, names, number_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import FieldId, FormId, Value


@dataclass(frozen=True, slots=True)
class ReverseListOptions:
    """The other form, its link that points here, and what of it is shown."""

    form: FormId
    field: FieldId
    columns: tuple[FieldId, ...]


class ReverseListType(FieldType[ReverseListOptions]):
    """A list drawn from the other form's records; expressions cannot read it."""

    name = "reverse_list"
    group = "records"
    icon = "list"
    label = names(
        en="Linked records", zh="反向关联", es="Registros vinculados", ar="السجلات المرتبطة"
    )
    widget = "reverse_list"
    takes_answers = False
    schema: ClassVar[Mapping[str, Any]] = {
        "form": limits.text_option("Form", "The form whose records point here"),
        "field": limits.text_option("Field", "The link field of that form"),
        "columns": {
            "type": "array",
            "items": {"type": "string"},
            "title": "Columns",
            "description": "Fields shown of each record",
        },
    }
    needs = ("form", "field")
    example: ClassVar[Mapping[str, Any]] = {
        "type": "reverse_list",
        "form": "order",
        "field": "buyer",
        "columns": ["subject"],
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> ReverseListOptions:
        form = FormId(str(data.get("form")))
        if form not in place.forms:
            hint = suggest(form, sorted(place.forms))
            place.add("F010", "form", f"unknown form {str(form)!r}", hint=hint)
        columns = tuple(FieldId(str(column)) for column in data.get("columns") or ())
        return ReverseListOptions(form, FieldId(str(data.get("field"))), columns)

    def kind(self, options: ReverseListOptions) -> Kind:
        return kinds.NOTHING

    def value_type(self, options: ReverseListOptions, known: KnownForms) -> Type | None:
        return None

    def link(
        self, options: ReverseListOptions, form: FormId, known: KnownForms, place: Place
    ) -> None:
        if options.form not in place.forms:
            return
        if known.target_in(options.form, options.field) != form:
            place.add(
                "F011",
                "field",
                f"{options.form}.{options.field} is no link to {form}",
                hint=f"Name a link field of {options.form} that has form: {form}.",
            )
        for column in options.columns:
            if known.type_of(options.form, column) is None:
                place.add("F006", "columns", f"unknown field {str(column)!r} of {options.form}")

    def read(self, raw: object, options: ReverseListOptions, reading: Reading) -> Value:
        raise Refused("not_editable")

    def write(self, value: Value, options: ReverseListOptions, display: Display) -> str:
        """How many there are; the list itself is a page's."""
        return "" if value is None else number_text(len(value), display.locale)

    def widget_data(self, options: ReverseListOptions, locale: str) -> dict[str, Any]:
        return {"form": options.form, "field": options.field, "columns": list(options.columns)}


TYPE = ReverseListType()
