"""Wait for a length of time, or until a moment that an expression gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engines.action import FactPath
from engines.expression.compile import Expression
from engines.expression.types import DATETIME
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.schemas import DURATION, NODE, of
from engines.flow.site import Site
from engines.flow.walk import Walk
from engines.values import LocaleText

_TIMER = "wait"


@dataclass(frozen=True, slots=True)
class Wait(Behaviour):
    """Either `after` or `until` is there."""

    edge: str
    after: timedelta | None
    until: Expression | None

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the moment depends on."""
        return self.until.paths if self.until is not None else frozenset()

    def enter(self, run: Walk, token: Token) -> None:
        """Start the timer; a moment that has passed is not waited for, none is an incident."""
        due_at = self._due_at(run)
        if due_at is None:
            run.stop(token, "the moment to wait for is empty")
            return
        if due_at <= run.now:
            run.note("moment_passed", token.node, due_at)
            run.leave(token, self.edge)
            return
        run.park_until(token, _TIMER, due_at)

    def fire(self, run: Walk, token: Token, timer: str) -> None:
        """The time has come."""
        run.note("edge_taken", self.edge)
        run.leave(token, self.edge)

    def _due_at(self, run: Walk) -> datetime | None:
        if self.after is not None:
            return run.now + self.after
        moment = self.until.evaluate(run.facts) if self.until is not None else None
        return moment if isinstance(moment, datetime) else None


class WaitType(NodeType):
    """`{type: wait, after: 3d, to: close}`."""

    name = "wait"
    label = LocaleText((("en", "Wait"), ("zh", "等待"), ("es", "Espera"), ("ar", "انتظار")))
    icon = "clock"
    glyph = "circle"
    group = "time"
    waits = True
    schema = {
        "properties": {
            "after": of(DURATION, "For", "Counted from the moment the flow comes here."),
            "until": {
                "type": "string",
                "title": "Until",
                "description": "An expression that gives date and time.",
                "x-expression": "datetime",
            },
            "to": of(NODE, "Then goes to"),
        },
    }
    example = {"type": "wait", "after": "3d", "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Exactly one of `after` and `until`."""
        edge = site.way_out(data)
        if ("after" in data) == ("until" in data):
            site.problem(
                "W017",
                f"wait {site.node!r} must have one of 'after' and 'until'",
                "Write 'after: 3d' or 'until:' with an expression.",
            )
            return None
        after = site.at("after").duration(data["after"]) if "after" in data else None
        until = site.at("until").expression(data["until"], DATETIME) if "until" in data else None
        if edge is None or (after is None and until is None):
            return None
        return Wait(edge, after, until)


TYPE = WaitType()
