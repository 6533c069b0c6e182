"""A day of the calendar, the same day in every zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import DATE, Type
from engines.form import limits
from engines.form.display import Display, date_text, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.instants import read_date
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank
from engines.kinds import Kind
from engines.values import Value


@dataclass(frozen=True, slots=True)
class DateOptions:
    """Limits, both included."""

    min: date | None
    max: date | None


class DateType(FieldType[DateOptions]):
    """Written 2026-03-02 wherever a machine reads it."""

    name = "date"
    group = "time"
    icon = "calendar"
    label = names(en="Date", zh="日期", es="Fecha", ar="تاريخ")
    widget = "date"
    schema: ClassVar[Mapping[str, Any]] = {
        "min": limits.text_option("Earliest", "Earliest date taken: 2026-01-31"),
        "max": limits.text_option("Latest", "Latest date taken: 2026-12-31"),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "date"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> DateOptions:
        low = limits.limit_of(data, "min", place, read_date)
        high = limits.limit_of(data, "max", place, read_date)
        limits.check_order(low, high, place)
        return DateOptions(low, high)

    def kind(self, options: DateOptions) -> Kind:
        return kinds.DATE

    def value_type(self, options: DateOptions, known: KnownForms) -> Type:
        return DATE

    def read(self, raw: object, options: DateOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else read_date(raw)

    def check(self, value: Value, options: DateOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        limits_of = (options.min, options.max)
        return limits.within(value, *limits_of, ("too_early", "too_late"), date.isoformat)

    def write(self, value: Value, options: DateOptions, display: Display) -> str:
        return "" if value is None else date_text(value, display.locale)

    def widget_data(self, options: DateOptions, locale: str) -> dict[str, Any]:
        return {
            "input_type": "date",
            "min": options.min.isoformat() if options.min else None,
            "max": options.max.isoformat() if options.max else None,
        }

    def to_json(self, value: Value, options: DateOptions) -> str | None:
        return None if value is None else value.isoformat()

    def to_cell(self, value: Value, options: DateOptions) -> Any:
        return value

    def from_cell(self, cell: Any, options: DateOptions, reading: Reading) -> Value:
        # A spreadsheet has no type for a day alone: it stores midnight.
        return self.read(cell.date() if isinstance(cell, datetime) else cell, options, reading)


TYPE = DateType()
