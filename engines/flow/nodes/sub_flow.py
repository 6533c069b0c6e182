"""Start another flow on the same record, and wait for its end or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.flow.behaviour import Behaviour
from engines.flow.called import CALLED, parse_called
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.schemas import ID_PATTERN, NODE, of
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import FlowId, LocaleText

_CANCELLED = "cancelled"
_FIRST = 1


@dataclass(frozen=True, slots=True)
class SubFlow(Behaviour):
    """Waits for the flow it has started; the way on depends on how that ended."""

    flow: FlowId
    is_pinned: bool
    is_waiting: bool
    edge: str
    ways: Mapping[str, str]  # edges by outcome

    @property
    def needs_undo(self) -> bool:
        """Nothing is computed."""
        return False

    @property
    def calls(self) -> FlowId:
        """The flow."""
        return self.flow

    def enter(self, run: Walk, token: Token) -> Ways:
        """Start it."""
        if not self.is_waiting:
            run.start_flow(self.flow, is_pinned=self.is_pinned)
            return (self.edge,)
        run.park(token, _FIRST)
        run.start_flow(self.flow, f"{token.id}.{_FIRST}", is_pinned=self.is_pinned)
        return NO_WAY

    def child_ended(self, run: Walk, token: Token, ref: str, outcome: str) -> None:
        """Go the way of the outcome; a flow that was broken off is an error here."""
        if outcome == _CANCELLED and _CANCELLED not in self.ways:
            run.stop(token, f"the flow {self.flow!r} that it waits for was cancelled")
            return
        edge = self.ways.get(outcome, self.edge)
        run.note("edge_taken", edge)
        run.leave(token, edge)

    def withdraw(self, run: Walk, token: Token) -> None:
        """What was started ends too."""
        run.cancel_flow(f"{token.id}.{_FIRST}")


class SubFlowType(NodeType):
    """`{type: sub_flow, flow: repair, outcomes: {refused: {to: tell}}, to: end}`."""

    name = "sub_flow"
    label = LocaleText(
        (("en", "Sub-flow"), ("zh", "子流程"), ("es", "Subflujo"), ("ar", "مسار فرعي"))
    )
    icon = "play"
    glyph = "box"
    group = "work"
    waits = True
    schema = {
        "properties": {
            **CALLED,
            "wait": {
                "type": "boolean",
                "title": "Waits for its end",
                "description": "Yes, when absent.",
            },
            "outcomes": {
                "type": "object",
                "title": "By its outcome",
                "description": "Other ways on, by what its end says.",
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": {
                    "type": "object",
                    "properties": {"to": of(NODE, "Goes to")},
                    "required": ["to"],
                    "additionalProperties": False,
                },
            },
            "to": of(NODE, "Then goes to"),
        },
        "required": ["flow"],
    }
    example = {"type": "sub_flow", "flow": "handling", "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check the flow and the ways on."""
        edge = site.way_out(data)
        called = parse_called(data, site)
        ways = {
            outcome: site.at("outcomes", outcome, "to").edge(written["to"], outcome)
            for outcome, written in (data.get("outcomes") or {}).items()
        }
        is_waiting = bool(data.get("wait", True))
        if ways and not is_waiting:
            site.at("outcomes").problem(
                "W035",
                "these ways are never taken: nothing waits for the end of the flow",
                "Remove 'wait: false', or the outcomes.",
            )
        if edge is None or called is None:
            return None
        return SubFlow(*called, is_waiting, edge, ways)


TYPE = SubFlowType()
