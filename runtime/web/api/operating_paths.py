"""The part of the OpenAPI document that speaks to operators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from runtime.access.operations import STATUSES
from runtime.access.told_timers import TimerKind
from runtime.web.api.act import Act
from runtime.web.api.operating import MESSAGE_ACTS, TIMER_ACTS
from runtime.web.api.parts import KEY, operation, path_parameter
from runtime.web.api.shapes import Json

_TEXT: Json = {"type": "string"}
_INSTANT: Json = {"type": "string", "format": "date-time"}
_AFTER: Json = {
    "name": "after",
    "in": "query",
    "schema": _TEXT,
    "description": "`next` of the page before",
}
_STATUS: Json = {"name": "status", "in": "query", "schema": {"enum": list(STATUSES)}}
_FAILED: Json = {
    "id": _TEXT,
    "attempts": {"type": "integer"},
    "error": _TEXT,
}


def operating_paths(app: str) -> Json:
    """Every address of `operating.py` in one app."""
    base, name = f"/{app}/-/operations", f"{app}.operations"
    return {
        f"{base}/cases": {
            "get": operation(
                f"{name}.cases", "Cases by state", 200, _page("cases", _CASE), [_STATUS, _AFTER]
            )
        },
        f"{base}/messages": {
            "get": operation(
                f"{name}.messages", "Messages given up", 200, _page("messages", _LETTER), [_AFTER]
            )
        },
        f"{base}/timers": {
            "get": operation(
                f"{name}.timers", "Timers given up", 200, _page("timers", _TIMER), [_AFTER]
            )
        },
        **_acts(f"{base}/messages/{{delivery}}", "delivery", f"{name}.messages", MESSAGE_ACTS),
        **_acts(f"{base}/timers/{{timer}}", "timer", f"{name}.timers", TIMER_ACTS),
    }


def _acts(base: str, subject: str, name: str, acts: Iterable[Act]) -> Json:
    return {
        f"{base}/{act.name}": {
            "parameters": [path_parameter(subject)],
            "post": operation(
                f"{name}.{act.name}",
                act.summary,
                204,
                None,
                [KEY],
                {key: dict(schema) for key, schema in act.takes.items()},
                act.required,
            ),
        }
        for act in acts
    }


def _page(name: str, row: Mapping[str, Any]) -> Json:
    items = {"type": "array", "items": {"type": "object", "properties": dict(row)}}
    properties: Json = {name: items, "next": {"type": ["string", "null"]}}
    if name == "cases":
        properties["counts"] = {"type": "object", "additionalProperties": {"type": "integer"}}
    return {"type": "object", "properties": properties}


_CASE: Json = {
    "id": _TEXT,
    "flow": _TEXT,
    "title": _TEXT,
    "version": {"type": "integer"},
    "form": _TEXT,
    "record": _TEXT,
    "record_title": {"type": "string", "description": "Empty where you may not read it."},
    "status": {"enum": list(STATUSES)},
    "incident": {"type": ["string", "null"]},
    "started_at": _INSTANT,
    "stands": {
        "type": "array",
        "items": {"type": "object", "properties": {"node": _TEXT, "title": _TEXT}},
    },
}
_LETTER: Json = {
    **_FAILED,
    "channel": _TEXT,
    "to": _TEXT,
    "subject": _TEXT,
    "created_at": _INSTANT,
    "form": {"type": ["string", "null"]},
    "record": {"type": ["string", "null"]},
}
_TIMER: Json = {
    **_FAILED,
    "ref": _TEXT,
    "due_at": _INSTANT,
    "instance": {"type": ["string", "null"]},
    "title": {"type": ["string", "null"], "description": "Of the flow whose case it is."},
    "waits_for": {
        "type": "object",
        "description": "What it was set for, in your language.",
        "properties": {
            "kind": {"enum": list(get_args(TimerKind))},
            "text": _TEXT,
            "title": {
                "type": ["string", "null"],
                "description": "Of the step, the rule or the flow; none of one that is gone.",
            },
            "flow": {
                "type": ["string", "null"],
                "description": "Title of the flow whose case waits for it.",
            },
            "name": {"type": ["string", "null"]},
            "form": {"type": ["string", "null"]},
            "record": {"type": ["string", "null"]},
            "record_title": {"type": "string", "description": "Empty where you may not read it."},
        },
    },
}
