"""Values that an action gives to a record other than the one at hand: read and checked.

The actions themselves stand in `actions/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.expression.compile import Expression
from engines.rules.actiontype import Spot
from engines.values import FieldId, FormId, Value

# Fixed values by field, expressions by field.
Values = tuple[dict[str, Value], tuple[tuple[FieldId, Expression], ...]]

VALUES: Mapping[str, Any] = {
    "set": {"type": "object", "title": "Fixed values", "additionalProperties": True},
    "set_value": {
        "type": "object",
        "title": "Expressions",
        "additionalProperties": {"type": "string", "x-expression": "value"},
    },
}


def values_of(data: Mapping[str, Any], form: FormId, spot: Spot) -> Values | None:
    """What an action writes under `set` and `set_value`; None when something was reported."""
    fixed = _fixed_values(data.get("set") or {}, form, spot.at("set"))
    computed = _computed_values(data.get("set_value") or {}, form, spot.at("set_value"))
    return None if fixed is None or computed is None else (fixed, computed)


def _fixed_values(data: Mapping[str, Any], form: FormId, spot: Spot) -> dict[str, Value] | None:
    """The written values by field; None when something was reported."""
    found: dict[str, Value] = {}
    for name, written in data.items():
        here = spot.at(name)
        field = here.settable(name, form)
        value = here.literal(written, field) if field is not None else None
        if value is not None:
            found[name] = value[0]
    return found if len(found) == len(data) else None


def _computed_values(
    data: Mapping[str, Any], form: FormId, spot: Spot
) -> tuple[tuple[FieldId, Expression], ...] | None:
    """The expressions by field, over the record at hand; None when something was reported."""
    found: list[tuple[FieldId, Expression]] = []
    for name, written in data.items():
        here = spot.at(name)
        field = here.settable(name, form)
        expression = here.expression(written, field.type) if field is not None else None
        if expression is not None:
            found.append((FieldId(name), expression))
    return tuple(found) if len(found) == len(data) else None
