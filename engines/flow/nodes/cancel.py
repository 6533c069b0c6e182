"""Withdraw what is open at some nodes, then go on; the rest of the flow is not touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.diagnostics import did_you_mean, one_of
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import Routing
from engines.flow.nodetype import NodeType
from engines.flow.schemas import NODE, of
from engines.flow.site import Site
from engines.flow.walk import Walk, Ways
from engines.values import LocaleText, NodeId


@dataclass(frozen=True, slots=True)
class Cancel(Behaviour):
    """Tokens at `nodes` end, with their tasks, timers and sub-flows."""

    nodes: frozenset[NodeId]
    edge: str

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    @property
    def clears(self) -> frozenset[NodeId]:
        """The nodes named."""
        return self.nodes

    def enter(self, run: Walk, token: Token) -> Ways:
        """Take them away and go on."""
        run.note("cleared", token.node, run.take_away(self.nodes))
        return (self.edge,)


class CancelType(NodeType):
    """`{type: cancel, nodes: [ask, remind], to: tell}`."""

    name = "cancel"
    label = LocaleText(
        (("en", "Withdraw"), ("zh", "撤销"), ("es", "Retirar"), ("ar", "سحب"))
    )  # fmt: skip
    icon = "stop"
    glyph = "box"
    group = "routing"
    routing = Routing.CLEAR
    schema = {
        "properties": {
            "nodes": {
                "type": "array",
                "title": "What is open at",
                "items": NODE,
                "minItems": 1,
                "maxItems": 100,
            },
            "to": of(NODE, "Then goes to"),
        },
        "required": ["nodes"],
    }
    example = {"type": "cancel", "nodes": ["end"], "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """The nodes must exist."""
        edge = site.way_out(data)
        names = [str(name) for name in data.get("nodes") or ()]
        for number, name in enumerate(names):
            if name not in site.declared:
                hint = did_you_mean(name, site.declared) or one_of(sorted(site.declared))
                site.at("nodes", number).problem("W032", f"unknown node {name!r}", hint)
        return Cancel(frozenset(map(NodeId, names)), edge) if edge is not None else None


TYPE = CancelType()
