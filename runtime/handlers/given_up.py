"""Messages and timers that were given up: try them again, or drop them, with a reason."""

from __future__ import annotations

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.messages import SystemChanged
from runtime.access import gate
from runtime.commands import DropDelivery, DropTimer, RepeatDelivery, RepeatTimer
from runtime.handlers.outcome import Outcome
from runtime.perform.work import Work


def repeat_delivery(work: Work, command: RepeatDelivery) -> Outcome:
    """Put a dead letter back into the outbox; it leaves with the key that it had."""
    _require_dead(work, command)
    work.unit.queue.repeat(command.delivery, work.now)
    return _told(work, "delivery_repeated", command.delivery, command.reason)


def drop_delivery(work: Work, command: DropDelivery) -> Outcome:
    """Take a dead letter from the list; that it never arrived stays known."""
    _require_dead(work, command)
    work.unit.queue.drop_delivery(command.delivery)
    return _told(work, "delivery_dropped", command.delivery, command.reason)


def repeat_timer(work: Work, command: RepeatTimer) -> Outcome:
    """Make a timer due now."""
    _require_own(work, command)
    if not work.unit.queue.repeat_timer(command.timer, work.now):
        raise Conflict("This timer is not given up.")
    return _told(work, "timer_repeated", command.timer, command.reason)


def drop_timer(work: Work, command: DropTimer) -> Outcome:
    """Forget a timer."""
    _require_own(work, command)
    if not work.unit.queue.drop_timer(command.timer):
        raise Conflict("This timer is not given up.")
    return _told(work, "timer_dropped", command.timer, command.reason)


def _require_dead(work: Work, command: RepeatDelivery | DropDelivery) -> None:
    _require_reason(work, command.reason)
    row = work.unit.queue.delivery(command.delivery)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this message")
    if row.state != "dead":
        raise Conflict("This message is not given up.")


def _require_own(work: Work, command: RepeatTimer | DropTimer) -> None:
    _require_reason(work, command.reason)
    row = work.unit.instances.timer(command.timer)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this timer")


def _require_reason(work: Work, reason: str) -> None:
    gate.require_capability(work.actor, "operate")
    if not reason.strip():
        raise FieldErrors([FieldProblem("reason", "required")])


def _told(work: Work, what: str, subject: str, reason: str) -> Outcome:
    work.tell(SystemChanged(what, subject, {"reason": reason}))
    return Outcome()
