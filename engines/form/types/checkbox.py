"""A box to tick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import BOOLEAN, Type
from engines.form.display import Display, manner, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import Value

_TICKED = frozenset({"true", "on"})
_UNTICKED = frozenset({"false", ""})


@dataclass(frozen=True, slots=True)
class CheckboxOptions:
    """A box has no options of its own."""


class CheckboxType(FieldType[CheckboxOptions]):
    """True or false; a required box must be ticked, as consent is."""

    name = "checkbox"
    group = "choice"
    icon = "check"
    label = names(en="Checkbox", zh="复选框", es="Casilla", ar="مربع اختيار")
    widget = "checkbox"
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {}
    example: ClassVar[Mapping[str, Any]] = {"type": "checkbox"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> CheckboxOptions:
        return CheckboxOptions()

    def kind(self, options: CheckboxOptions) -> Kind:
        return kinds.BOOLEAN

    def value_type(self, options: CheckboxOptions, known: KnownForms) -> Type:
        return BOOLEAN

    def read(self, raw: object, options: CheckboxOptions, reading: Reading) -> Value:
        if raw is None or isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.strip().lower() in _TICKED | _UNTICKED:
            return raw.strip().lower() in _TICKED
        raise Refused("not_yes_or_no")

    def has_value(self, value: Value) -> bool:
        return value is True

    def write(self, value: Value, options: CheckboxOptions, display: Display) -> str:
        if value is None:
            return ""
        how = manner(display.locale)
        return how.yes if value else how.no

    def input_value(self, value: Value, options: CheckboxOptions, display: Display) -> str:
        return "true" if value else ""

    def from_cell(self, cell: Any, options: CheckboxOptions, reading: Reading) -> Value:
        """Also from 1 and 0, and from the words for yes and no of the reader's language."""
        if cell is None or cell == "":
            return None
        how = manner(reading.locale)
        word = str(cell).strip().lower()
        if word in {"1", "yes", how.yes.lower()}:
            return True
        if word in {"0", "no", how.no.lower()}:
            return False
        return self.read(word if isinstance(cell, str) else cell, options, reading)


TYPE = CheckboxType()
