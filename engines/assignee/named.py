"""A name that stands in the definition, or that an expression gives: `north`, `{of: record.x}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engines.action import FactPath
from engines.assignee.sourcetype import Place
from engines.diagnostics import did_you_mean, one_of
from engines.expression.compile import Expression
from engines.expression.types import TEXT
from engines.values import Facts, RoleId


@dataclass(frozen=True, slots=True)
class Named:
    """Either `literal` or what `given` comes out as."""

    literal: str = ""
    given: Expression | None = None

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the expression reads."""
        return self.given.paths if self.given is not None else frozenset()

    def text(self, facts: Facts) -> str:
        """The name; empty when the expression comes out as null."""
        if self.given is None:
            return self.literal
        return str(self.given.evaluate(facts) or "")


def named_schema(what: str) -> dict[str, Any]:
    """The schema of a name; `what` says of what."""
    return {
        "description": f"{what} by its name, or {{of: an expression that gives the name}}.",
        "anyOf": [
            {"type": "string", "minLength": 1, "maxLength": 100},
            {
                "type": "object",
                "properties": {"of": {"type": "string", "x-expression": "text"}},
                "required": ["of"],
                "additionalProperties": False,
            },
        ],
    }


def parse_named(data: object, key: str, place: Place) -> Named | None:
    """The name written under `key`; None when its expression was reported."""
    if not isinstance(data, Mapping):
        return Named(str(data))
    path = place.below(key, _OF)
    given = place.context.expression(data.get(_OF), path, place.form, expect=TEXT)
    return Named(given=given) if given is not None else None


def parse_role(data: Mapping[str, Any], key: str, place: Place) -> RoleId | None:
    """The role written under `key`, checked against the definition's; None when reported."""
    role, roles = RoleId(str(data[key])), place.context.roles
    if role in roles:
        return role
    hint = did_you_mean(role, roles) or one_of(sorted(roles))
    place.context.problems.add("A205", place.below(key), f"unknown role {role!r}", hint=hint)
    return None


_OF: Final = "of"
