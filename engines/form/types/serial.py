"""A number given once, when the record is created."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import TEXT, Type
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused, shown
from engines.form.reading import Reading
from engines.form.serials import LONGEST_PATTERN, SerialPattern, parse_pattern
from engines.kinds import Kind
from engines.values import Value


@dataclass(frozen=True, slots=True)
class SerialOptions:
    """How the number is written, and counted: anew wherever its date part changes."""

    pattern: str
    parts: SerialPattern | None


class SerialType(FieldType[SerialOptions]):
    """Given under the runtime's lock; nobody types it."""

    name = "serial"
    group = "computed"
    icon = "hash"
    label = names(en="Serial number", zh="编号", es="Número de serie", ar="رقم تسلسلي")
    widget = "output"
    takes_answers = False
    schema: ClassVar[Mapping[str, Any]] = {
        "pattern": {
            "type": "string",
            "maxLength": LONGEST_PATTERN,
            "title": "Pattern",
            "description": "Text with {yyyy} {yy} {mm} {dd} and one count such as {00001}",
        },
    }
    needs = ("pattern",)
    example: ClassVar[Mapping[str, Any]] = {"type": "serial", "pattern": "T{yy}{mm}-{00001}"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> SerialOptions:
        pattern = str(data.get("pattern") or "")
        try:
            return SerialOptions(pattern, parse_pattern(pattern))
        except ValueError as error:
            place.add(
                "F025",
                "pattern",
                f"{shown(pattern)!r} cannot number records: {error}",
                hint="Write text, {yyyy} {yy} {mm} {dd}, and one count such as {00001}.",
            )
            return SerialOptions(pattern, None)

    def kind(self, options: SerialOptions) -> Kind:
        return kinds.TEXT

    def value_type(self, options: SerialOptions, known: KnownForms) -> Type:
        return TEXT

    def read(self, raw: object, options: SerialOptions, reading: Reading) -> Value:
        raise Refused("not_editable")

    def numbered(self, options: SerialOptions) -> str | None:
        return options.pattern

    def write(self, value: Value, options: SerialOptions, display: Display) -> str:
        return value or ""


TYPE = SerialType()
