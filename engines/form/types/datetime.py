"""An instant, shown in the viewer's zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import DATETIME, Type
from engines.form import limits
from engines.form.display import Display, datetime_text, iso_instant, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.instants import read_instant
from engines.form.problems import Refused
from engines.form.reading import NEUTRAL, Reading, are_all, is_blank
from engines.kinds import Kind
from engines.values import Value

_PLAIN = re.compile(
    "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?\\n)*+"
)


@dataclass(frozen=True, slots=True)
class DatetimeOptions:
    """Limits, both included; written without an offset they are UTC."""

    min: datetime | None
    max: datetime | None


class DatetimeType(FieldType[DatetimeOptions]):
    """Stored in UTC; typed on the clocks of the person who fills the form."""

    name = "datetime"
    group = "time"
    icon = "clock"
    label = names(en="Date and time", zh="日期时间", es="Fecha y hora", ar="التاريخ والوقت")
    widget = "date"
    schema: ClassVar[Mapping[str, Any]] = {
        "min": limits.text_option("Earliest", "Earliest instant taken: 2026-01-31T08:00Z"),
        "max": limits.text_option("Latest", "Latest instant taken: 2026-12-31T18:00Z"),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "datetime"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> DatetimeOptions:
        low = limits.limit_of(data, "min", place, lambda raw: read_instant(raw, NEUTRAL.zone))
        high = limits.limit_of(data, "max", place, lambda raw: read_instant(raw, NEUTRAL.zone))
        limits.check_order(low, high, place)
        return DatetimeOptions(low, high)

    def kind(self, options: DatetimeOptions) -> Kind:
        return kinds.DATETIME

    def value_type(self, options: DatetimeOptions, known: KnownForms) -> Type:
        return DATETIME

    def read(self, raw: object, options: DatetimeOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else read_instant(raw, reading.zone)

    def read_plain(
        self, texts: Sequence[str], options: DatetimeOptions, reading: Reading
    ) -> list[Value] | None:
        if reading.zone.key != "UTC" or not are_all(_PLAIN, texts):
            return None
        try:
            found = [datetime.fromisoformat(f"{text}+00:00") for text in texts]
        except ValueError:
            return None
        is_late = options.min is None or options.min <= min(found)
        is_early = options.max is None or max(found) <= options.max
        return list(found) if is_late and is_early else None

    def check(self, value: Value, options: DatetimeOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        limits_of = (options.min, options.max)
        return limits.within(value, *limits_of, ("too_early", "too_late"), iso_instant)

    def write(self, value: Value, options: DatetimeOptions, display: Display) -> str:
        return "" if value is None else datetime_text(value, display)

    def input_value(self, value: Value, options: DatetimeOptions, display: Display) -> str:
        if value is None:
            return ""
        return f"{value.astimezone(display.zone):%Y-%m-%dT%H:%M}"

    def widget_data(self, options: DatetimeOptions, locale: str) -> dict[str, Any]:
        # No min and max: the browser would compare them on its own clocks.
        return {"input_type": "datetime-local", "min": None, "max": None}

    def to_json(self, value: Value, options: DatetimeOptions) -> str | None:
        return None if value is None else iso_instant(value)

    def to_cell(self, value: Value, options: DatetimeOptions) -> Any:
        return None if value is None else iso_instant(value)


TYPE = DatetimeType()
