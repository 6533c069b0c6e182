"""The end of the whole case: whatever else is open is withdrawn."""

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
class Terminate(Behaviour):
    """Tokens, tasks, timers and sub-flows end with it."""

    outcome: str

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """End all."""
        run.outcome = self.outcome or run.outcome
        run.note("terminated", token.node, self.outcome or None)
        run.end_all()
        return NO_WAY


class TerminateType(NodeType):
    """`{type: terminate}`, with an `outcome` that a flow which waits for this one may ask for."""

    name = "terminate"
    label = LocaleText(
        (("en", "End all"), ("zh", "全部结束"), ("es", "Terminar todo"), ("ar", "إنهاء الكل"))
    )
    icon = "stop"
    glyph = "circle"
    group = "routing"
    routing = Routing.STOP
    schema = {"properties": {"outcome": OUTCOME_NAME}}
    example = {"type": "terminate", "outcome": "refused"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour:
        """Nothing to check."""
        return Terminate(str(data.get("outcome", "")))


TYPE = TerminateType()
