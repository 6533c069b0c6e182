"""Go on after some of the branches; the others are taken without a word, or taken away."""

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

_IGNORE, _CANCEL = "ignore", "cancel"


@dataclass(frozen=True, slots=True)
class PartialJoin(Behaviour):
    """One token stands for all of a round; its state is how many have come, `[2]`.

    A round is over when `of` have come, or when no other one can; then the next begins.
    """

    edge: str
    after: int
    of: int  # 0: as many as there are edges
    is_cancelling: bool

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    @property
    def quorum(self) -> tuple[int, int, bool]:
        """After how many, of how many, whether it withdraws the rest."""
        return self.after, self.of, self.is_cancelling

    @property
    def gathers(self) -> bool:
        """A round is over too when no other token can come."""
        return True

    def enter(self, run: Walk, token: Token) -> Ways:
        """Count; the one that makes the number full goes on."""
        waiting = run.waiting_at(token.node)
        count = 1 + (int(waiting[0].state[0]) if waiting else 0)
        total = self.of or len(run.ways_into(token.node))
        if count == self.after:
            run.note("joined", token.node, count)
            if self.is_cancelling:
                run.take_away({one.node for one in run.may_come(token.node)})
        if count >= total or (count == self.after and self.is_cancelling):
            for one in waiting[:1]:
                run.end_token(one)
        elif waiting:
            run.update(waiting[0], [count])
        else:
            run.park(token, [count])
        return (self.edge,) if count == self.after else NO_WAY

    def at_rest(self, run: Walk, node: NodeId) -> None:
        """Begin anew when nothing more can come; too few are an incident."""
        waiting = run.waiting_at(node)
        if not waiting or run.may_come(node):
            return
        if int(waiting[0].state[0]) < self.after:
            run.stop(waiting[0], "fewer branches have come than it waits for")
        else:
            run.end_token(waiting[0])

    def may_move(self, token: Token) -> bool:
        """What has gone on already only counts the rest."""
        return int(token.state[0]) < self.after


class PartialJoinType(NodeType):
    """`{type: partial_join, after: 2, rest: cancel, to: tell}`."""

    name = "partial_join"
    label = LocaleText(
        (("en", "Join the first"), ("zh", "部分汇合"), ("es", "Unión de los primeros"),
         ("ar", "التقاء الأوائل"))
    )  # fmt: skip
    icon = "join"
    glyph = "bar"
    group = "routing"
    routing = Routing.COUNT
    schema = {
        "properties": {
            "after": {
                "type": "integer",
                "title": "Goes on after",
                "description": "How many must have come.",
                "minimum": 1,
                "maximum": 100,
            },
            "of": {
                "type": "integer",
                "title": "Of how many",
                "description": "As many as there are ways in, when absent.",
                "minimum": 1,
                "maximum": 100,
            },
            "rest": {
                "title": "The others",
                "description": "They go on and are not waited for, or what they do is withdrawn.",
                "enum": [_IGNORE, _CANCEL],
                "default": _IGNORE,
            },
            "to": of(NODE, "Goes to"),
        },
        "required": ["after"],
    }
    example = {"type": "partial_join", "after": 1, "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """It cannot wait for more than come."""
        edge = site.way_out(data)
        after, total = int(data.get("after", 1)), int(data.get("of", 0))
        if total and after > total:
            site.at("after").problem(
                "W031", f"it goes on after {after}, but only {total} come", "Make 'of' larger."
            )
        cancels = data.get("rest", _IGNORE) == _CANCEL
        return PartialJoin(edge, after, total, cancels) if edge is not None else None


TYPE = PartialJoinType()
