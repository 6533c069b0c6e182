"""The JSON Schema of the section `sla`."""

from __future__ import annotations

from typing import Any, Final

from engines.sla.model import Reopens

ID_PATTERN: Final = "^[a-z][a-z0-9_]{0,47}$"
_TEXT: Final = {"type": ["string", "object"], "additionalProperties": {"type": "string"}}
_FORM: Final = {"type": "string", "x-reference": "form"}
_CALENDAR: Final = {"type": "string", "x-reference": "calendar"}


def sla_schema() -> dict[str, Any]:
    """The schema of the section `sla`; it refers to `$defs/actions`."""
    policy = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "for": {**_FORM, "title": "Form"},
            "when": _condition("If", "Records it holds for; all, when absent."),
            "calendar": {
                **_CALENDAR,
                "title": "Calendar",
                "description": "Counts open hours only; every hour counts, when absent.",
            },
            "calendars": {
                "type": "array",
                "title": "Calendar by record",
                "description": "The first that holds; every hour counts where none does.",
                "items": _closed(
                    {
                        "when": _condition("If", ""),
                        "use": {**_CALENDAR, "title": "Calendar"},
                    }
                ),
            },
            "targets": _by_id(_target(), "Targets"),
        },
        "required": ["for", "targets"],
        "additionalProperties": False,
    }
    return _by_id(policy, "Service levels")


def _target() -> dict[str, Any]:
    properties = {
        "title": {**_TEXT, "title": "Title"},
        "within": {
            "type": "string",
            "title": "Within",
            "description": "Elapsed or open time: 4h, 1d12h. A day is 24 hours.",
            "x-format": "duration",
        },
        "within_value": {
            "type": "string",
            "title": "Within, reckoned",
            "description": "An expression that gives a duration; none, no clock.",
            "x-expression": "duration",
        },
        "starts": _condition("Starts when", "With the record, when absent."),
        "starts_on": _arrival("Starts on"),
        "stops": _condition("Stops when", "The promise is kept."),
        "stops_on": _arrival("Stops on"),
        "pauses": _condition("Pauses while", "Time that does not count."),
        "reopens": {
            "enum": [one.value for one in Reopens],
            "title": "When it opens again",
            "description": "What a stopped clock does once 'stops' is no longer true.",
        },
        "due_field": {
            "type": "string",
            "title": "Shown in",
            "description": "A field for date and time that always holds the due time.",
            "x-reference": "field",
        },
        "kept_field": {
            "type": "string",
            "title": "Kept in",
            "description": "A checkbox: set when kept, not set when late, empty until either.",
            "x-reference": "field",
        },
        "steps": _by_id(_step(), "Steps"),
    }
    return {**_closed(properties), "minProperties": 1}


def _step() -> dict[str, Any]:
    properties = {
        "title": {**_TEXT, "title": "Title"},
        "at": {
            "type": "string",
            "title": "At",
            "description": "A share of the target, like 75%.",
            "pattern": "^[0-9]{1,4}%$",
            "x-hint": "Write a share like 75%.",
        },
        "after": {"type": "string", "title": "After", "x-format": "duration"},
        "do": {"$ref": "#/$defs/actions"},
    }
    return {**_closed(properties), "required": ["do"]}


def _arrival(title: str) -> dict[str, Any]:
    properties = {
        "created": {**_FORM, "title": "When a record is created"},
        "link": {"type": "string", "title": "That links by"},
        "when": _condition("If", "Over the new record."),
    }
    return {**_closed(properties), "title": title, "required": ["created", "link"]}


def _condition(title: str, description: str) -> dict[str, Any]:
    about = {"description": description} if description else {}
    return {"type": ["boolean", "string"], "title": title, **about, "x-expression": "condition"}


def _by_id(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": schema,
    }


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
