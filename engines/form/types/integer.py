"""A whole number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import NUMBER, Type
from engines.form import limits
from engines.form.amounts import to_scale
from engines.form.display import Display, names, number_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, are_all, is_blank, whole
from engines.kinds import Kind
from engines.values import Value

_PLAIN = re.compile(r"(?:-?[0-9]{1,15}\n)*+")

LARGEST = 2**53 - 1  # what a browser can still count in whole numbers


@dataclass(frozen=True, slots=True)
class IntegerOptions:
    """Limits, both included."""

    min: int
    max: int


class IntegerType(FieldType[IntegerOptions]):
    """Whole numbers of either sign."""

    name = "integer"
    group = "number"
    icon = "number"
    label = names(en="Whole number", zh="整数", es="Número entero", ar="عدد صحيح")
    widget = "number"
    schema: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "integer", "title": "Minimum", "description": "Smallest number taken"},
        "max": {"type": "integer", "title": "Maximum", "description": "Largest number taken"},
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "integer", "min": 0}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> IntegerOptions:
        low, high = data.get("min"), data.get("max")
        limits.check_order(low, high, place)
        return IntegerOptions(
            max(-LARGEST if low is None else low, -LARGEST),
            min(LARGEST if high is None else high, LARGEST),
        )

    def kind(self, options: IntegerOptions) -> Kind:
        return kinds.INTEGER

    def value_type(self, options: IntegerOptions, known: KnownForms) -> Type:
        return NUMBER

    def read(self, raw: object, options: IntegerOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else whole(raw)

    def read_plain(
        self, texts: Sequence[str], options: IntegerOptions, reading: Reading
    ) -> list[Value] | None:
        if not are_all(_PLAIN, texts):
            return None
        numbers = list(map(int, texts))
        return numbers if options.min <= min(numbers) and max(numbers) <= options.max else None

    def settle(self, value: Value, options: IntegerOptions) -> Value:
        """What a rule or an expression gives, as the whole number that is kept."""
        return value if value is None or type(value) is int else int(to_scale(value, 0))

    def check(self, value: Value, options: IntegerOptions) -> Iterable[Refused]:
        if value is None or options.min <= value <= options.max:
            return ()
        return limits.within(value, options.min, options.max, ("too_small", "too_large"), int)

    def write(self, value: Value, options: IntegerOptions, display: Display) -> str:
        return "" if value is None else number_text(value, display.locale)

    def widget_data(self, options: IntegerOptions, locale: str) -> dict[str, Any]:
        return {
            "min": options.min if options.min > -LARGEST else None,
            "max": options.max if options.max < LARGEST else None,
            "step": 1,
            "direction": "ltr",
        }


TYPE = IntegerType()
