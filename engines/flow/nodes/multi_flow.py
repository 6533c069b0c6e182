"""The same flow several times: at once or one after the other, all of them or until enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engines.action import FactPath
from engines.flow.behaviour import Behaviour
from engines.flow.called import CALLED, parse_called
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.plural import PLURAL, Open, Plural, parse_plural
from engines.flow.schemas import NODE, of
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import FlowId, LocaleText, UserId


@dataclass(frozen=True, slots=True)
class MultiFlow(Behaviour):
    """One token, many flows; each is known by `<token id>.<number>`."""

    flow: FlowId
    is_pinned: bool
    plural: Plural

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the numbers read."""
        return self.plural.paths

    @property
    def needs_undo(self) -> bool:
        """A number may not be computable."""
        return True

    @property
    def calls(self) -> FlowId:
        """The flow."""
        return self.flow

    def enter(self, run: Walk, token: Token) -> Ways:
        """Start the first ones."""
        self.plural.begin(run, token, *self._both(run, token))
        return NO_WAY

    def child_ended(self, run: Walk, token: Token, ref: str, outcome: str) -> None:
        """Count it, however it ended; one that is not counted any more does nothing."""
        number = int(ref.rpartition(".")[2])
        if number in token.state["open"]:
            self.plural.ended(run, token, number, *self._both(run, token))

    def takes_more(self, token: Token) -> bool:
        """Until adding is closed."""
        return self.plural.takes_more(token)

    def add_work(self, run: Walk, token: Token, to: UserId | None) -> None:
        """One more."""
        self.plural.add(run, token, partial(self._start, run, token))

    def close_adding(self, run: Walk, token: Token) -> None:
        """Go on when those that run are over."""
        self.plural.close(run, token, *self._both(run, token))

    def withdraw(self, run: Walk, token: Token) -> None:
        """End all that run."""
        for number in (token.state or {}).get("open", ()):
            self._end(run, token, number)

    def may_move(self, token: Token) -> bool:
        """What has gone on already only holds the flows that are left."""
        return not token.state.get("gone")

    def _both(self, run: Walk, token: Token) -> tuple[Open, Open]:
        """How one is started, and how it is ended."""
        return partial(self._start, run, token), partial(self._end, run, token)

    def _start(self, run: Walk, token: Token, number: int) -> None:
        run.start_flow(self.flow, f"{token.id}.{number}", is_pinned=self.is_pinned)

    def _end(self, run: Walk, token: Token, number: int) -> None:
        run.cancel_flow(f"{token.id}.{number}")


class MultiFlowType(NodeType):
    """`{type: multi_flow, flow: inspection, count: record.count, to: end}`."""

    name = "multi_flow"
    label = LocaleText(
        (("en", "Several sub-flows"), ("zh", "多实例子流程"), ("es", "Varios subflujos"),
         ("ar", "عدة مسارات فرعية"))
    )  # fmt: skip
    icon = "play"
    glyph = "box"
    group = "work"
    waits = True
    schema = {
        "properties": {**CALLED, **PLURAL, "to": of(NODE, "Then goes to")},
        "required": ["flow", "count"],
    }
    example = {"type": "multi_flow", "flow": "handling", "count": 2, "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check the flow and the numbers."""
        edge = site.way_out(data)
        called = parse_called(data, site)
        plural = parse_plural(data, site, edge)
        if called is None or plural is None:
            return None
        return MultiFlow(*called, plural)


TYPE = MultiFlowType()
