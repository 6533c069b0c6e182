"""Do something by itself: set fields, send messages, create records, start flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import Action, FactPath, paths_of, writes_of
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.schemas import ACTIONS, NODE, of
from engines.flow.site import Site
from engines.flow.walk import Walk, Ways
from engines.values import FieldId, LocaleText


@dataclass(frozen=True, slots=True)
class ActionNode(Behaviour):
    """Actions in the order written."""

    actions: tuple[Action, ...]
    edge: str

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the actions read."""
        return paths_of(self.actions)

    @property
    def writes(self) -> frozenset[FieldId]:
        """What the actions set."""
        return writes_of(self.actions)

    @property
    def needs_undo(self) -> bool:
        """Fixed values are always there."""
        return not all(one.is_fixed for one in self.actions)

    def enter(self, run: Walk, token: Token) -> Ways:
        """Act and go on."""
        run.act(self.actions, token)
        return (self.edge,)


class ActionNodeType(NodeType):
    """`{type: action, do: [{set: {status: done}}], to: end}`."""

    name = "action"
    label = LocaleText((("en", "Action"), ("zh", "动作"), ("es", "Acción"), ("ar", "إجراء")))
    icon = "bolt"
    glyph = "box"
    group = "work"
    can_fail = True
    schema = {
        "properties": {"do": of(ACTIONS, "Does"), "to": of(NODE, "Then goes to")},
        "required": ["do"],
    }
    example = {"type": "action", "do": [], "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Compile the actions."""
        edge = site.way_out(data)
        actions = site.at("do").actions(data.get("do") or [])
        return ActionNode(actions, edge) if edge is not None else None


TYPE = ActionNodeType()
