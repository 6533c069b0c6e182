"""Wait for every token that can still arrive, then go on with one."""

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
from engines.values import LocaleText, NodeId


@dataclass(frozen=True, slots=True)
class InclusiveJoin(Behaviour):
    """Whether another token can come is asked when nothing moves, of the graph and the tokens."""

    edge: str

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    @property
    def gathers(self) -> bool:
        """Yes."""
        return True

    def enter(self, run: Walk, token: Token) -> Ways:
        """Wait."""
        run.park(token)
        return NO_WAY

    def at_rest(self, run: Walk, node: NodeId) -> None:
        """Go on with one token of each edge when no other can come."""
        waiting = run.waiting_at(node)
        if waiting and not run.may_come(node):
            self._join(run, node, waiting)

    def break_tie(self, run: Walk, node: NodeId) -> None:
        """Go on although another join, which waits for this one, could still send a token."""
        waiting = run.waiting_at(node)
        if waiting:
            self._join(run, node, waiting)

    def _join(self, run: Walk, node: NodeId, waiting: list[Token]) -> None:
        oldest: dict[str, Token] = {}
        for token in waiting:
            oldest.setdefault(token.edge, token)
        for token in oldest.values():
            run.end_token(token)
        run.note("joined", node)
        run.spawn(self.edge)


class InclusiveJoinType(NodeType):
    """`{type: inclusive_join, to: tell}`."""

    name = "inclusive_join"
    label = LocaleText(
        (("en", "Join what comes"), ("zh", "包容汇合"), ("es", "Unión de lo que llega"),
         ("ar", "التقاء ما يصل"))
    )  # fmt: skip
    icon = "join"
    glyph = "diamond"
    group = "routing"
    routing = Routing.COMING
    schema = {"properties": {"to": of(NODE, "Goes to")}}
    example = {"type": "inclusive_join", "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Only the way out is written; the ways in are found."""
        edge = site.way_out(data)
        return InclusiveJoin(edge) if edge is not None else None


TYPE = InclusiveJoinType()
