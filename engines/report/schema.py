"""The JSON Schema of reports and dashboards."""

from __future__ import annotations

from typing import Any, Final

from engines.report.catalog import chart_types
from engines.report.charttype import ChartType
from engines.report.model import COLUMNS
from engines.report.question import Aggregate, Grain

ID_PATTERN: Final = "^[a-z][a-z0-9_]{0,47}$"
MAX_LIMIT: Final = 1_000
_TEXT: Final[dict[str, Any]] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": "string"},
}
_FIELD: Final[dict[str, Any]] = {"type": "string", "x-reference": "field"}


def reports_schema() -> dict[str, Any]:
    """The schema of the section `reports`."""
    report = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "of": {"type": "string", "title": "Form", "x-reference": "form"},
            "where": {
                "type": ["boolean", "string"],
                "title": "Only records where",
                "x-expression": "condition",
            },
            "by": {"type": "array", "title": "By", "maxItems": 4, "items": _dimension()},
            "measure": {
                "type": "object",
                "title": "Measures",
                "description": "The number of records, when absent.",
                "maxProperties": 10,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": _measure(),
            },
            "chart": _chart(),
            "sort": {
                "type": "array",
                "title": "Order",
                "description": "Measures or fields; '-' before a name puts the largest first.",
                "items": {"type": "string"},
            },
            "limit": {"type": "integer", "title": "Rows at most", "minimum": 1,
                      "maximum": MAX_LIMIT},
            "drill": {"type": "boolean", "title": "Opens the records behind a value",
                      "default": True},
        },
        "required": ["of"],
        "additionalProperties": False,
    }  # fmt: skip
    return _by_id(report, "Reports")


def dashboards_schema() -> dict[str, Any]:
    """The schema of the section `dashboards`."""
    tile = {
        "type": "object",
        "properties": {
            "report": {"type": "string", "title": "Report", "x-reference": "report"},
            "title": {**_TEXT, "title": "Title"},
            "at": {
                "type": "array",
                "title": "Place",
                "description": f"Column, row, width and height on a grid of {COLUMNS} columns.",
                "items": {"type": "integer", "minimum": 0, "maximum": 999},
                "minItems": 4,
                "maxItems": 4,
            },
        },
        "required": ["report", "at"],
        "additionalProperties": False,
    }
    dashboard = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "tiles": {
                "type": "object",
                "title": "Tiles",
                "maxProperties": 40,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": tile,
            },
        },
        "required": ["tiles"],
        "additionalProperties": False,
    }
    return _by_id(dashboard, "Dashboards")


def _by_id(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": schema,
    }


def _dimension() -> dict[str, Any]:
    return {
        "type": ["string", "object"],
        "properties": {
            "field": {**_FIELD, "title": "Field"},
            "grain": {"title": "Told apart by", "enum": [grain.value for grain in Grain]},
            "title": {**_TEXT, "title": "Title"},
        },
        "required": ["field"],
        "additionalProperties": False,
    }


def _measure() -> dict[str, Any]:
    words = {
        Aggregate.SUM: "Sum of",
        Aggregate.MEAN: "Mean of",
        Aggregate.MIN: "Smallest",
        Aggregate.MAX: "Largest",
    }
    return {
        "type": "object",
        "properties": {
            "count": {"type": ["boolean", "string"], "title": "Count",
                      "description": "true for records, or a field for those that have it."},
            **{one.value: {**_FIELD, "title": title} for one, title in words.items()},
            "percentile": {
                "type": "array",
                "title": "Percentile of",
                "description": "A field and a percentage: the value that so many do not exceed.",
                "items": {"type": ["integer", "string"]},
                "minItems": 2,
                "maxItems": 2,
            },
            "title": {**_TEXT, "title": "Title"},
            "currency": {"type": "string", "title": "Only in this currency",
                         "pattern": "^[A-Z]{3}$"},
        },
        "additionalProperties": False,
    }  # fmt: skip


def _chart() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "Chart",
        "properties": {"type": {"title": "Type", "enum": list(chart_types())}},
        "required": ["type"],
        "x-discriminator": "type",
        "x-variants": {kind.name: _variant(kind) for kind in chart_types().values()},
    }


def _variant(kind: ChartType) -> dict[str, Any]:
    return {
        "type": "object",
        "title": kind.label.in_locale("en"),
        "properties": {"type": {"const": kind.name, "title": "Type"}, **kind.schema},
        "additionalProperties": False,
    }
