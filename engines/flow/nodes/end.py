"""The end of one branch; the instance ends when no token is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.schemas import OUTCOME_NAME
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class End(Behaviour):
    """Nothing leaves it."""

    outcome: str

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """This branch is over."""
        if self.outcome:
            run.outcome = self.outcome
        return NO_WAY


class EndType(NodeType):
    """`{type: end}`; with an `outcome` it says how the flow ended, unless another end is later."""

    name = "end"
    label = LocaleText((("en", "End"), ("zh", "结束"), ("es", "Fin"), ("ar", "نهاية")))
    icon = "stop"
    glyph = "circle"
    group = "routing"
    routing = Routing.SINK
    schema = {"properties": {"outcome": OUTCOME_NAME}}
    example = {"type": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour:
        """Nothing to check."""
        return End(str(data.get("outcome", "")))


TYPE = EndType()
