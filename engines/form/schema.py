"""The JSON Schema of the `forms` section: of a form, its fields, layout, access and views.

What each control adds stands in its own file; `catalog.forms_schema` puts all together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import choices, layout, mask
from engines.form.fieldtype import FieldType

_ID = "^[a-z][a-z0-9_]{0,47}$"
_TEXT: Mapping[str, Any] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": ["string", "null"]},
}
_CONDITION: Mapping[str, Any] = {"type": ["boolean", "string"]}
_FIELD_LIST: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_LITERAL: Mapping[str, Any] = {"type": ["string", "boolean", "number", "array", "object"]}


def _text(title: str, description: str = "") -> dict[str, Any]:
    return {**_TEXT, "title": title, **({"description": description} if description else {})}


def _condition(title: str, description: str) -> dict[str, Any]:
    return {**_CONDITION, "title": title, "description": description}


def _flag(title: str, description: str) -> dict[str, Any]:
    return {"type": "boolean", "title": title, "description": description}


def _common() -> dict[str, Any]:
    """What every field may say, whatever its control."""
    return {
        "title": _text("Title", "The label; made of the id when absent"),
        "help": _text("Help", "A sentence under the label"),
        "placeholder": _text("Placeholder", "Shown in the empty input"),
        "required": _condition("Required when", "Without a value no one can save"),
        "visible": _condition("Visible when", "Otherwise the field is hidden"),
        "readonly": _condition("Read-only when", "Shown, but not to be changed"),
        "default": {**_LITERAL, "title": "Default", "description": "A value for new records"},
        "default_value": {
            **_CONDITION,
            "title": "Default expression",
            "description": "An expression for the value of new records",
        },
        "value": {
            **_CONDITION,
            "title": "Computed value",
            "description": "An expression that makes the value; nobody types it",
        },
        "unique": _flag("Unique", "No two records have the same value"),
        "indexed": _flag("Indexed", "Often filtered or sorted by"),
        "encrypted": _flag("Encrypted", "Stored encrypted, searched only by the whole value"),
        "index": {
            "enum": ["plain"],
            "title": "Index",
            "description": "plain: an encrypted field that may still be sorted and searched",
        },
        "personal": _flag("Personal", "Tells who a person is; encrypt it"),
        "check": {
            "type": "array",
            "title": "Checks",
            "items": {
                "type": "object",
                "required": ["when", "message"],
                "properties": {
                    "when": _condition("Holds when", "Must be true once the field has a value"),
                    "message": _text("Message", "What to say otherwise"),
                },
                "additionalProperties": False,
            },
        },
        "width": {"enum": ["full", "half", "third"], "title": "Width"},
        "mask": {**mask.SCHEMA, "title": "Mask"},
        "when_hidden": {
            "enum": ["clear", "keep"],
            "title": "When hidden",
            "description": "clear (the usual): the value is removed; keep: it stays as it was",
        },
        "in_print": _flag("In print", "false: left out of prints"),
        "in_export": _flag("In export", "false: left out of exports"),
        "was": {
            "type": "string",
            "pattern": _ID,
            "title": "Was",
            "description": "The id this field had before it was renamed",
        },
    }


def field_schema(type_: FieldType[Any]) -> dict[str, Any]:
    """The schema of a field of one control."""
    own = {name: dict(option) for name, option in type_.schema.items()}
    return {
        "type": "object",
        "title": type_.label.in_locale("en"),
        "required": ["type", *type_.needs],
        "properties": {"type": {"const": type_.name}, **_common(), **own},
        "additionalProperties": False,
    }


def forms_schema_of(types: Mapping[str, FieldType[Any]]) -> dict[str, Any]:
    """The schema of the section for these controls."""
    field = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string", "title": "Control"}},
        "x-discriminator": "type",
        "x-variants": {name: field_schema(type_) for name, type_ in types.items()},
    }
    return _by_id("Forms", _form(field))


def definitions() -> dict[str, Any]:
    """What the schema of the section refers to under `$defs`, because it contains itself."""
    return {
        layout.DEFINITION: dict(layout.BLOCK_SCHEMA),
        choices.DEFINITION: dict(choices.SCHEMA),
    }


def _form(field: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["fields"],
        "additionalProperties": False,
        "properties": {
            "title": _text("Title"),
            "title_plural": _text("Title of many"),
            "name": {
                "type": "string",
                "title": "Name",
                "description": "Template of a record's name: {{ number }} {{ subject }}",
            },
            "icon": {"type": "string", "title": "Icon"},
            "subject": _flag("Is about a person", "Records are erased by destroying their key"),
            "was": {"type": "string", "pattern": _ID, "title": "Was"},
            "fields": {**_by_id("Fields", field), "minProperties": 1},
            "layout": {
                "type": "array",
                "title": "Layout",
                "items": {"$ref": f"#/$defs/{layout.DEFINITION}"},
            },
            "access": {
                "type": "object",
                "title": "Access",
                "description": "By role: who may do what. Who is not named may do nothing.",
                "additionalProperties": _access(),
            },
            "views": _by_id("Views", _view()),
        },
    }


def _access() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "create": _condition("Create", "May add records"),
            "read": _condition("Read", "Which records are seen"),
            "update": _condition("Change", "Which records may be changed"),
            "delete": _condition("Delete", "Which records may be deleted"),
            "fields": {
                "type": "object",
                "title": "Fields",
                "additionalProperties": {"enum": ["hidden", "masked", "read", "edit"]},
            },
        },
    }


def _view() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": _text("Title"),
            "when": _condition("Shows", "Which records are in the list; all when absent"),
            "columns": {**_FIELD_LIST, "title": "Columns"},
            "sort": {
                **_FIELD_LIST,
                "title": "Sort",
                "description": "Fields in order; a '-' before one turns it round",
            },
            "search": {
                **_FIELD_LIST,
                "title": "Search",
                "description": "Fields searched in; every text when absent, none when []",
            },
        },
    }


def _by_id(title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "propertyNames": {"pattern": _ID},
        "additionalProperties": dict(schema),
    }
