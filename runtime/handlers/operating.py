"""What operators do to a case: hold it, let it go on, end it, move it, wake it, mend it."""

from __future__ import annotations

from engines.errors import Conflict, FieldErrors, FieldProblem
from engines.flow.person_signals import Jumped, Woken
from engines.flow.signals import Cancelled, Resumed, Retried, Signal, Suspended
from engines.messages import FlowSteered, SystemChanged
from engines.values import InstanceId, NodeId
from runtime.access import gate
from runtime.commands import (
    JumpFlow,
    ResumeFlow,
    RetryIncident,
    SuspendFlow,
    TerminateFlow,
    WakeFlow,
)
from runtime.handlers.holders import stored_instance
from runtime.handlers.outcome import Outcome
from runtime.perform import flows
from runtime.perform.work import Work
from runtime.ports import InstanceRow


def suspend_flow(work: Work, command: SuspendFlow) -> Outcome:
    """Hold a case: tasks are refused, timers wait."""
    return _steered(work, command, "suspended", Suspended())


def resume_flow(work: Work, command: ResumeFlow) -> Outcome:
    """Let a held case go on; timers that came due meanwhile fire now."""
    return _steered(work, command, "resumed", Resumed())


def terminate_flow(work: Work, command: TerminateFlow) -> Outcome:
    """End a case."""
    return _steered(work, command, "terminated", Cancelled(command.reason))


def jump_flow(work: Work, command: JumpFlow) -> Outcome:
    """Move what stands at one node to another."""
    return _steered(work, command, "jumped", Jumped(command.node, command.to), command.to)


def wake_flow(work: Work, command: WakeFlow) -> Outcome:
    """End the waiting at a node."""
    return _steered(work, command, "woken", Woken(command.node), command.node)


def retry_incident(work: Work, command: RetryIncident) -> Outcome:
    """Try the stopped node again."""
    gate.require_capability(work.actor, "operate")
    row = stored_instance(work, command.instance)
    if row.status != "incident":
        raise Conflict("This flow is not stopped.")
    node = NodeId(row.incident.split(":", 1)[0])
    flows.move(work, row, Retried(node))
    return _answer(row)


def _steered(
    work: Work,
    command: SuspendFlow | ResumeFlow | TerminateFlow | JumpFlow | WakeFlow,
    what: str,
    signal: Signal,
    node: NodeId | None = None,
) -> Outcome:
    gate.require_capability(work.actor, "operate")
    if not command.reason.strip():
        raise FieldErrors([FieldProblem("reason", "required")])
    row = _stored(work, command.instance)
    work.tell(FlowSteered(row.id, what, command.reason, node))
    work.tell(SystemChanged(f"flow_{what}", row.id, {"flow": row.flow, "reason": command.reason}))
    flows.move(work, row, signal)
    return _answer(row)


def _stored(work: Work, instance: InstanceId) -> InstanceRow:
    row = stored_instance(work, instance)
    if row.status == "ended":
        raise Conflict("This case has ended.", {"at": row.ended_at})
    return row


def _answer(row: InstanceRow) -> Outcome:
    return Outcome(record=row.record, instance=row.id, version=row.version)
