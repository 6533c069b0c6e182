"""The pieces of JSON Schema that node types share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engines.duration import DURATION_PATTERN

Schema = Mapping[str, Any]

ID_PATTERN: Final = "^[a-z][a-z0-9_]{0,47}$"
TEXT: Final[Schema] = {"type": ["string", "object"], "additionalProperties": {"type": "string"}}
CONDITION: Final[Schema] = {"type": ["boolean", "string"], "x-expression": "condition"}
NODE: Final[Schema] = {"type": "string", "x-reference": "node"}
# Actions are the rules engine's to describe; the definition's schema holds them under `$defs`.
ACTION: Final[Schema] = {"$ref": "#/$defs/action"}
ACTIONS: Final[Schema] = {"$ref": "#/$defs/actions"}
ACTION_VALUES: Final[Schema] = {"type": "object", "additionalProperties": True}
ASSIGNEE: Final[Schema] = {"$ref": "#/$defs/assignee"}
DURATION: Final[Schema] = {"type": "string", "x-format": "duration", "x-pattern": DURATION_PATTERN}
FIELDS: Final[Schema] = {"type": "array", "items": {"type": "string", "x-reference": "field"}}


def of(schema: Schema, title: str, description: str = "") -> dict[str, Any]:
    """`schema` with the words that label it in the property panel."""
    words = {"title": title, "description": description} if description else {"title": title}
    return {**schema, **words}


CALENDAR: Final[Schema] = {
    "type": "string",
    "title": "In the hours of",
    "description": "A calendar; every hour counts, when absent.",
    "x-reference": "calendar",
}

PATHS: Final[Schema] = {
    "type": "array",
    "title": "Paths",
    "items": {
        "type": "object",
        "properties": {"when": of(CONDITION, "When"), "to": of(NODE, "Goes to")},
        "required": ["to"],
        "additionalProperties": False,
    },
    "minItems": 1,
    "maxItems": 100,
}

OUTCOME_NAME: Final[Schema] = {
    "type": "string",
    "title": "Outcome",
    "description": "What a flow that waits for this one may ask for.",
    "pattern": ID_PATTERN,
}

FORM_PART: Final[Schema] = {
    "type": "object",
    "title": "Form",
    "description": "What this step lets its person do with the fields.",
    "properties": {
        "edit": of(FIELDS, "Can be edited"),
        "required": of(FIELDS, "Must be filled"),
        "hidden": of(FIELDS, "Hidden"),
    },
    "additionalProperties": False,
}

MESSAGE_NAME: Final[Schema] = {"type": "string", "pattern": ID_PATTERN}

ON_ERROR: Final[Schema] = {
    "type": "object",
    "title": "On an error",
    "description": "Where the flow goes when it cannot go on here; without it, it stops.",
    "properties": {"to": of(NODE, "Goes to")},
    "required": ["to"],
    "additionalProperties": False,
}

MESSAGES: Final[Schema] = {
    "type": "object",
    "title": "Messages",
    "description": "What happens when a message comes while the flow waits here.",
    "propertyNames": {"pattern": ID_PATTERN},
    "additionalProperties": {
        "type": "object",
        "properties": {
            "interrupt": {"type": "boolean", "title": "Stops waiting"},
            "to": of(NODE, "Goes to"),
            "do": of(ACTIONS, "Does"),
        },
        "additionalProperties": False,
    },
}

ESCALATE: Final[Schema] = {
    "type": "object",
    "title": "Escalate",
    "description": "Gives the open task to somebody else.",
    "properties": {"escalate": ASSIGNEE},
    "required": ["escalate"],
    "additionalProperties": False,
}

COPIES: Final[Schema] = {
    "type": "array",
    "title": "Copies",
    "description": "Who is told, with a receipt, when people have finished this step.",
    "items": ASSIGNEE,
    "maxItems": 20,
}

DUE: Final[Schema] = {
    "type": "object",
    "title": "Due",
    "properties": {
        "within": of(DURATION, "Within", "Counted from the moment the task opens."),
        "calendar": CALENDAR,
        "then": {
            "type": "array",
            "title": "When it is late",
            "items": {"anyOf": [ACTION, ESCALATE]},
        },
    },
    "required": ["within"],
    "additionalProperties": False,
}

TIMERS: Final[Schema] = {
    "type": "object",
    "title": "Timers",
    "description": "What happens while the flow waits here for long.",
    "propertyNames": {"pattern": ID_PATTERN},
    "additionalProperties": {
        "type": "object",
        "properties": {
            "after": of(DURATION, "After"),
            "calendar": CALENDAR,
            "remind": {"type": "boolean", "title": "Reminds whose turn it is"},
            "escalate": of(ASSIGNEE, "Gives what is open to"),
            "outcome": {
                "type": "string",
                "title": "Decides",
                "description": "The outcome that is taken when nobody has decided by then.",
            },
            "interrupt": {"type": "boolean", "title": "Stops waiting"},
            "to": of(NODE, "Goes to"),
            "do": of(ACTIONS, "Does"),
        },
        "required": ["after"],
        "additionalProperties": False,
    },
}
