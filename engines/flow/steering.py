"""Let people change the course of an instance: go back, aside, add and remove signers.

Each function takes one signal to the node concerned, or moves tokens itself where no node could.
Finishing tasks and timers are `advance.py`'s; how an approval changes is in `signing/`.
"""

from __future__ import annotations

from typing import Final, assert_never

from engines.errors import Conflict
from engines.expression.problems import EvaluationError
from engines.flow import regions
from engines.flow.instance import Stage, Token
from engines.flow.memory import Act, Detour
from engines.flow.model import Node
from engines.flow.person_signals import (
    Jumped,
    NobodyFound,
    PeopleFound,
    PersonSignal,
    Returned,
    SignerAdded,
    SignerRemoved,
    TakenBack,
    Withdrawn,
    Woken,
)
from engines.flow.run import Run
from engines.flow.signals import TaskCompleted
from engines.plain import changed
from engines.values import NodeId

WITHDRAWN: Final = "withdrawn"
TO_INITIATOR: Final = "initiator"
TO_PREVIOUS: Final = "previous"
_WAITING: Final = Stage.WAITING
NO_LONGER_OPEN: Final = "This task is no longer open."


def steer(run: Run, signal: PersonSignal) -> str:
    """Let the signal do its part; the outcome of the instance, should it end now."""
    match signal:
        case PeopleFound():
            _staff(run, signal)
        case NobodyFound() | SignerAdded() | SignerRemoved():
            _change(run, signal)
        case Returned():
            _return(run, signal)
        case Withdrawn():
            return _withdraw(run, signal)
        case TakenBack():
            _take_back(run, signal)
        case Jumped():
            _jump(run, signal)
        case Woken():
            _wake(run, signal.node)
        case _:
            assert_never(signal)
    return ""


def open_token(run: Run, key: str) -> tuple[Token, Node]:
    """The waiting token that opened a task, and where; keys are `<node>.<token id>[.<number>]`."""
    token = _token_of(run, key)
    if token is None or token.stage is not _WAITING:
        raise Conflict(NO_LONGER_OPEN, {"task": key})
    node = run.flow.nodes[token.node]
    if key not in node.behaviour.open_keys(token):
        raise Conflict(NO_LONGER_OPEN, {"task": key})
    return token, node


def remember(run: Run, node: Node, before: Token, signal: TaskCompleted, mark: int) -> None:
    """Keep who finished a node, and take the way back to where the case was returned from.

    `before` is the token ahead of the act, `mark` the id of the first token that came of it.
    """
    number, here = before.id, before.node
    if run.token(number) is not None:
        return  # others still have to act there
    approved = node.behaviour.approvers(before, signal)
    run.memory = run.memory.with_act(
        Act(here, signal.by, number, mark, before.edge, approved, before.state)
    )
    if signal.chosen:
        run.memory = changed(run.memory, chosen=signal.chosen)
        run.facts = {**run.facts, "chosen": list(signal.chosen)}
    if node.copies:
        run.send_copies(node)
    if run.memory.detours:
        _end_detour(run, here, mark)


def _end_detour(run: Run, here: NodeId, mark: int) -> None:
    """Bring the case straight back, if it had been returned to `here` for that."""
    detour = run.memory.detour_from(here)
    if detour is None:
        return
    run.memory = run.memory.without_detour(here)
    moving = run.moving(mark)
    if len(moving) == 1 and regions.leads_to(run.flow, moving[0].node, detour.back):
        run.recall(mark)
        run.note("detour_over", here, detour.back)
        run.place(detour.back, detour.edge, detour.kept)


def _staff(run: Run, signal: PeopleFound) -> None:
    token = run.token(signal.token)
    if token is None or token.stage is not Stage.WAITING:
        return  # it has gone on meanwhile
    mark = run.mark()
    try:
        run.flow.nodes[token.node].behaviour.staff(run, token, signal.voices)
    except EvaluationError as error:
        run.undo(mark, token, error)


def _change(run: Run, signal: NobodyFound | SignerAdded | SignerRemoved) -> None:
    token, node = open_token(run, signal.key)
    behaviour = node.behaviour
    mark = run.mark()
    try:
        match signal:
            case NobodyFound():
                behaviour.nobody_found(run, token, signal.key)
            case SignerAdded():
                run.note("signer_added", token.node, signal.where.value)
                behaviour.add_signer(run, token, signal)
            case SignerRemoved():
                run.note("signer_removed", token.node)
                behaviour.remove_signer(run, token, signal)
            case _:
                assert_never(signal)
    except EvaluationError as error:
        run.undo(mark, token, error)


def _return(run: Run, signal: Returned) -> None:
    token, node = open_token(run, signal.key)
    behaviour = node.behaviour
    comes_back = behaviour.comes_back(signal.to, [act.node for act in run.memory.acts])
    run.last_actor = signal.by
    run.close_task(signal.key, "returned", signal.by, signal.comment)
    if signal.to == TO_INITIATOR:
        if run.initiator is None:
            raise Conflict("Nobody has started this case; it cannot be returned to them.")
        if not comes_back:  # then all is run again
            run.take_away(regions.siblings(run.flow, token.node, run.flow.start) - {token.node})
        run.note("returned", token.node, TO_INITIATOR)
        behaviour.ask_initiator(run, token, run.initiator, signal)
        return
    target = _returned_to(run, token.node, signal.to)
    _send_back(run, token, target, signal if comes_back else None)


def _returned_to(run: Run, here: NodeId, to: str) -> NodeId:
    if to != TO_PREVIOUS:
        return NodeId(to)
    for act in reversed(run.memory.acts):
        if act.node != here and regions.is_enterable(run.flow, here, act.node):
            return act.node
    raise Conflict("Nobody has acted before; there is nowhere to return the case to.")


def _send_back(run: Run, token: Token, target: NodeId, back: Returned | None) -> None:
    """End what is under way at the token's node and let `target` begin again.

    With `back` the case comes straight back from there, to where this return left it.
    """
    here = token.node
    if not regions.is_enterable(run.flow, here, target):
        raise Conflict("The case cannot be returned there.", {"node": target})
    behaviour = run.flow.nodes[here].behaviour
    kept = behaviour.left(token, back) if back is not None else None
    behaviour.withdraw(run, token)
    run.end_token(token)
    run.take_away(regions.siblings(run.flow, here, target) - {here})
    act = run.memory.act_at(target)
    run.note("returned", here, target)
    last = act.by if act is not None else None
    edge = act.edge if act is not None else run.ways_into(target)[0]
    if back is not None:
        detour = Detour(target, here, token.edge, kept)
        run.memory = run.memory.without_act(target).with_detour(detour)
    else:
        run.memory = run.memory.until(target)
    run.place(target, edge, run.flow.nodes[target].behaviour.reentry(None, last))


def _withdraw(run: Run, signal: Withdrawn) -> str:
    if run.initiator != signal.by:
        raise Conflict("Only the person who started this case can withdraw it.")
    acts = run.memory.acts
    others = [one for act in acts for one in (act.by, *act.approved) if one != signal.by]
    signed = [
        one
        for token in run.tokens()
        for one in run.flow.nodes[token.node].behaviour.signed(token)
        if one != signal.by
    ]
    if others or signed:
        by = (others or signed)[0]
        raise Conflict("Somebody has acted already; it cannot be withdrawn.", {"by": by})
    run.note("withdrawn", run.flow.id, signal.reason)
    run.end_all()
    return WITHDRAWN


def _take_back(run: Run, signal: TakenBack) -> None:
    token = _token_of(run, signal.key)
    if token is not None and token.stage is Stage.WAITING:
        run.note("taken_back", token.node)
        run.flow.nodes[token.node].behaviour.take_back(run, token, signal.key, signal.by)
        return
    act = _act_of(run, signal)
    came = [
        one
        for one in run.tokens()
        if one.id >= act.mark and regions.leads_to(run.flow, act.node, one.node)
    ]
    _require_untouched(run, act, came)
    for one in came:
        run.flow.nodes[one.node].behaviour.withdraw(run, one)
        run.end_token(one)
    run.note("taken_back", act.node)
    state = run.flow.nodes[act.node].behaviour.reentry(act.before, signal.by, signal.key)
    run.memory = run.memory.without_act(act.node)
    run.place(act.node, act.edge, state)


def _act_of(run: Run, signal: TakenBack) -> Act:
    """The newest act, if it is the one that is taken back."""
    act = run.memory.acts[-1] if run.memory.acts else None
    number = signal.key.split(".")[1:2]
    if act is None or [str(act.token)] != number:
        raise Conflict("Somebody has acted since; it cannot be taken back any more.")
    if act.by != signal.by:
        raise Conflict("This is not yours to take back.", {"by": act.by})
    return act


def _require_untouched(run: Run, act: Act, came: list[Token]) -> None:
    nodes = run.flow.nodes
    touched = [by for one in came for by in nodes[one.node].behaviour.signed(one)]
    if touched:
        raise Conflict(
            "Somebody has acted since; it cannot be taken back any more.", {"by": touched[0]}
        )
    can_return = all(regions.is_enterable(run.flow, one.node, act.node) for one in came)
    if not came or not can_return:
        raise Conflict("The case has gone on; it cannot be taken back any more.")


def _jump(run: Run, signal: Jumped) -> None:
    if signal.to not in run.flow.nodes:
        raise Conflict("There is no such node.", {"node": signal.to})
    here = [one for one in run.tokens() if one.node == signal.node]
    if not here:
        raise Conflict("Nothing stands there.", {"node": signal.node})
    if not regions.is_enterable(run.flow, signal.node, signal.to):
        raise Conflict("The case cannot jump there: a join would wait for ever.")
    for token in here:
        run.flow.nodes[token.node].behaviour.withdraw(run, token)
        run.end_token(token)
    run.take_away(regions.siblings(run.flow, signal.node, signal.to) - {signal.node})
    run.note("jumped", signal.node, signal.to)
    run.place(signal.to, run.ways_into(signal.to)[0], None)


def _wake(run: Run, node: NodeId) -> None:
    here = [one for one in run.tokens() if one.node == node and one.stage is Stage.WAITING]
    if not here:
        raise Conflict("Nothing waits there.", {"node": node})
    for token in here:
        run.note("woken", node)
        run.flow.nodes[node].behaviour.wake(run, token)


def _token_of(run: Run, key: str) -> Token | None:
    try:
        number = int(key.split(".")[1])
    except (IndexError, ValueError):
        return None
    return run.token(number)
