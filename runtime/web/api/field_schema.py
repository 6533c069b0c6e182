"""The JSON Schema of a field's value in the API, from its value kind. Checks nothing."""

from __future__ import annotations

from typing import Any

from engines.form.model import Field
from engines.kinds import ColumnType, Shape

Json = dict[str, Any]

_SCALARS: dict[ColumnType, Json] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.FOLDED: {"type": "string"},
    ColumnType.INTEGER: {"type": "integer"},
    # Exact, so as text: a JSON number would pass through binary fractions.
    ColumnType.DECIMAL: {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.DATE: {"type": "string", "format": "date"},
    ColumnType.TIMESTAMP: {"type": "string", "format": "date-time"},
    ColumnType.ID: {"type": "string"},
    ColumnType.BYTES: {"type": "string"},
    ColumnType.JSON: {},
}


def field_schema(field: Field, locale: str, *, is_masked: bool = False) -> Json:
    """`{"title", "type", "enum"…}`; null stands for an empty value."""
    about: Json = {"title": field.title.in_locale(locale)}
    if field.help:
        about["description"] = field.help.in_locale(locale)
    if is_masked:
        return {**about, "type": ["string", "null"]}
    return {**about, "anyOf": [_value(field), {"type": "null"}]}


def _value(field: Field) -> Json:
    options = [option for option, _ in field.type.choices(field.options)]
    scalar = dict(_SCALARS[field.kind.columns[0].type]) if field.kind.columns else {}
    if options:
        scalar = {"enum": options}
    match field.kind.shape:
        case Shape.LIST | Shape.FOLDED_LIST:
            return {"type": "array", "items": scalar}
        case Shape.MONEY:
            amount = _SCALARS[ColumnType.DECIMAL]
            properties = {"amount": amount, "currency": {"type": "string"}}
            return {"type": "object", "properties": properties, "additionalProperties": False}
        case Shape.DURATION:
            return {"type": "string", "description": "30m, 4h, 1d12h"}
        case Shape.SCALAR | Shape.FOLDED_TEXT | Shape.JSON | Shape.VIRTUAL:
            return scalar
