"""The end of one branch; the instance ends when no token is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.site import Site
from engines.flow.walk import Walk
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class End(Behaviour):
    """Nothing leaves it."""

    def enter(self, run: Walk, token: Token) -> None:
        """This branch is over."""
        run.end_token(token)


class EndType(NodeType):
    """`{type: end}`."""

    name = "end"
    label = LocaleText((("en", "End"), ("zh", "结束"), ("es", "Fin"), ("ar", "نهاية")))
    icon = "stop"
    glyph = "circle"
    group = "routing"
    routing = Routing.SINK
    schema: Mapping[str, Any] = {}
    example = {"type": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour:
        """Nothing to check."""
        return End()


TYPE = EndType()
