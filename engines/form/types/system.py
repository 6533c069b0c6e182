"""What every record knows of itself: its id, and when and by whom it was made and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import DATETIME, USER, LinkType, Type
from engines.form.display import Display, names, plain_json, plain_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.instants import read_instant
from engines.form.reading import Reading, is_blank
from engines.form.references import read_id
from engines.kinds import Kind
from engines.values import FormId, Value


@dataclass(frozen=True, slots=True)
class SystemOptions:
    """Which of the five, told by its type and kind."""

    type: Type
    kind: Kind
    target: FormId | None


class SystemType(FieldType[SystemOptions]):
    """Written by the runtime alone; implicit in every form, so no author writes this type."""

    name = "system"
    group = "computed"
    icon = "info"
    label = names(en="System field", zh="系统字段", es="Campo del sistema", ar="حقل النظام")
    widget = "output"
    takes_answers = False
    is_offered = False
    schema: ClassVar[Mapping[str, Any]] = {
        "holds": {
            "enum": ["id", "instant", "user"],
            "title": "Holds",
            "description": "What it is",
        },
        "form": {"type": "string", "title": "Form", "description": "The form of an id"},
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "system", "holds": "instant"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> SystemOptions:
        if data["holds"] == "instant":
            return SystemOptions(DATETIME, kinds.DATETIME, None)
        if data["holds"] == "user":
            return SystemOptions(USER, kinds.USER, FormId("user"))
        form = FormId(str(data["form"]))
        return SystemOptions(LinkType(form), kinds.LINK, form)

    def kind(self, options: SystemOptions) -> Kind:
        return options.kind

    def value_type(self, options: SystemOptions, known: KnownForms) -> Type:
        return options.type

    def links_to(self, options: SystemOptions) -> FormId | None:
        return options.target

    def read(self, raw: object, options: SystemOptions, reading: Reading) -> Value:
        """For imports only: a submit never lets an answer come here."""
        if is_blank(raw):
            return None
        if options.target is None:
            return read_instant(raw, reading.zone)
        return read_id(raw, "not_a_record")

    def write(self, value: Value, options: SystemOptions, display: Display) -> str:
        return plain_text(value, display)

    def to_json(self, value: Value, options: SystemOptions) -> Any:
        return plain_json(value)


TYPE = SystemType()
