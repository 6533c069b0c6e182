"""An exclusive choice: the first path whose condition holds, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.schemas import CONDITION, NODE, of
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class Choice(Behaviour):
    """Conditions in the order written, each with its edge; `otherwise` is the default's."""

    conditions: tuple[tuple[Expression, str], ...]
    otherwise: str | None

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the conditions read."""
        return frozenset().union(*(condition.paths for condition, _ in self.conditions))

    @property
    def choices(self) -> tuple[tuple[str, Expression | None], ...]:
        """Its paths in the order written, the default last."""
        default = ((self.otherwise, None),) if self.otherwise is not None else ()
        return (*((edge, condition) for condition, edge in self.conditions), *default)

    @property
    def needs_undo(self) -> bool:
        """All is computed before the token moves."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """Take the first true path; none and no default is an incident."""
        facts = run.facts
        for condition, edge in self.conditions:
            holds = condition.evaluate(facts)
            run.note("condition", edge, holds, condition.paths)
            if holds:
                return (edge,)
        if self.otherwise is None:
            run.stop(token, "no path's condition is true and there is no default")
            return NO_WAY
        run.note("default", self.otherwise)
        return (self.otherwise,)


class ChoiceType(NodeType):
    """`{type: choice, paths: [{when: record.amount > 100, to: boss}, {to: end}]}`."""

    name = "choice"
    label = LocaleText(
        (("en", "Choice"), ("zh", "条件分支"), ("es", "Decisión"), ("ar", "اختيار"))
    )
    icon = "split"
    glyph = "diamond"
    group = "routing"
    can_fail = True
    schema = {
        "properties": {
            "paths": {
                "type": "array",
                "title": "Paths",
                "description": "The first that holds is taken; one without 'when' always does.",
                "items": {
                    "type": "object",
                    "properties": {"when": of(CONDITION, "If"), "to": of(NODE, "Goes to")},
                    "required": ["to"],
                    "additionalProperties": False,
                },
                "minItems": 1,
                "maxItems": 100,
            }
        },
        "required": ["paths"],
    }
    example = {
        "type": "choice",
        "paths": [{"when": "today == null", "to": "end"}, {"to": "end"}],
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Compile the conditions; the last path must be the default."""
        written = list(data.get("paths") or ())
        conditions: list[tuple[Expression, str]] = []
        otherwise: str | None = None
        for number, path in enumerate(written):
            here = site.at("paths", number)
            edge = here.at("to").edge(path.get("to"), str(number))
            if "when" not in path:
                otherwise = edge
                _refuse_later(written, number, here)
                break
            condition = here.at("when").expression(path["when"], BOOLEAN)
            if condition is not None:
                conditions.append((condition, edge))
        else:
            site.problem(
                "W005",
                f"choice {site.node!r} has no default: a case that fits no path would stop",
                "Add a last path with only 'to'.",
            )
        return Choice(tuple(conditions), otherwise)


def _refuse_later(paths: list[Any], number: int, site: Site) -> None:
    if number < len(paths) - 1:
        site.problem(
            "W015",
            "the paths after this default are never taken",
            "Move it to the end, or give it a 'when'.",
        )


TYPE = ChoiceType()
