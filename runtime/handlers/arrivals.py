"""What comes to flows from outside: messages for a record's flows, more work at a node."""

from __future__ import annotations

from engines.errors import NotAllowed, NotFound
from engines.flow.signals import AddingClosed, Signal, WorkAdded
from engines.messages import SignalFlow
from engines.values import FieldId
from runtime.access import gate
from runtime.commands import AddWork, CloseAdding, DeliverMessage, TakeAnswer
from runtime.handlers.holders import colleague
from runtime.handlers.outcome import Outcome
from runtime.handlers.records import apply_answers, readable
from runtime.perform import flows
from runtime.perform.work import Origin, Work


def deliver_message(work: Work, command: DeliverMessage) -> Outcome:
    """Bring a message to the flows on a record the actor may change; a key counts once."""
    form = work.app.form(command.form)
    record = readable(work, form, command.record)
    gate.require(form, work.actor, "update", work.facts(form.id, record))
    effect = SignalFlow(form.id, record.id, command.message, command.key, command.is_kept)
    work.put((effect,), Origin(f"message {command.message}"))
    return Outcome(record=record.id)


def take_answer(work: Work, command: TakeAnswer) -> Outcome:
    """Keep the answer of a call; for the outbox alone. A record that is gone needs no answer."""
    if not work.actor.is_system:
        raise NotAllowed("Answers are taken by the outbox only.")
    form = work.app.form(command.form)
    record = work.record(form.id, command.record)
    if record is None:
        return Outcome()
    if command.values:
        kept = frozenset(FieldId(name) for name in command.values)
        apply_answers(work, form, record, command.values, kept)
    if command.message:
        effect = SignalFlow(form.id, record.id, command.message, command.key)
        work.put((effect,), Origin(f"message {command.message}"))
    return Outcome(record=record.id)


def add_work(work: Work, command: AddWork) -> Outcome:
    """One more piece of work where more is taken; for who works there, and operators."""
    if command.to is not None:
        colleague(work, command.to)
    return _moved(work, command, WorkAdded(command.node, work.actor.user, command.to))


def close_adding(work: Work, command: CloseAdding) -> Outcome:
    """Take no more work at a node."""
    return _moved(work, command, AddingClosed(command.node, work.actor.user))


def _moved(work: Work, command: AddWork | CloseAdding, signal: Signal) -> Outcome:
    row = work.unit.instances.get(command.instance, lock=True)
    if row is None or row.app != work.app.definition.id:
        raise NotFound("this flow")
    tasks = work.unit.instances.tasks_on(row.app, row.form, row.record)
    at_node = [one for one in tasks if one.instance == row.id and one.node == command.node]
    is_at_work = any(
        one.assignee == work.actor.user or one.role in work.actor.roles for one in at_node
    )
    if not is_at_work and "operate" not in work.actor.can and not work.actor.is_system:
        raise NotAllowed("Only who works at this step may do this.")
    flows.move(work, row, signal)
    return Outcome(record=row.record, instance=row.id, version=row.version)
