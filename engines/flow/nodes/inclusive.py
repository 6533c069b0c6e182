"""An inclusive split: a token for every path whose condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.schemas import PATHS
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class Inclusive(Behaviour):
    """Conditions with their edges; `otherwise` is taken when none of them holds."""

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
        """Start every true path; none and no default is an incident."""
        true = []
        for condition, edge in self.conditions:
            holds = condition.evaluate(run.facts) is True
            run.note("condition", edge, holds, condition.paths)
            true += [edge] if holds else []
        if not true and self.otherwise is None:
            run.stop(token, "no path's condition is true and there is no default")
            return NO_WAY
        return true or (str(self.otherwise),)


class InclusiveType(NodeType):
    """`{type: inclusive, paths: [{when: record.urgent, to: call}, {to: write}]}`."""

    name = "inclusive"
    label = LocaleText(
        (("en", "Every that fits"), ("zh", "包容分支"), ("es", "Todas las que cumplen"),
         ("ar", "كل ما ينطبق"))
    )  # fmt: skip
    icon = "fork"
    glyph = "diamond"
    group = "routing"
    can_fail = True
    routing = Routing.SOME
    schema = {"properties": {"paths": PATHS}, "required": ["paths"]}
    example = {
        "type": "inclusive",
        "paths": [{"when": "today == null", "to": "end"}, {"to": "end"}],
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Compile the conditions; the last path must be the default."""
        conditions: list[tuple[Expression, str]] = []
        otherwise: str | None = None
        for number, path in enumerate(data.get("paths") or ()):
            here = site.at("paths", number)
            edge = here.at("to").edge(path.get("to"), str(number))
            if "when" not in path:
                otherwise = edge
                continue
            condition = here.at("when").expression(path["when"], BOOLEAN)
            conditions += [(condition, edge)] if condition is not None else []
        if otherwise is None and not site.context.problems.has_under(site.path):
            site.problem(
                "W030",
                f"{site.node!r} has no default: a case that fits no path would stop",
                "Add a last path with only 'to'.",
            )
        return Inclusive(tuple(conditions), otherwise)


TYPE = InclusiveType()
