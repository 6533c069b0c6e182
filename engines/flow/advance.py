"""Advance an instance by one signal. Saves nothing; the runtime performs the effects."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from engines.errors import Conflict, FieldErrors, FieldProblem
from engines.expression.problems import EvaluationError
from engines.flow import arrivals, steering
from engines.flow.instance import Instance, Stage, Status
from engines.flow.model import START_EDGE, Flow
from engines.flow.offer import Offer, Outcome
from engines.flow.person_signals import (
    Jumped,
    NobodyFound,
    PeopleFound,
    Returned,
    SignerAdded,
    SignerRemoved,
    TakenBack,
    Withdrawn,
    Woken,
)
from engines.flow.run import Run
from engines.flow.signals import (
    AddingClosed,
    Cancelled,
    Continued,
    FactsChanged,
    MessageCame,
    Resumed,
    Retried,
    Signal,
    Started,
    SubFlowEnded,
    SubFlowFailed,
    Suspended,
    TaskCompleted,
    TimerFired,
    WorkAdded,
)
from engines.flow.step import Note, Step
from engines.plain import changed
from engines.values import Facts, NodeId

__all__ = ["Step", "advance"]

_ENDED, _SUSPENDED = Status.ENDED, Status.SUSPENDED


def advance(flow: Flow, instance: Instance, signal: Signal, facts: Facts, now: datetime) -> Step:
    """The instance after `signal`, what is to be done, and why.

    Raises Conflict when the signal is not legal now (a task that is done or withdrawn, an outcome
    that does not exist, an instance that has ended), FieldErrors for a missing comment. Where the
    way needs facts that the step itself changes it stops with `has_more`; send `Continued`.
    """
    status = instance.status
    if status is _ENDED:
        raise Conflict("This case has ended.", {"instance": instance.id})
    if status is _SUSPENDED:
        return _while_suspended(flow, instance, signal, facts, now)
    if isinstance(signal, Suspended):
        return _marked(flow, instance, Status.SUSPENDED, "suspended")
    if instance.entered and not isinstance(signal, Continued):
        instance = changed(instance, entered=0)  # counted anew with every signal from outside
    run = Run(flow, instance, facts, now)
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
        case (
            MessageCame()
            | FactsChanged()
            | SubFlowEnded()
            | SubFlowFailed()
            | WorkAdded()
            | AddingClosed()
        ):
            arrivals.arrive(run, signal)
        case (
            PeopleFound()
            | NobodyFound()
            | SignerAdded()
            | SignerRemoved()
            | Returned()
            | Withdrawn()
            | TakenBack()
            | Jumped()
            | Woken()
        ):
            return steering.steer(run, signal)
        case Cancelled():
            run.note("cancelled", run.flow.id, signal.reason)
            run.end_all()
            return "cancelled"
        case _:
            assert_never(signal)
    return ""


def _start(run: Run, signal: Started) -> None:
    if run.instance.next_token > 1:
        raise Conflict("This case has already begun.", {"instance": run.instance.id})
    run.begin(START_EDGE, signal.by)


def _complete(run: Run, signal: TaskCompleted) -> None:
    token, node = steering.open_token(run, signal.key)
    behaviour = node.behaviour
    outcome = _outcome(behaviour.offer_of(behaviour.kind_of(token, signal.key)), signal)
    if outcome.demands:
        _require_enclosed(outcome, signal)
    run.last_actor = signal.by
    came_from = run.next_id()

    mark = run.mark()
    try:
        run.close_task(signal.key, signal.outcome, signal.by, signal.comment)
        run.note("task_completed", node.id, signal.outcome)
        behaviour.complete(run, token, signal)
        steering.remember(run, node, token, signal, came_from)
    except EvaluationError as error:
        run.undo(mark, token, error)


def _require_enclosed(outcome: Outcome, signal: TaskCompleted) -> None:
    """Raises FieldErrors for all that the outcome demands and the signal does not bring."""
    missing = {
        "comment": outcome.needs_comment and not signal.comment.strip(),
        "signature": outcome.needs_signature and not signal.signature,
        "attachments": outcome.needs_attachment and not signal.attachments,
        "chosen": outcome.chooses is not None and not signal.chosen,
    }
    problems = [FieldProblem(name, "required", {}) for name, is_so in missing.items() if is_so]
    if problems:
        raise FieldErrors(problems)


def _outcome(offer: Offer, signal: TaskCompleted) -> Outcome:
    found = offer.by_id.get(signal.outcome)
    if found is None:
        raise Conflict(
            "This task cannot be finished that way.",
            {"task": signal.key, "outcome": signal.outcome, "outcomes": list(offer.by_id)},
        )
    return found


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
    mark = run.mark()
    try:
        if boundary is not None:
            run.fire_boundary(waiting, boundary)
        else:
            node.behaviour.fire(run, waiting, name)
    except EvaluationError as error:
        run.undo(mark, waiting, error)


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
            return _marked(flow, changed(instance, held=held), Status.SUSPENDED, "timer_held")
        case Resumed():
            return _resume(flow, instance, facts, now)
        case Cancelled():
            running = changed(instance, status=Status.RUNNING, held=())
            return advance(flow, running, signal, facts, now)
        case FactsChanged():  # resuming looks at them
            return Step(instance, (), ())
        case MessageCame() | SubFlowEnded() | SubFlowFailed() | PeopleFound() | NobodyFound():
            return _heard_while_suspended(flow, instance, signal, facts, now)
        case _:
            raise Conflict("This case is suspended.", {"instance": instance.id})


def _heard_while_suspended(
    flow: Flow, instance: Instance, signal: Signal, facts: Facts, now: datetime
) -> Step:
    """What comes from outside is not lost: it is put to the instance, which then rests again.

    What its tokens then do is no person's act and no timer's; tasks stay refused.
    """
    step = advance(flow, changed(instance, status=Status.RUNNING), signal, facts, now)
    if step.instance.status is Status.ENDED:
        return step
    return changed(step, instance=changed(step.instance, status=Status.SUSPENDED))


def _resume(flow: Flow, instance: Instance, facts: Facts, now: datetime) -> Step:
    """Go on; the held timers fire now, in the order in which they came due."""
    run = Run(flow, changed(instance, held=()), facts, now)
    run.note("resumed", flow.id)
    for ref in instance.held:
        _fire(run, ref)
        run.drain()
    arrivals.look_again(run)
    _continue(run)
    run.drain()
    return run.step()


def _marked(flow: Flow, instance: Instance, status: Status, what: str) -> Step:
    note: Note = (what, flow.id, None, {}, frozenset())
    return Step(changed(instance, status=status), (), (note,))
