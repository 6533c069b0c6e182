"""Wait for a length of time, a moment, a message or a condition; of several, the first wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engines.action import FactPath
from engines.calendar.model import Span
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN, DATETIME
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.schemas import CALENDAR, CONDITION, DURATION, MESSAGE_NAME, NODE, Schema, of
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.values import Facts, LocaleText

_TIMER = "wait"
_KINDS: Final = ("after", "until", "message", "when")


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that is waited for, and where it leads; exactly one of the four is there."""

    edge: str
    timer: str  # the name of its timer, if it needs one
    after: Span | None = None
    until: Expression | None = None
    message: str = ""
    when: Expression | None = None

    @property
    def paths(self) -> frozenset[FactPath]:
        """Facts it depends on."""
        found = [one.paths for one in (self.until, self.when) if one is not None]
        return frozenset().union(*found)

    @property
    def is_timed(self) -> bool:
        """Whether it is a matter of time."""
        return self.after is not None or self.until is not None

    def due(self, facts: Facts) -> Span | datetime | None:
        """When its time comes; None for what is no matter of time, and for an empty moment."""
        if self.after is not None:
            return self.after
        moment = self.until.evaluate(facts) if self.until is not None else None
        return moment if isinstance(moment, datetime) else None

    def due_at(self, run: Walk) -> datetime | None:
        """The same for a token that comes now."""
        due = self.due(run.facts)
        return run.now + due if isinstance(due, Span) else due

    def holds(self, run: Walk) -> bool:
        """Whether its condition is true now."""
        return self.when is not None and self.when.evaluate(run.facts) is True


@dataclass(frozen=True, slots=True)
class Wait(Behaviour):
    """The first of the ways takes the token along; the others vanish."""

    ways: tuple[Way, ...]

    @property
    def paths(self) -> frozenset[FactPath]:
        """What moments and conditions depend on."""
        return frozenset().union(*(way.paths for way in self.ways))

    @property
    def messages(self) -> frozenset[str]:
        """Those it waits for."""
        return frozenset(way.message for way in self.ways if way.message)

    @property
    def watches(self) -> bool:
        """Conditions are looked at with every change of the record."""
        return any(way.when is not None for way in self.ways)

    @property
    def needs_undo(self) -> bool:
        """A moment or a condition is computed before the token moves."""
        return False

    @property
    def own_timers(self) -> frozenset[str]:
        """One for each way that is a matter of time."""
        return frozenset(way.timer for way in self.ways if way.is_timed)

    def own_due(self, timer: str, facts: Facts) -> Span | datetime | None:
        """When the time of the way with this timer comes."""
        return next(way for way in self.ways if way.timer == timer).due(facts)

    def enter(self, run: Walk, token: Token) -> Ways:
        """Go on with what is there already, else wait; with nothing to wait for, stop."""
        due_at = {way.timer: way.due_at(run) for way in self.ways}
        for way in self.ways:
            if self._is_there(run, token, way, due_at[way.timer]):
                return (way.edge,)
        can_come = [one for one in self.ways if due_at[one.timer] or one.message or one.when]
        if not can_come:
            run.stop(token, "the moment to wait for is empty")
            return NO_WAY
        for name, moment in due_at.items():
            if moment is not None:
                token = run.start_timer(token, name, moment)
        run.park(token)
        return NO_WAY

    def fire(self, run: Walk, token: Token, timer: str) -> None:
        """The time of one of the ways has come."""
        self._take(run, token, next(way for way in self.ways if way.timer == timer))

    def hears(self, token: Token) -> tuple[str, ...]:
        """The messages it waits for."""
        return tuple(self.messages)

    def hear(self, run: Walk, token: Token, message: str) -> None:
        """The message has come."""
        self._take(run, token, next(way for way in self.ways if way.message == message))

    def wake(self, run: Walk, token: Token) -> None:
        """Go the first way written, as if what it waits for had come."""
        self._take(run, token, self.ways[0])

    def reconsider(self, run: Walk, token: Token) -> None:
        """Go on if one of the conditions is true now."""
        for way in self.ways:
            if way.holds(run):
                run.note("condition", way.edge, True, way.paths)  # noqa: FBT003 - a result
                self._take(run, token, way)
                return

    def _is_there(self, run: Walk, token: Token, way: Way, due_at: datetime | None) -> bool:
        if due_at is not None and due_at <= run.now:
            run.note("moment_passed", token.node, due_at)
            return True
        if way.holds(run):
            run.note("condition", way.edge, True, way.paths)  # noqa: FBT003 - a result
            return True
        return bool(way.message) and run.take_message(way.message)

    def _take(self, run: Walk, token: Token, way: Way) -> None:
        run.note("edge_taken", way.edge)
        run.leave(token, way.edge)


_WAY: Final[Schema] = {
    "after": of(DURATION, "For", "Counted from the moment the flow comes here."),
    "calendar": CALENDAR,
    "until": {
        "type": "string",
        "title": "Until",
        "description": "An expression that gives date and time.",
        "x-expression": "datetime",
    },
    "message": of(MESSAGE_NAME, "Until the message", "Its name; rules and programs send it."),
    "when": of(CONDITION, "Until it is true", "Looked at whenever the record changes."),
    "to": of(NODE, "Then goes to"),
}


class WaitType(NodeType):
    """`{type: wait, after: 3d, to: close}`, or several of them under `race`."""

    name = "wait"
    label = LocaleText((("en", "Wait"), ("zh", "等待"), ("es", "Espera"), ("ar", "انتظار")))
    icon = "clock"
    glyph = "circle"
    group = "time"
    waits = True
    schema = {
        "properties": {
            **_WAY,
            "race": {
                "type": "array",
                "title": "The first of",
                "items": {
                    "type": "object",
                    "properties": _WAY,
                    "required": ["to"],
                    "additionalProperties": False,
                },
                "minItems": 2,
                "maxItems": 20,
            },
        },
    }
    example = {"type": "wait", "after": "3d", "to": "end"}

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """One way as the node itself, or several under `race`."""
        if "race" not in data:
            way = _way(data, site, site.way_out(data), 0)
            return Wait((way,)) if way is not None else None
        if any(key in data for key in (*_KINDS, "calendar", "to")):
            site.at("race").problem(
                "W029",
                f"wait {site.node!r} says twice what it waits for",
                "Write everything it waits for under 'race'.",
            )
        ways = []
        for number, written in enumerate(data["race"]):
            here = site.at("race", number)
            edge = here.at("to").edge(written.get("to"), str(number))
            ways.append(_way(written, here, edge, number))
        found = tuple(way for way in ways if way is not None)
        return Wait(found) if len(found) == len(ways) else None


def _way(data: Mapping[str, Any], site: Site, edge: str | None, number: int) -> Way | None:
    kinds = [kind for kind in _KINDS if kind in data]
    if len(kinds) != 1:
        site.problem(
            "W017",
            f"wait {site.node!r} must have one of 'after', 'until', 'message' and 'when'",
            "Write 'after: 3d', 'message: paid', or 'until:' or 'when:' with an expression.",
        )
        return None
    if "calendar" in data and "after" not in data:
        site.at("calendar").problem(
            "W067", "a calendar only counts the time of 'after'", "Remove it, or write 'after'."
        )
    after = site.span(data, "after") if "after" in data else None
    until = site.at("until").expression(data["until"], DATETIME) if "until" in data else None
    when = site.at("when").expression(data["when"], BOOLEAN) if "when" in data else None
    message = str(data.get("message", ""))
    if edge is None or not (after is not None or until or when or message):
        return None
    timer = _TIMER if number == 0 else f"{_TIMER}.{number}"
    return Way(edge, timer, after, until, message, when)


TYPE = WaitType()
