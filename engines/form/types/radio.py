"""One option out of a list that is wholly in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import Choice, Type
from engines.form.choices import SCHEMA, OptionSet, parse_options
from engines.form.display import Display, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank
from engines.kinds import Kind
from engines.values import LocaleText, Value


class RadioType(FieldType[OptionSet]):
    """One id; for few options, all of which should be read."""

    name = "radio"
    group = "choice"
    icon = "radio"
    label = names(en="Radio buttons", zh="单选按钮", es="Botones de opción", ar="أزرار اختيار")
    widget = "radio"
    posts_blank = True
    schema: ClassVar[Mapping[str, Any]] = {"options": SCHEMA}
    needs = ("options",)
    example: ClassVar[Mapping[str, Any]] = {
        "type": "radio",
        "options": {"high": {"en": "High", "zh": "高"}, "low": {"en": "Low", "zh": "低"}},
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> OptionSet:
        return parse_options(data.get("options"), place)

    def kind(self, options: OptionSet) -> Kind:
        return kinds.CHOICE

    def value_type(self, options: OptionSet, known: KnownForms) -> Type:
        return Choice(options.ids)

    def choices(self, options: OptionSet) -> tuple[tuple[str, LocaleText], ...]:
        return options.titles()

    def read(self, raw: object, options: OptionSet, reading: Reading) -> Value:
        return options.read_one(raw)

    def check(self, value: Value, options: OptionSet) -> Iterable[Refused]:
        return () if value is None else options.check(value)

    def write(self, value: Value, options: OptionSet, display: Display) -> str:
        return "" if value is None else options.title(value, display.locale)

    def widget_data(self, options: OptionSet, locale: str) -> dict[str, Any]:
        return {"options": options.for_widget(locale)}

    def from_cell(self, cell: Any, options: OptionSet, reading: Reading) -> Value:
        return None if is_blank(cell) else options.from_cell(cell)


TYPE = RadioType()
