"""What comes to an instance from outside: messages, changed facts, the ends of its sub-flows.

The signals of persons and timers are `advance.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias, assert_never

from engines.errors import Conflict
from engines.expression.problems import EvaluationError
from engines.flow.instance import Message, Stage, Token
from engines.flow.model import Node
from engines.flow.run import Run
from engines.flow.signals import (
    AddingClosed,
    FactsChanged,
    MessageCame,
    SubFlowEnded,
    SubFlowFailed,
    WorkAdded,
)
from engines.values import NodeId

REMEMBERED: Final = 50  # ids of messages, so that one delivered again is known


Arrival: TypeAlias = (
    MessageCame | FactsChanged | SubFlowEnded | SubFlowFailed | WorkAdded | AddingClosed
)


def arrive(run: Run, signal: Arrival) -> None:
    """Let what has come do its part."""
    match signal:
        case MessageCame():
            _hear(run, signal)
        case FactsChanged():
            look_again(run)
        case SubFlowEnded():
            _come_back(run, signal)
        case SubFlowFailed():
            _not_started(run, signal)
        case WorkAdded():
            _add_work(run, signal)
        case AddingClosed():
            _close_adding(run, signal)
        case _:
            assert_never(signal)


def _hear(run: Run, signal: MessageCame) -> None:
    """Give the message to the token that has waited longest for it, else keep or lose it."""
    if signal.id in run.heard:
        run.note("message_repeated", signal.name, signal.id)
        return
    run.heard = (*run.heard, signal.id)[-REMEMBERED:]
    for token in run.tokens():
        if token.stage is Stage.WAITING and _takes(run, token, signal.name):
            return
    if signal.is_kept:
        run.keep(Message(signal.name, signal.id))
    run.note("message_kept" if signal.is_kept else "message_lost", signal.name, signal.id)


def look_again(run: Run) -> None:
    """Let every token that waits for facts see them as they are now."""
    if not run.flow.watches:
        return
    for token in run.tokens():
        behaviour = run.flow.nodes[token.node].behaviour
        if behaviour.watches and run.token(token.id) is token and token.stage is Stage.WAITING:
            _guarded(run, token, partial(behaviour.reconsider, run, token))


def _come_back(run: Run, signal: SubFlowEnded) -> None:
    """Let the token go on whose sub-flow is over; one that no longer waits does nothing."""
    token = _starter(run, signal.ref)
    if token is None:
        run.note("sub_flow_ignored", signal.ref, signal.outcome)
        return
    run.note("sub_flow_ended", token.node, signal.outcome)
    behaviour = run.flow.nodes[token.node].behaviour
    _guarded(run, token, lambda: behaviour.child_ended(run, token, signal.ref, signal.outcome))


def _not_started(run: Run, signal: SubFlowFailed) -> None:
    """Stop the token whose sub-flow cannot be started."""
    token = _starter(run, signal.ref)
    if token is not None:
        run.stop(token, signal.reason)


def _add_work(run: Run, signal: WorkAdded) -> None:
    """Open one more piece of work where a token still takes more."""
    token = _open_at(run, signal.node)
    run.last_actor = signal.by or run.last_actor
    run.note("work_added", signal.node, signal.to)
    run.flow.nodes[signal.node].behaviour.add_work(run, token, signal.to)


def _close_adding(run: Run, signal: AddingClosed) -> None:
    """Take no more work at the node."""
    token = _open_at(run, signal.node)
    run.last_actor = signal.by or run.last_actor
    run.note("adding_closed", signal.node)
    behaviour = run.flow.nodes[signal.node].behaviour
    _guarded(run, token, partial(behaviour.close_adding, run, token))


def _takes(run: Run, token: Token, name: str) -> bool:
    node = run.flow.nodes[token.node]
    if name in node.behaviour.hears(token):
        run.note("message_came", token.node, name)
        _guarded(run, token, partial(node.behaviour.hear, run, token, name))
        return True
    if not node.behaviour.may_move(token):
        return False
    boundary = next((one for one in node.messages if one.name == name), None)
    if boundary is None:
        return False
    run.note("message_came", token.node, name)
    _guarded(run, token, partial(run.fire_boundary, token, boundary))
    return True


def _guarded(run: Run, token: Token, act: Callable[[], None]) -> None:
    """Do it wholly, or stop the token where an expression cannot be computed."""
    mark = run.mark()
    try:
        act()
    except EvaluationError as error:
        run.undo(mark, token, error)


def _starter(run: Run, ref: str) -> Token | None:
    number = ref.split(".", 1)[0]
    token = run.token(int(number)) if number.isascii() and number.isdigit() else None
    return token if token is not None and token.stage is Stage.WAITING else None


def _open_at(run: Run, node: NodeId) -> Token:
    """The oldest token that waits at a node. Raises Conflict when there is none."""
    known: Node | None = run.flow.nodes.get(node)
    waiting = run.waiting_at(node) if known is not None else []
    if not waiting:
        raise Conflict("Nothing is open there any more.", {"node": node})
    return waiting[0]
