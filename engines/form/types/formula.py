"""A value computed from other fields, stored with the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from engines import kinds
from engines.expression.types import BOOLEAN, DATE, DATETIME, DURATION, NUMBER, TEXT, Type
from engines.form import limits
from engines.form.amounts import to_scale
from engines.form.display import Display, names, plain_json, plain_text
from engines.form.fieldtype import FieldType, KnownForms, Place
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.kinds import Kind
from engines.values import Value

USUAL_SCALE = 2

_RESULTS: Mapping[str, tuple[Type, Kind]] = MappingProxyType(
    {
        "text": (TEXT, kinds.LONG_TEXT),
        "number": (NUMBER, kinds.decimal(USUAL_SCALE)),
        "boolean": (BOOLEAN, kinds.BOOLEAN),
        "date": (DATE, kinds.DATE),
        "datetime": (DATETIME, kinds.DATETIME),
        "duration": (DURATION, kinds.DURATION),
    }
)


@dataclass(frozen=True, slots=True)
class FormulaOptions:
    """What the expression gives, and with how many decimals a number is kept."""

    result: Type
    kept_as: Kind
    scale: int | None


class FormulaType(FieldType[FormulaOptions]):
    """The expression stands under `value:`, as with every computed field."""

    name = "formula"
    group = "computed"
    icon = "function"
    label = names(en="Formula", zh="公式", es="Fórmula", ar="صيغة")
    widget = "output"
    takes_answers = False
    computes = True
    schema: ClassVar[Mapping[str, Any]] = {
        "result": {
            "enum": list(_RESULTS),
            "title": "Result",
            "description": "What the expression gives",
        },
        "scale": limits.count("Decimals", "Digits kept of a number", most=9),
    }
    needs = ("result",)
    example: ClassVar[Mapping[str, Any]] = {
        "type": "formula",
        "result": "number",
        "scale": 0,
        "value": "1 + 1",
    }

    def parse_options(self, data: Mapping[str, Any], place: Place) -> FormulaOptions:
        if data.get("value") is None:
            place.add(
                "F026",
                "",
                "a formula without an expression",
                hint="Write it under value:, as in value: record.price * record.count.",
            )
        result, kept_as = _RESULTS[str(data.get("result"))]
        if result != NUMBER:
            return FormulaOptions(result, kept_as, None)
        scale = USUAL_SCALE if data.get("scale") is None else int(data["scale"])
        return FormulaOptions(result, kinds.decimal(scale), scale)

    def kind(self, options: FormulaOptions) -> Kind:
        return options.kept_as

    def value_type(self, options: FormulaOptions, known: KnownForms) -> Type:
        return options.result

    def read(self, raw: object, options: FormulaOptions, reading: Reading) -> Value:
        raise Refused("not_editable")

    def settle(self, value: Value, options: FormulaOptions) -> Value:
        """A computed number rounded to the decimals that are kept."""
        if options.scale is None or value is None:
            return value
        return to_scale(Decimal(value), options.scale)

    def write(self, value: Value, options: FormulaOptions, display: Display) -> str:
        return plain_text(value, display, options.scale)

    def to_json(self, value: Value, options: FormulaOptions) -> Any:
        return plain_json(value)

    def to_cell(self, value: Value, options: FormulaOptions) -> Any:
        return value if isinstance(value, Decimal) else plain_json(value)


TYPE = FormulaType()
