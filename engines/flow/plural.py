"""Several pieces of one kind of work at a node: how many, in what order, when it is enough.

The node types that use it say what a piece is: a task, or a flow. The state of their token:
{"open": [1, 2], "done": 1, "next": 3, "all": 3}; "more": people may add; "gone": it has gone on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from engines.action import FactPath
from engines.errors import Conflict
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN, NUMBER
from engines.flow.instance import Token
from engines.flow.schemas import CONDITION, Schema, of
from engines.flow.site import Site
from engines.flow.walk import Walk
from engines.values import Value

MOST: Final = 100  # pieces of one token; beyond it the number is a mistake
_PARALLEL, _SEQUENTIAL = "parallel", "sequential"
_IGNORE, _CANCEL = "ignore", "cancel"

Open: TypeAlias = Callable[[int], None]  # opens, or takes back, the piece of this number

_NUMBER: Final[Schema] = {"type": ["integer", "string"], "x-expression": "number"}

PLURAL: Final[Mapping[str, Any]] = {
    "count": of(_NUMBER, "How many", "A number, or an expression that gives one on arrival."),
    "order": {"title": "Order", "enum": [_PARALLEL, _SEQUENTIAL], "default": _PARALLEL},
    "enough": of(_NUMBER, "Enough after", "All of them, when absent."),
    "until": of(CONDITION, "Enough when", "Looked at after each that is done."),
    "rest": {
        "title": "The others",
        "description": "They are withdrawn, or stay open and are not waited for.",
        "enum": [_CANCEL, _IGNORE],
        "default": _CANCEL,
    },
    "adding": {
        "type": "boolean",
        "title": "More may be added",
        "description": "Until adding is closed, the flow waits here.",
    },
}


@dataclass(frozen=True, slots=True)
class Plural:
    """How the pieces of a node are counted."""

    edge: str
    count: Expression
    enough: Expression | None
    until: Expression | None
    is_sequential: bool
    is_cancelling: bool
    is_adding: bool

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the numbers and the condition read."""
        found = [one.paths for one in (self.count, self.enough, self.until) if one is not None]
        return frozenset().union(*found)

    def begin(self, run: Walk, token: Token, open_piece: Open, take_back: Open) -> None:
        """Open the first pieces, and go on where none are needed."""
        total = whole(self.count.evaluate(run.facts))
        if total is None or not 0 <= total <= MOST:
            run.stop(token, f"the number of pieces is {total}, not 0 to {MOST}")
            return
        run.note("counted", token.node, total, self.count.paths)
        state = {"open": [], "done": 0, "next": 0, "all": total}
        if self.is_adding:
            state["more"] = True
        run.park(token, state)
        for _ in range(min(total, 1) if self.is_sequential else total):
            state = self._opened(run, token, state, open_piece)
        self._decide(run, token, state, open_piece, take_back)

    def ended(
        self, run: Walk, token: Token, number: int, open_piece: Open, take_back: Open
    ) -> None:
        """One piece is done; go on as soon as it is enough."""
        before = token.state
        left = [one for one in before["open"] if one != number]
        state = {**before, "open": left, "done": before["done"] + 1}
        run.update(token, state)
        self._decide(run, token, state, open_piece, take_back)

    def takes_more(self, token: Token) -> bool:
        """Whether adding is allowed and was not closed."""
        return bool((token.state or {}).get("more")) and token.state["next"] < MOST

    def add(self, run: Walk, token: Token, open_piece: Open) -> None:
        """Open one more piece. Raises Conflict where no more may come."""
        if not token.state.get("more"):
            raise Conflict("No more can be added here.", {"node": token.node})
        if token.state["next"] >= MOST:
            raise Conflict(f"No more than {MOST} can be open here.", {"node": token.node})
        state = {**token.state, "all": token.state["all"] + 1}
        self._opened(run, token, state, open_piece)

    def close(self, run: Walk, token: Token, open_piece: Open, take_back: Open) -> None:
        """Take no more. Raises Conflict when that is so already."""
        if not token.state.get("more"):
            raise Conflict("No more can be added here.", {"node": token.node})
        state = {key: value for key, value in token.state.items() if key != "more"}
        run.update(token, state)
        self._decide(run, token, state, open_piece, take_back)

    def _decide(
        self, run: Walk, token: Token, state: Value, open_piece: Open, take_back: Open
    ) -> None:
        """Go on, open the next piece, or wait."""
        is_done = state["done"] >= state["all"] and not state.get("more")
        if not state.get("gone") and (is_done or self._is_enough(run, token, state)):
            run.note("edge_taken", self.edge)
            if not self.is_cancelling and state["open"]:
                run.forget_timers(token)
                run.update(token, {**state, "gone": True})
                run.spawn(self.edge)
                return
            for number in state["open"]:
                take_back(number)
            run.leave(token, self.edge)
        elif state.get("gone") and not state["open"]:
            run.end_token(token)
        elif self._wants_next(state):
            self._opened(run, token, state, open_piece)

    def _wants_next(self, state: Value) -> bool:
        is_idle = self.is_sequential and not state["open"] and not state.get("gone")
        return is_idle and state["done"] < state["all"]

    def _is_enough(self, run: Walk, token: Token, state: Value) -> bool:
        enough = whole(self.enough.evaluate(run.facts)) if self.enough is not None else None
        if enough is not None and state["done"] >= enough:
            return True
        if self.until is None or not state["done"]:
            return False
        holds = self.until.evaluate(run.facts) is True
        run.note("condition", token.node, holds, self.until.paths)
        return holds

    def _opened(self, run: Walk, token: Token, state: Value, open_piece: Open) -> Value:
        number = state["next"]
        open_piece(number)
        opened = {**state, "open": [*state["open"], number], "next": number + 1}
        run.update(token, opened)
        return opened


def whole(value: Value) -> int | None:
    """The whole number of a value; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        return None
    return int(value)


def parse_plural(data: Mapping[str, Any], site: Site, edge: str | None) -> Plural | None:
    """How many, in what order, until when; None when something in it was reported."""
    count = site.at("count").expression(data.get("count"), NUMBER)
    enough = site.at("enough").expression(data["enough"], NUMBER) if "enough" in data else None
    until = site.at("until").expression(data["until"], BOOLEAN) if "until" in data else None
    if edge is None or count is None:
        return None
    return Plural(
        edge,
        count,
        enough,
        until,
        is_sequential=data.get("order") == _SEQUENTIAL,
        is_cancelling=data.get("rest", _CANCEL) == _CANCEL,
        is_adding=bool(data.get("adding", False)),
    )
