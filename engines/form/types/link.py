"""One record of another form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import LinkType as LinkValue
from engines.expression.types import Type
from engines.form import limits
from engines.form.choices import suggest
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.reading import Reading
from engines.form.references import read_id
from engines.kinds import Kind
from engines.values import FormId, Value


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """The form whose records are offered."""

    form: FormId


class LinkType(FieldType[LinkOptions]):
    """The id of the record; its fields are reached through it: `record.buyer.phone`."""

    name = "link"
    group = "records"
    icon = "link-record"
    label = names(en="Link to a record", zh="关联记录", es="Vínculo a un registro", ar="ربط بسجل")
    widget = "link"
    schema: ClassVar[Mapping[str, Any]] = {
        "form": limits.text_option("Form", "The form whose records are offered"),
    }
    needs = ("form",)
    example: ClassVar[Mapping[str, Any]] = {"type": "link", "form": "buyer"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> LinkOptions:
        form = FormId(str(data.get("form")))
        if form not in place.forms:
            hint = suggest(form, sorted(place.forms))
            place.add("F010", "form", f"unknown form {str(form)!r}", hint=hint)
        return LinkOptions(form)

    def kind(self, options: LinkOptions) -> Kind:
        return kinds.LINK

    def value_type(self, options: LinkOptions, known: KnownForms) -> Type:
        return LinkValue(options.form)

    def links_to(self, options: LinkOptions) -> FormId:
        return options.form

    def read(self, raw: object, options: LinkOptions, reading: Reading) -> Value:
        return read_id(raw, "not_a_record")

    def write(self, value: Value, options: LinkOptions, display: Display) -> str:
        return "" if value is None else display.names.get(value, value)

    def widget_data(self, options: LinkOptions, locale: str) -> dict[str, Any]:
        return {"form": options.form}


TYPE = LinkType()
