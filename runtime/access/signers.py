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
    tasks = looking.reader.instances.tasks_in(row.instance)
    by_key = {one.key: one for one in tasks if _token_of_key(one.key) == _token_of_key(row.key)}
    # who waits has no task; they are named at one that is open, which need not be the one shown
    step = next((one for one in by_key.values() if one.state == "open"), None)
    return tuple(_shown(looking, one, by_key.get(one.key), step) for one in lines)


def _token_of(instance: Instance, row: TaskRow) -> Token | None:
    number = _token_of_key(row.key)
    return next((one for one in instance.tokens if str(one.id) == number), None)


def _token_of_key(key: str) -> str:
    """The number of the token that a task's key names: node, token, number."""
    return key.split(".")[1]


def _shown(
    looking: Looking, line: Asked, task: TaskRow | None, step: TaskRow | None
) -> ShownSigner:
    """`step`: any open task of the step."""
    open_task = task if task is not None and task.state == "open" else None
    through = open_task if line.state else step
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
        task=through.id if through is not None else None,
        can_remove=is_mine_to_remove and through is not None,
        id="" if line.state else str(line.voice.user or line.voice.role or ""),
    )


def _group(looking: Looking, line: Asked) -> str:
    """The title of the role whose holders sign."""
    role = looking.app.definition.roles.get(line.voice.role) if line.voice.role else None
    return role.title.in_locale(looking.actor.locale) if role is not None else ""
