"""What signers of an approval may do besides signing: add, remove, return, take back."""

from __future__ import annotations

from engines.errors import Conflict, NotFound
from engines.flow.person_signals import Returned, SignerAdded, SignerRemoved, TakenBack, Where
from engines.messages import FlowSteered
from engines.values import UserId
from runtime.access import gate
from runtime.access.gate import with_includes
from runtime.commands import AddSigner, RemoveSigner, ReturnTask, TakeBackTask
from runtime.handlers.holders import (
    Holding,
    colleague,
    concerns,
    held,
    open_task,
    person,
    running,
    stored_task,
)
from runtime.handlers.outcome import Outcome
from runtime.perform import flows
from runtime.perform.work import Work
from runtime.ports import InstanceRow, TaskRow


def add_signer(work: Work, command: AddSigner) -> Outcome:
    """Ask somebody else to sign too, among those whom the definition allows."""
    holding, row = _held(work, command)
    if command.where not in set(Where):
        raise Conflict("Say where to add the signer: before, parallel or after.")
    colleague(work, command.user)
    _require_eligible(work, row, holding.task, command.user)
    signal = SignerAdded(holding.task.key, command.user, Where(command.where), holding.user)
    told = FlowSteered(row.id, "signer_added", command.where, holding.task.node, command.user)
    return _moved(work, row, signal, told)


def remove_signer(work: Work, command: RemoveSigner) -> Outcome:
    """Ask a signer no longer whom one has added; operators may remove anybody."""
    task = open_task(work, command.task)
    user = person(work)
    is_operator = gate.is_unrestricted(work.actor) or "operate" in work.actor.can
    if not (is_operator or concerns(work, task) or _acts_in(work, task, user)):
        raise NotFound("this task")
    row = running(work, task.instance)
    signal = SignerRemoved(task.key, None if is_operator else user, command.who)
    known = work.unit.directory.user(UserId(command.who)) if command.who else None
    removed = known.id if known is not None else None if command.who else task.assignee
    told = FlowSteered(row.id, "signer_removed", command.reason, task.node, removed)
    return _moved(work, row, signal, told)


def return_task(work: Work, command: ReturnTask) -> Outcome:
    """Send the case back, as far as the definition allows."""
    holding, row = _held(work, command)
    signal = Returned(holding.task.key, command.to, holding.user, command.comment)
    told = FlowSteered(row.id, "returned", command.comment, holding.task.node)
    return _moved(work, row, signal, told)


def take_back_task(work: Work, command: TakeBackTask) -> Outcome:
    """Take one's own latest act back, while nobody has acted on it."""
    task, user = stored_task(work, command.task), person(work)
    if user != task.closed_by:
        raise (Conflict("This is not yours to take back.") if concerns(work, task) else
               NotFound("this task"))  # fmt: skip
    row = running(work, task.instance)
    told = FlowSteered(row.id, "taken_back", node=task.node)
    return _moved(work, row, TakenBack(task.key, user), told)


def _held(work: Work, command: AddSigner | ReturnTask) -> tuple[Holding, InstanceRow]:
    holding = held(work, command.task)
    if holding.task.delegated_by is not None:
        raise Conflict("This task was delegated to you; finish it, and it goes back.")
    return holding, running(work, holding.task.instance)


def _moved(
    work: Work,
    row: InstanceRow,
    signal: SignerAdded | SignerRemoved | Returned | TakenBack,
    told: FlowSteered,
) -> Outcome:
    work.tell(told)
    flows.move(work, row, signal)
    return Outcome(record=row.record, instance=row.id, version=row.version)


def _require_eligible(work: Work, row: InstanceRow, task: TaskRow, user: UserId) -> None:
    """Raises Conflict unless `user` is among those the node lets be added."""
    pinned = work.live.version(work.unit, row.app, row.version)
    wanted = pinned.definition.flows[row.flow].nodes[task.node].behaviour.may_add
    if wanted is None:
        return
    roles = with_includes(work.app, work.unit.directory.roles(work.app.definition.id, user))
    if not roles & frozenset(wanted):
        raise Conflict("This person may not be added as a signer here.", {"user": user})


def _acts_in(work: Work, task: TaskRow, user: UserId) -> bool:
    tasks = work.unit.instances.tasks_in(task.instance)
    return any(user in (one.assignee, one.closed_by) for one in tasks)
