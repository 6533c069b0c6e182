"""Flows that start, wake and end each other: sub-flows, messages, conditions on the record."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

from engines.flow.instance import Instance, Stage
from engines.flow.model import Flow, Trigger
from engines.flow.signals import (
    Cancelled,
    FactsChanged,
    MessageCame,
    Signal,
    SubFlowEnded,
    SubFlowFailed,
)
from engines.messages import CancelFlow, ReturnToFlow, SignalFlow, StartFlow, WakeFlows
from engines.values import InstanceId
from runtime.perform import flows
from runtime.perform.work import Origin, Work
from runtime.ports import InstanceRow

DEEPEST: Final = 20  # flows that start flows; beyond it they start each other without end


Call: TypeAlias = StartFlow | CancelFlow | ReturnToFlow | SignalFlow | WakeFlows


def carry_out(work: Work, effect: Call, origin: Origin) -> None:
    """Do what a flow, a rule or a change of a record asks of flows."""
    match effect:
        case StartFlow():
            _start(work, effect)
        case CancelFlow(ref):
            _cancel(work, origin, ref)
        case ReturnToFlow():
            _move(work, effect.instance, SubFlowEnded(effect.ref, effect.outcome))
        case SignalFlow():
            _signal(work, effect)
        case WakeFlows():
            _wake(work, effect)
        case _:
            assert_never(effect)


def _start(work: Work, effect: StartFlow) -> None:
    """Start an instance; one that waits for it is told when that cannot be."""
    if effect.parent is None:
        flows.start(work, effect)
        return
    above = _above(work, effect.parent)
    if len(above) >= DEEPEST:
        names = " → ".join(row.flow for row in reversed(above[:5]))
        _not_begun(work, effect, f"flows start flows more than {DEEPEST} deep: … {names}")
        return
    by = Instance.from_json(above[0].state).initiator
    if flows.start(work, effect, by=by) is None:
        _not_begun(work, effect, f"the flow {effect.flow!r} cannot be started")


def _cancel(work: Work, origin: Origin, ref: str) -> None:
    """End what the instance of `origin` has started as `ref`, and all that this has started."""
    if origin.instance is None:
        return
    for row in work.unit.instances.children(origin.instance):
        if row.parent_ref == ref and row.status != "ended":
            _move(work, row.id, Cancelled("the flow that started this one went on without it"))


def _signal(work: Work, effect: SignalFlow) -> None:
    """Bring a message to the first instance on the record that waits for it, else to one that may.

    When none on the record ever will, the flows that begin with it are started.
    """
    concerned = _concerned(work, effect)
    if concerned is None:
        return
    message = MessageCame(effect.message, effect.key, effect.is_kept)
    waiting = [row for row, is_waiting in concerned if is_waiting]
    later = [row for row, is_waiting in concerned if not is_waiting]
    for row in [*waiting, *(later if effect.is_kept else [])][:1]:
        _move(work, row.id, message)
        return
    for flow in work.app.definition.flows_on(effect.form, Trigger.MESSAGE):
        if flow.on.message == effect.message and _fits(work, flow, effect):
            begin = StartFlow(flow.id, effect.form, effect.record, f"message {effect.message}")
            flows.start(work, begin, heard=(effect.key,))


def _wake(work: Work, effect: WakeFlows) -> None:
    """Let the instances on a record look at their conditions again."""
    app = work.app.definition.id
    for row in work.unit.instances.going_on(app, effect.form, effect.record):
        if _flow(work, row).watches:
            _move(work, row.id, FactsChanged())


def _above(work: Work, instance: InstanceId) -> list[InstanceRow]:
    """The instance, the one that waits for it, and so on up."""
    found: list[InstanceRow] = []
    current: InstanceId | None = instance
    while current is not None and len(found) < DEEPEST:
        row = work.unit.instances.get(current)
        if row is None:
            break
        found.append(row)
        current = row.parent
    return found


def _not_begun(work: Work, effect: StartFlow, reason: str) -> None:
    if effect.parent is not None:
        _move(work, effect.parent, SubFlowFailed(effect.ref, reason))


def _move(work: Work, instance: InstanceId, signal: Signal) -> None:
    row = work.unit.instances.get(instance, lock=True)
    if row is not None and row.status != "ended":
        flows.move(work, row, signal)


def _concerned(work: Work, effect: SignalFlow) -> list[tuple[InstanceRow, bool]] | None:
    """The instances that know the message, and whether they wait for it; None: heard before."""
    found = []
    rows = work.unit.instances.of_record(work.app.definition.id, effect.form, effect.record)
    for row in reversed(rows):
        instance = Instance.from_json(row.state)
        if effect.key in instance.heard:
            return None
        flow = _flow(work, row)
        if row.status != "ended" and effect.message in flow.messages:
            found.append((row, _waits(flow, instance, effect.message)))
    return found


def _waits(flow: Flow, instance: Instance, message: str) -> bool:
    return any(
        token.stage is Stage.WAITING and flow.nodes[token.node].is_waiting_for(message, token)
        for token in instance.tokens
    )


def _flow(work: Work, row: InstanceRow) -> Flow:
    return work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]


def _fits(work: Work, flow: Flow, effect: SignalFlow) -> bool:
    record = work.record(effect.form, effect.record, lock=False)
    return record is not None and flow.starts_on(work.facts(effect.form, record))
