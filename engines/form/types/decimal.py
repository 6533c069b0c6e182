"""An exact number with a fixed number of decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import NUMBER, Type
from engines.form import limits
from engines.form.amounts import fit, largest, plain, to_scale
from engines.form.display import Display, names, number_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading, are_all, is_blank, number
from engines.kinds import Kind
from engines.values import Value

# Without a signed zero, which keeps its sign in one way of writing it and not in another.
_PLAIN = re.compile(r"(?:(?:-?[1-9][0-9]{0,14}|[0-9]{1,15})(?:\.[0-9]{1,9})?\n)*+")


@dataclass(frozen=True, slots=True)
class DecimalOptions:
    """Decimals kept, and limits, both included."""

    scale: int
    min: Decimal
    max: Decimal
    unit: str


class DecimalType(FieldType[DecimalOptions]):
    """Never rounded silently: a number with more decimals than the field keeps is refused."""

    name = "decimal"
    group = "number"
    icon = "decimal"
    label = names(en="Decimal number", zh="小数", es="Número decimal", ar="عدد عشري")
    widget = "number"
    schema: ClassVar[Mapping[str, Any]] = {
        "scale": limits.count("Decimals", "Digits kept after the point", most=9),
        "min": {"type": "number", "title": "Minimum", "description": "Smallest number taken"},
        "max": {"type": "number", "title": "Maximum", "description": "Largest number taken"},
        "unit": limits.text_option("Unit", "Shown behind the number: kg, m²"),
    }
    example: ClassVar[Mapping[str, Any]] = {"type": "decimal", "scale": 3, "unit": "kg"}

    def parse_options(self, data: Mapping[str, Any], place: Place) -> DecimalOptions:
        scale = 2 if data.get("scale") is None else int(data["scale"])
        low = limits.limit_of(data, "min", place, lambda raw: Decimal(number(raw)))
        high = limits.limit_of(data, "max", place, lambda raw: Decimal(number(raw)))
        limits.check_order(low, high, place)
        most = largest(scale)
        return DecimalOptions(
            scale,
            -most if low is None else low,
            most if high is None else high,
            str(data.get("unit") or ""),
        )

    def kind(self, options: DecimalOptions) -> Kind:
        return kinds.decimal(options.scale)

    def value_type(self, options: DecimalOptions, known: KnownForms) -> Type:
        return NUMBER

    def read(self, raw: object, options: DecimalOptions, reading: Reading) -> Value:
        return None if is_blank(raw) else fit(number(raw), options.scale)

    def read_plain(
        self, texts: Sequence[str], options: DecimalOptions, reading: Reading
    ) -> list[Value] | None:
        if not are_all(_PLAIN, texts):
            return None
        exact, unit = list(map(Decimal, texts)), Decimal(1).scaleb(-options.scale)
        fitted = [one.quantize(unit) for one in exact]
        is_within = options.min <= min(fitted) and max(fitted) <= options.max
        return fitted if is_within and fitted == exact else None

    def settle(self, value: Value, options: DecimalOptions) -> Value:
        """A computed number rounded to the decimals that are kept."""
        return None if value is None else to_scale(value, options.scale)

    def check(self, value: Value, options: DecimalOptions) -> Iterable[Refused]:
        if value is None:
            return ()
        found = limits.within(value, options.min, options.max, ("too_small", "too_large"), plain)
        # A rule may have set a number that was never read with this scale.
        if to_scale(value, options.scale) != value:
            return [Refused("too_many_decimals", scale=options.scale), *found]
        return found

    def write(self, value: Value, options: DecimalOptions, display: Display) -> str:
        if value is None:
            return ""
        text = number_text(value, display.locale, options.scale)
        return f"{text} {options.unit}" if options.unit else text

    def input_value(self, value: Value, options: DecimalOptions, display: Display) -> str:
        return "" if value is None else plain(value)

    def widget_data(self, options: DecimalOptions, locale: str) -> dict[str, Any]:
        most = largest(options.scale)
        return {
            "min": plain(options.min) if options.min > -most else None,
            "max": plain(options.max) if options.max < most else None,
            "step": plain(Decimal(1).scaleb(-options.scale)),
            "unit": options.unit,
            "direction": "ltr",
        }

    def to_json(self, value: Value, options: DecimalOptions) -> str | None:
        return None if value is None else plain(value)

    def to_cell(self, value: Value, options: DecimalOptions) -> Any:
        return value


TYPE = DecimalType()
