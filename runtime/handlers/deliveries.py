"""Messages that were given up: try them again, for operators, with a reason."""

from __future__ import annotations

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.messages import SystemChanged
from runtime.access import gate
from runtime.commands import RepeatDelivery
from runtime.handlers.outcome import Outcome
from runtime.perform.work import Work


def repeat_delivery(work: Work, command: RepeatDelivery) -> Outcome:
    """Put a dead letter back into the outbox; it leaves with the key that it had."""
    gate.require_capability(work.actor, "operate")
    if not command.reason.strip():
        raise FieldErrors([FieldProblem("reason", "required")])
    row = work.unit.queue.delivery(command.delivery)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this message")
    if row.state != "dead":
        raise Conflict("This message is not given up.")
    work.unit.queue.repeat(row.id, work.now)
    work.tell(SystemChanged("delivery_repeated", row.id, {"reason": command.reason}))
    return Outcome()
