"""A length of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from engines import kinds
from engines.duration import DURATION_PATTERN, format_duration, parse_duration
from engines.expression.types import DURATION, Type
from engines.form import limits
from engines.form.display import Display, duration_text, names
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, is_blank, line
from engines.kinds import Kind
from engines.values import Value


@dataclass(frozen=True, slots=True)
class DurationOptions:
    """Limits, both included."""

    min: timedelta | None
    max: timedelta | None


class DurationType(FieldType[DurationOptions]):
    """Written 30m, 4h, 1d12h; kept in whole seconds."""

    name = "duration"
    group = "time"
    icon = "hourglass"
    label = names(en="Duration", zh="时长", es="Duración", ar="مدة")
    widget = "text"
    schema: ClassVar[Mapping[str, Any]] = {
        "min": {
            "type": "string",
            "pattern": DURATION_PATTERN,
            "title": "Shortest",
            "description": "Shortest time taken: 30m",
        },
        "max": {
            "type": "string",
            "pattern": DURATION_PATTERN,
            "title": "Longest",
            "description": "Longest time taken: 3d",
        },
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "duration", "max": "30d"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> DurationOptions:
        low = limits.limit_of(data, "min", place, lambda raw: parse_duration(str(raw)))
        high = limits.limit_of(data, "max", place, lambda raw: parse_duration(str(raw)))
        limits.check_order(low, high, place)
        return DurationOptions(low, high)

    def kind(self, options: DurationOptions) -> Kind:
        return kinds.DURATION

    def value_type(self, options: DurationOptions, known: KnownForms) -> Type:
        return DURATION

    def read(self, raw: object, options: DurationOptions, reading: Reading) -> Value:
        """From `1d 12h`, or from a length of time that an effect carries."""
        if is_blank(raw):
            return None
        if isinstance(raw, timedelta):
            return raw
        text = line(raw)
        if len(text) > 60:
            raise Refused("not_a_duration")
        try:
            return parse_duration(text.replace(" ", "").lower())
        except ValueError:
            raise Refused("not_a_duration") from None

    def check(self, value: Value, options: DurationOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        limits_of = (options.min, options.max)
        return limits.within(value, *limits_of, ("too_brief", "too_lasting"), format_duration)

    def write(self, value: Value, options: DurationOptions, display: Display) -> str:
        return "" if value is None else duration_text(value, display.locale)

    def input_value(self, value: Value, options: DurationOptions, display: Display) -> str:
        return "" if value is None else format_duration(value)

    def widget_data(self, options: DurationOptions, locale: str) -> dict[str, Any]:
        return {"input_type": "text", "max_length": 60, "direction": "ltr", "hint": "1d 12h 30m"}

    def to_json(self, value: Value, options: DurationOptions) -> str | None:
        return None if value is None else format_duration(value)


TYPE = DurationType()
