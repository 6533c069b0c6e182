"""Wait for one token from each incoming edge, then go on with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.schemas import NODE, of
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import LocaleText


@dataclass(frozen=True, slots=True)
class Join(Behaviour):
    """Two tokens that came by the same edge do not stand for one of another edge."""

    edge: str

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """Wait, or take the oldest of each edge and go on."""
        here = token.node
        oldest = run.oldest_at(here)
        is_first = token.edge not in oldest
        is_last = len(oldest) + is_first == len(run.ways_into(here))
        if not (is_first and is_last):
            run.park(token)
        if not is_last:
            return NO_WAY
        for waiting in oldest.values():
            run.end_token(waiting)
        run.note("joined", here)
        return (self.edge,)


class JoinType(NodeType):
    """`{type: join, to: tell}`."""

    name = "join"
    label = LocaleText((("en", "Join"), ("zh", "汇合"), ("es", "Unión"), ("ar", "التقاء")))
    icon = "join"
    glyph = "bar"
    group = "routing"
    routing = Routing.SYNC
    schema = {"properties": {"to": of(NODE, "Goes to")}}
    example = {"type": "join", "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Only the way out is written; the ways in are found."""
        edge = site.way_out(data)
        return Join(edge) if edge is not None else None


TYPE = JoinType()
