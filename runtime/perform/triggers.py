"""Start and wake the flows that a new or changed record concerns.

How they start and what wakes them is in `flows` and `calls`; here it is put into the queue.
"""

from __future__ import annotations

from engines.flow.model import Trigger
from engines.form.model import Form
from engines.messages import StartFlow, WakeFlows
from engines.values import FieldId
from runtime.perform.work import Origin, Work
from runtime.ports import Record


def created(work: Work, form: Form, record: Record) -> None:
    """Start the flows that begin with a new record."""
    if not work.runs_effects:
        return
    flows = work.app.definition.flows_started_by(form.id)
    if not flows:
        return
    facts = work.facts(form.id, record)
    for flow in flows:
        if flow.starts_on(facts):
            origin = Origin(f"flows.{flow.id}")
            work.put((StartFlow(flow.id, form.id, record.id, origin.reason),), origin)


def changed(
    work: Work, form: Form, record: Record, names: frozenset[FieldId], reason: str
) -> None:
    """Wake the flows that wait for the record to change, and start those that begin with it.

    A flow's own changes do not start it again.
    """
    if not work.runs_effects:
        return
    app = work.app.definition
    if work.live.watching.may_be(work.unit, app.id, form.id):
        _wake_flows(work, WakeFlows(form.id, record.id), reason)
    for flow in app.flows_on(form.id, Trigger.CHANGED):
        is_concerned = not flow.on.fields or not flow.on.fields.isdisjoint(names)
        is_own = reason.startswith(f"flows.{flow.id}.")
        if is_concerned and not is_own and flow.starts_on(work.facts(form.id, record)):
            origin = Origin(f"flows.{flow.id}")
            work.put((StartFlow(flow.id, form.id, record.id, origin.reason),), origin)


def _wake_flows(work: Work, wake: WakeFlows, reason: str) -> None:
    if wake not in [waiting for waiting, _ in work.queue]:  # else they will see this change too
        work.put((wake,), Origin(reason or "a change of the record"))
