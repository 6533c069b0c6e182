"""The shape of a mapping file as JSON Schema, and the words of its reference page."""

from __future__ import annotations

from typing import Any

RULES = ("off", "set_only", "full")

_NAME = {"type": "string", "maxLength": 200}
_FORMAT = {
    "type": "string",
    "title": "How dates and times are written",
    "description": "`%d/%m/%Y %H:%M`; without it ISO: 2026-03-01 14:30",
    "maxLength": 60,
}

TARGET: dict[str, Any] = {
    "type": ["string", "object"],
    "required": ["field"],
    "properties": {
        "field": {"type": "string", "title": "Field", "description": "The field it fills"},
        "map": {
            "type": "object",
            "title": "Other words",
            "description": "What a text of the file is in the form; others are refused",
            "additionalProperties": {"type": ["string", "null"]},
        },
        "else": {"type": "string", "title": "For every text that `map` does not have"},
        "format": _FORMAT,
        "lookup": {
            "type": "string",
            "title": "Link by",
            "description": "The field of the linked form that has this text; `email` for people, "
            "`id` for the record's own id",
        },
        "split": {"type": "string", "title": "Separator", "description": "One cell, many values"},
        "html": {"type": "boolean", "title": "Is HTML", "description": "Kept as plain text"},
        "cut": {"type": "integer", "minimum": 1, "title": "Cut", "description": "Characters kept"},
    },
    "additionalProperties": False,
}

MAPPING_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Mapping file",
    "type": "object",
    "required": ["import", "app", "form", "columns"],
    "additionalProperties": False,
    "properties": {
        "import": {"const": 1, "title": "Format"},
        "app": {**_NAME, "title": "App"},
        "form": {**_NAME, "title": "Form"},
        "source": {
            "type": "object",
            "title": "How the file is written",
            "description": "`file` names it in a folder: `import FOLDER --mapping FOLDER`",
            "properties": {
                "file": _NAME,
                "kind": {"enum": ["csv", "json", "xlsx"], "title": "Kind"},
                "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
                "encoding": {"type": "string"},
                "sheet": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "blank": {
            "type": "array",
            "items": {"type": "string"},
            "title": "Texts that mean nothing",
        },
        "time_zone": {"type": "string", "title": "Zone of times without one"},
        "columns": {
            "type": "object",
            "title": "Columns",
            "minProperties": 1,
            "additionalProperties": {
                "anyOf": [TARGET, {"type": "array", "minItems": 1, "items": TARGET}]
            },
        },
        "set": {
            "type": "object",
            "title": "The same for every record",
            "additionalProperties": {"type": ["string", "null"]},
        },
        "created_at": {
            "type": "object",
            "title": "When a record was made",
            "required": ["column"],
            "properties": {"column": _NAME, "format": _FORMAT},
            "additionalProperties": False,
        },
        "history": {
            "type": "object",
            "title": "Several rows, one record",
            "description": "Rows with the same `by` follow each other; each is a change at `at`",
            "required": ["by", "at"],
            "properties": {"by": _NAME, "at": _NAME, "format": _FORMAT},
            "additionalProperties": False,
        },
        "rules": {"enum": list(RULES), "title": "Rules"},
    },
}
