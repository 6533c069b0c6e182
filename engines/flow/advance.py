"""Advance an instance by one signal. Saves nothing; the runtime performs the effects."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from engines.errors import Conflict, FieldErrors, FieldProblem
from engines.flow.instance import Instance, Stage, Status, Token
from engines.flow.model import START_EDGE, Flow, Outcome
from engines.flow.run import Run
from engines.flow.signals import (
    Cancelled,
    Continued,
    Resumed,
    Retried,
    Signal,
    Started,
    Suspended,
    TaskCompleted,
    TimerFired,
)
from engines.flow.step import Note, Step
from engines.values import Facts, NodeId

__all__ = ["Step", "advance"]


def advance(flow: Flow, instance: Instance, signal: Signal, facts: Facts, now: datetime) -> Step:
    """The instance after `signal`, what is to be done, and why.

    Raises Conflict when the signal is not legal now (a task that is done or withdrawn, an outcome
    that does not exist, an instance that has ended), FieldErrors for a missing comment. Where the
    way needs facts that the step itself changes it stops with `has_more`; send `Continued`.
    """
    if instance.status is Status.ENDED:
        raise Conflict("This case has ended.", {"instance": instance.id})
    if instance.status is Status.SUSPENDED:
        return _while_suspended(flow, instance, signal, facts, now)
    if isinstance(signal, Suspended):
        return _marked(flow, instance, Status.SUSPENDED, "suspended")
    run = Run(flow, _counted(instance, signal), facts, now)
    outcome = _take(run, signal)
    run.drain()
    return run.step(outcome)


def _take(run: Run, signal: Signal) -> str:
    """Let the signal do its part; the outcome of the instance, should it end now."""
    match signal:
        case Started():
            _start(run, signal)
        case TaskCompleted():
            _complete(run, signal)
        case TimerFired():
            _fire(run, signal.ref)
        case Continued():
            _continue(run)
        case Retried():
            _retry(run, signal.node)
        case Resumed() | Suspended():
            raise Conflict("This case is not suspended.", {"instance": run.instance.id})
        case Cancelled():
            run.note("cancelled", run.flow.id, signal.reason)
            run.end_all()
            return "cancelled"
        case _:
            assert_never(signal)
    return ""


def _counted(instance: Instance, signal: Signal) -> Instance:
    """The count of nodes entered begins anew with every signal from outside."""
    if not instance.entered or isinstance(signal, Continued):
        return instance
    return instance._replace(entered=0)


def _start(run: Run, signal: Started) -> None:
    if run.instance.next_token > 1:
        raise Conflict("This case has already begun.", {"instance": run.instance.id})
    run.begin(START_EDGE, signal.by)


def _complete(run: Run, signal: TaskCompleted) -> None:
    token = _token_of_task(run, signal.key)
    node = run.flow.nodes[token.node]
    outcome = _outcome(node.behaviour.outcomes, signal)
    if outcome.needs_comment and not signal.comment.strip():
        raise FieldErrors([FieldProblem("comment", "required", {})])
    run.last_actor = signal.by

    def complete() -> None:
        run.close_task(signal.key, signal.outcome, signal.by, signal.comment)
        run.note("task_completed", token.node, signal.outcome)
        node.behaviour.complete(run, token, signal)

    run.guarded(token, complete)


def _token_of_task(run: Run, key: str) -> Token:
    """The waiting token that opened the task; keys are `<node>.<token id>[.<number>]`."""
    parts = key.split(".")
    number = parts[1] if len(parts) > 1 else ""
    token = run.token(int(number)) if number.isascii() and number.isdigit() else None
    if token is None or token.stage is not Stage.WAITING:
        raise Conflict("This task is no longer open.", {"task": key})
    if key not in run.flow.nodes[token.node].behaviour.open_keys(token):
        raise Conflict("This task is no longer open.", {"task": key})
    return token


def _outcome(outcomes: tuple[Outcome, ...], signal: TaskCompleted) -> Outcome:
    for outcome in outcomes:
        if outcome.id == signal.outcome:
            return outcome
    raise Conflict(
        "This task cannot be finished that way.",
        {"task": signal.key, "outcome": signal.outcome, "outcomes": [one.id for one in outcomes]},
    )


def _fire(run: Run, ref: str) -> None:
    """Act on a timer once; one whose token has gone on, or that has fired, does nothing."""
    number, _, name = ref.partition(".")
    token = run.token(int(number)) if number.isascii() and number.isdigit() else None
    if token is None or name not in token.timers or token.stage is not Stage.WAITING:
        run.note("timer_ignored", ref)
        return
    run.note("timer_fired", token.node, name)
    node = run.flow.nodes[token.node]
    waiting = run.disarm(token, name)
    boundary = next((timer for timer in node.timers if timer.name == name), None)
    if boundary is not None:
        run.guarded(waiting, lambda: run.fire_boundary(waiting, boundary))
    else:
        run.guarded(waiting, lambda: node.behaviour.fire(run, waiting, name))


def _continue(run: Run) -> None:
    """Let the tokens that wait for fresh facts enter; without any, nothing happens."""
    for token in run.tokens():
        if token.stage is Stage.READY:
            run.enter_again(token)


def _retry(run: Run, node: NodeId) -> None:
    """Enter the node again: what is stuck there, else what waits for tasks nobody could be given.

    The second kind of incident is the runtime's: it settles who of a role gets a task.
    """
    here = [one for one in run.tokens() if one.node == node]
    stuck = [one for one in here if one.stage is Stage.STUCK]
    if not stuck:
        behaviour = run.flow.nodes[node].behaviour if here else None
        stuck = [one for one in here if behaviour and behaviour.open_keys(one)]
    if not stuck:
        raise Conflict("Nothing is stopped there.", {"node": node})
    for token in stuck:
        run.note("retried", node)
        run.flow.nodes[node].behaviour.withdraw(run, token)
        run.enter_again(token)


def _while_suspended(
    flow: Flow, instance: Instance, signal: Signal, facts: Facts, now: datetime
) -> Step:
    match signal:
        case TimerFired():
            held = tuple(dict.fromkeys((*instance.held, signal.ref)))
            return _marked(flow, instance._replace(held=held), Status.SUSPENDED, "timer_held")
        case Resumed():
            return _resume(flow, instance, facts, now)
        case Cancelled():
            running = instance._replace(status=Status.RUNNING, held=())
            return advance(flow, running, signal, facts, now)
        case _:
            raise Conflict("This case is suspended.", {"instance": instance.id})


def _resume(flow: Flow, instance: Instance, facts: Facts, now: datetime) -> Step:
    """Go on; the held timers fire now, in the order in which they came due."""
    run = Run(flow, instance._replace(held=()), facts, now)
    run.note("resumed", flow.id)
    for ref in instance.held:
        _fire(run, ref)
        run.drain()
    _continue(run)
    run.drain()
    return run.step()


def _marked(flow: Flow, instance: Instance, status: Status, what: str) -> Step:
    note = Note(what, flow.id, None, {}, frozenset())
    return Step(instance._replace(status=status), (), (note,))
