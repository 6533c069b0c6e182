"""All node types, and the JSON Schema of the `flows` section made of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.flow.nodetype import NodeType
from engines.flow.schemas import (
    COPIES,
    DUE,
    ID_PATTERN,
    MESSAGES,
    NODE,
    ON_ERROR,
    TEXT,
    TIMERS,
    of,
)
from engines.flow.starts import trigger_schema
from engines.registry import leaves_of


@cache
def node_types() -> Mapping[str, NodeType]:
    """Every node type by the word that `type:` chooses it with."""
    return leaves_of("engines.flow.nodes", NodeType)  # type: ignore[type-abstract]


def flows_schema() -> dict[str, Any]:
    """The schema of the section `flows`; it refers to `$defs/actions` and `$defs/assignee`."""
    return {
        "type": "object",
        "title": "Flows",
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": _flow_schema(),
    }


def node_schema(kind: NodeType) -> dict[str, Any]:
    """The schema of a node of one type: its own options and those of every node."""
    properties: dict[str, Any] = {
        "type": {"const": kind.name, "title": "Type"},
        "title": of(TEXT, "Title"),
        "help": of(TEXT, "Help"),
        **kind.schema.get("properties", {}),
    }
    if kind.has_tasks:
        properties |= {"due": DUE, "copies": COPIES}
    if kind.waits:
        properties |= {"timers": TIMERS, "messages": MESSAGES}
    if kind.waits or kind.can_fail:
        properties["on_error"] = ON_ERROR
    return {
        "type": "object",
        "title": kind.label.in_locale("en"),
        "properties": properties,
        "required": ["type", *kind.schema.get("required", ())],
        "additionalProperties": False,
    }


def _flow_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "title": of(TEXT, "Title"),
            "on": trigger_schema(),
            "for": {"type": "string", "title": "Form", "x-reference": "form"},
            "start": of(NODE, "First node", "The first one written, when absent."),
            "nodes": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 500,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": {
                    "type": "object",
                    "required": ["type"],
                    "x-discriminator": "type",
                    "x-variants": {k.name: node_schema(k) for k in node_types().values()},
                },
            },
            "canvas": {
                "type": "object",
                "title": "Places on the canvas",
                "additionalProperties": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        },
        "required": ["nodes"],
        "additionalProperties": False,
    }
