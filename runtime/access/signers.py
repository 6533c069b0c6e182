"""Who is asked to sign at a step, through the gate: who has, who has not, whom one may remove."""

from __future__ import annotations

from engines.flow.instance import Instance, Token
from engines.flow.model import Flow
from engines.flow.person_signals import Asked
from runtime.access import gate
from runtime.access.shown import ShownSigner
from runtime.access.view import Looking
from runtime.ports import TaskRow

_WAITING = "waiting"  # a signature's own word for it is empty


def signers_of(looking: Looking, row: TaskRow, flow: Flow) -> tuple[ShownSigner, ...]:
    """The signers of the step that a task belongs to; nobody once the step is over."""
    instance = looking.reader.instances.get(row.instance)
    if instance is None:
        return ()
    token = _token_of(Instance.from_json(instance.state), row)
    if token is None:
        return ()
    lines = flow.nodes[row.node].behaviour.signatures(token)
    if not lines:
        return ()
    tasks = {one.key: one for one in looking.reader.instances.tasks_in(row.instance)}
    return tuple(_shown(looking, one, tasks.get(one.key)) for one in lines)


def _token_of(instance: Instance, row: TaskRow) -> Token | None:
    """The token that a task's key names: node, token, number."""
    number = row.key.split(".")[1]
    return next((one for one in instance.tokens if str(one.id) == number), None)


def _shown(looking: Looking, line: Asked, task: TaskRow | None) -> ShownSigner:
    open_task = task if task is not None and task.state == "open" else None
    holder = open_task.assignee if open_task is not None else None
    person = line.by or holder or line.voice.user
    is_operator = gate.is_unrestricted(looking.actor) or "operate" in looking.actor.can
    is_mine_to_remove = is_operator or (
        line.adder is not None and line.adder == looking.actor.user
    )
    return ShownSigner(
        name=looking.person(person) or _group(looking, line),
        state=line.state or _WAITING,
        is_me=person is not None and person == looking.actor.user,
        task=open_task.id if open_task is not None else None,
        can_remove=is_mine_to_remove and (open_task is not None or not line.state),
        id="" if line.state else str(line.voice.user or line.voice.role or ""),
    )


def _group(looking: Looking, line: Asked) -> str:
    """The title of the role whose holders sign."""
    role = looking.app.definition.roles.get(line.voice.role) if line.voice.role else None
    return role.title.in_locale(looking.actor.locale) if role is not None else ""
