"""A parallel split: one token for each branch, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.schemas import NODE
from engines.flow.site import Site
from engines.flow.walk import Walk, Ways
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class Parallel(Behaviour):
    """Every branch, in the order written."""

    branches: tuple[str, ...]

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """Start each branch."""
        return self.branches


class ParallelType(NodeType):
    """`{type: parallel, to: [pack, invoice]}`."""

    name = "parallel"
    label = LocaleText((("en", "Parallel"), ("zh", "并行"), ("es", "Paralelo"), ("ar", "توازٍ")))
    icon = "fork"
    glyph = "bar"
    group = "routing"
    routing = Routing.ALL
    schema = {
        "properties": {
            "to": {"type": "array", "title": "Branches", "items": NODE, "maxItems": 50}
        },
        "required": ["to"],
    }
    example = {"type": "parallel", "to": ["end", "end"]}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Two branches at least."""
        targets = list(data.get("to") or ())
        if len(targets) < 2:
            site.at("to").problem(
                "W021",
                f"parallel {site.node!r} has {len(targets) or 'no'} branch",
                "Name two nodes or more.",
            )
            return None
        edges = [site.at("to", n).edge(to, str(n)) for n, to in enumerate(targets)]
        return Parallel(tuple(edges))


TYPE = ParallelType()
