"""What the OpenAPI document says of reports and dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from engines.values import AppId
from runtime.web.api.parts import REF, operation, path_parameter
from runtime.web.api.shapes import Json

_TEXT: Final[Json] = {"type": "string"}
_HEAD: Final[Json] = {
    "type": "object",
    "properties": {"id": _TEXT, "title": _TEXT, "chart": _TEXT, "form": _TEXT},
}
_TILE: Final[Json] = {
    "type": "object",
    "properties": {
        "at": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4},
        "report": _TEXT,
        "is_refused": {"type": "boolean"},
        "data": {"anyOf": [{"$ref": REF + "Report"}, {"type": "null"}]},
    },
}

REPORT_SCHEMAS: Final[Mapping[str, Json]] = {
    "Report": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "chart": _TEXT,
            "is_cut": {"type": "boolean"},
            "dimensions": {"type": "array", "items": {"type": "object"}},
            "measures": {"type": "array", "items": {"type": "object"}},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "keys": {"type": "array"},
                        "labels": {"type": "array", "items": _TEXT},
                        "values": {"type": "array"},
                    },
                },
            },
            "totals": {"type": "array"},
        },
    }
}


def report_paths(app: AppId, query: Iterable[Json]) -> Json:
    """Every address of an app's reports; `query` describes the filters and pages of lists."""
    by_name = {one["name"]: one for one in query}
    report = {"$ref": REF + "Report"}
    name = f"{app}.reports"
    cell = {
        "name": "cell",
        "in": "query",
        "required": True,
        "schema": _TEXT,
        "description": "The `keys` of a row, as JSON",
    }
    heads = {"type": "object", "properties": {"reports": {"type": "array", "items": _HEAD}}}
    tiles: dict[str, Any] = {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "tiles": {"type": "array", "items": _TILE},
        },
    }
    records = {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": {"$ref": REF + "Record"}},
            "next": {"type": ["string", "null"]},
            "total": {"type": "integer"},
        },
    }
    one = f"/{app}/-/reports/{{report}}"
    return {
        f"/{app}/-/reports": {"get": operation(f"{name}.list", "List reports", 200, heads)},
        one: {
            "parameters": [path_parameter("report")],
            "get": operation(f"{name}.read", "Read a report", 200, report, [by_name["where"]]),
        },
        f"{one}/records": {
            "parameters": [path_parameter("report")],
            "get": operation(
                f"{name}.records",
                "Read the records behind a group",
                200,
                records,
                [cell, by_name["after"], by_name["limit"]],
            ),
        },
        f"/{app}/-/dashboards/{{dashboard}}": {
            "parameters": [path_parameter("dashboard")],
            "get": operation(f"{app}.dashboards.read", "Read a dashboard", 200, tiles),
        },
    }
