"""The same schema as editors understand it: our own keywords translated or left out."""

from __future__ import annotations

from typing import Any

from engines.shape.schema import Schema


def editor_schema(schema: Schema) -> dict[str, Any]:
    """`schema` for a YAML language server: variants become if/then, other `x-` keywords go."""
    translated: dict[str, Any] = _without_ours(schema)
    return translated


def _without_ours(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ours(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _without_ours(one) for key, one in value.items() if not key.startswith("x-")}
    return plain | _conditions(value) if "x-variants" in value else plain


def _conditions(schema: Schema) -> dict[str, Any]:
    """One if/then for each variant, beside any allOf that stands there already."""
    key = schema["x-discriminator"]
    variants = [
        {
            "if": {"properties": {key: {"const": name}}, "required": [key]},
            "then": _without_ours(variant),
        }
        for name, variant in schema["x-variants"].items()
    ]
    return {"allOf": [*_without_ours(schema.get("allOf", [])), *variants]}
