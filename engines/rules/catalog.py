"""All action types, their JSON Schemas, and the way from a written action to a compiled one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from engines.action import Action
from engines.context import DefinitionContext
from engines.diagnostics import Path
from engines.registry import leaves_of
from engines.rules.actiontype import ActionType, Spot
from engines.values import FormId


@cache
def action_types() -> Mapping[str, ActionType]:
    """Every action type by its key."""
    return leaves_of("engines.rules.actions", ActionType)  # type: ignore[type-abstract]


def action_schema() -> dict[str, Any]:
    """The schema of one action, `$defs/action`: a map with one key, its name."""
    return {
        "type": "object",
        "title": "Action",
        "properties": {
            kind.name: {"title": kind.label.in_locale("en"), **kind.schema}
            for kind in action_types().values()
        },
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def actions_schema() -> dict[str, Any]:
    """The schema of a list of actions, `$defs/actions`."""
    return {"type": "array", "items": {"$ref": "#/$defs/action"}, "maxItems": 50}


def parse_actions(
    data: object, path: Path, form: FormId, context: DefinitionContext
) -> tuple[Action, ...]:
    """The actions written at `path`: a list of them, or one as a map."""
    if isinstance(data, Mapping):
        found = [_action(data, Spot(path, form, context))]
    else:
        written: Any = data or ()
        found = [_action(one, Spot((*path, n), form, context)) for n, one in enumerate(written)]
    return tuple(action for action in found if action is not None)


def _action(data: Mapping[str, Any], spot: Spot) -> Action | None:
    name, value = next(iter(data.items()))
    return action_types()[name].parse(value, spot.at(name))
