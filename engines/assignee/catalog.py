"""All assignee sources and the JSON Schema that says how one is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.assignee.policies import SIGNER_POLICIES
from engines.assignee.sourcetype import SourceType
from engines.registry import leaves_of


@cache
def source_types() -> Mapping[str, SourceType]:
    """Every source by the key that chooses it."""
    return leaves_of("engines.assignee.sources", SourceType)  # type: ignore[type-abstract]


def assignee_schema() -> dict[str, Any]:
    """The schema of an assignee: one source, and `if_empty` with another, or a policy."""
    source: dict[str, Any] = {
        "type": "object",
        "minProperties": 1,
        "properties": _properties(),
        "additionalProperties": False,
    }
    if_empty = {
        "title": "If nobody is found",
        "description": (
            "Another source, or 'skip' to go on without, or 'block' for an incident. "
            "The signer of an approval also 'auto_pass' and 'reject'."
        ),
        "anyOf": [{"enum": list(SIGNER_POLICIES)}, source],
    }
    return {
        **source,
        "title": "Who",
        "properties": {**source["properties"], "if_empty": if_empty},
    }


def _properties() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in sorted(source_types().values(), key=lambda one: not one.is_usual):
        title = kind.label.in_locale("en")
        found[kind.name] = {"title": title, **kind.value_schema}
        found.update({key: dict(schema) for key, schema in kind.options.items()})
    return found
