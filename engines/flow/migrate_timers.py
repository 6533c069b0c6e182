"""The timers that a token gets when it is brought to a version whose node has more of them.

Those at the boundary run for the length that is written; a node's own may hang on the record, and
where the facts do not say when, a person must look: waiting for ever for what the new version
calls a matter of time would be a silent stall. Not here: whether the token may move at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from engines.calendar.model import Span
from engines.expression.problems import EvaluationError
from engines.flow.instance import Stage, Token
from engines.flow.model import Node
from engines.messages import StartTimer
from engines.values import Facts


class NewTimer(NamedTuple):
    """A timer that only the new version has."""

    token: int
    name: str
    due: Span | datetime  # so long after the move, or then

    @property
    def ref(self) -> str:
        """What it is kept by."""
        return f"{self.token}.{self.name}"

    def starting(self, now: datetime) -> StartTimer:
        """What starts it with a move at `now`."""
        return StartTimer(self.ref, now + self.due if isinstance(self.due, Span) else self.due)


def new_timers(before: Node, after: Node, token: Token, facts: Facts | None) -> list[NewTimer]:
    """Those of a token that waits and may still go on. Raises EvaluationError."""
    if token.stage is not Stage.WAITING or not before.behaviour.may_move(token):
        return []
    known = {timer.name for timer in before.timers}
    found = [(one.name, one.after) for one in after.timers if one.name not in known]
    own = [(name, _due(after, name, facts)) for name in own_names(before, after, token)]
    return [NewTimer(token.id, name, due) for name, due in (*found, *own) if due is not None]


def own_names(before: Node, after: Node, token: Token) -> list[str]:
    """The node's own timers that a token there would have, and this one was never given."""
    known, wanted = before.behaviour.own_timers, after.behaviour.own_timers
    if token.stage is not Stage.WAITING or known is None or wanted is None:
        return []
    return sorted(wanted - known)


def is_known(after: Node, timer: str, token: Token, facts: Facts | None) -> bool:
    """Whether the facts say when it is due, or that it never is and something else may come."""
    behaviour = after.behaviour
    has_timer = not (behaviour.own_timers or frozenset()).isdisjoint(token.timers)
    may_come = has_timer or bool(behaviour.messages) or behaviour.watches
    try:
        return _due(after, timer, facts) is not None or may_come
    except EvaluationError:
        return False


def _due(after: Node, timer: str, facts: Facts | None) -> Span | datetime | None:
    return after.behaviour.own_due(timer, facts if facts is not None else {})
