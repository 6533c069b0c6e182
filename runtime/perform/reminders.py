"""Our own short messages to people about tasks and copies. Those of templates: `messages`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engines.messages import MessageQueued, RemindHolders
from engines.values import LocaleText, NodeId
from runtime.access.gate import roles_giving
from runtime.perform.work import Work
from runtime.ports import CopyRow, DeliveryRow, InstanceRow, TaskRow, UserRow

URGED: Final = LocaleText(
    (
        ("en", "{who} asks you to see to this: {what}"),
        ("zh", "{who} 催办：{what}"),
        ("es", "{who} le pide que se ocupe de esto: {what}"),
        ("ar", "{who} يطلب منك إنجاز هذا: {what}"),
    )
)
STILL_OPEN: Final = LocaleText(
    (
        ("en", "Still waiting for you: {what}"),
        ("zh", "仍在等待你处理：{what}"),
        ("es", "Sigue pendiente de usted: {what}"),
        ("ar", "ما زال بانتظارك: {what}"),
    )
)
COPY: Final = LocaleText(
    (
        ("en", "{who} sent you a copy: {what}"),
        ("zh", "{who} 抄送给你：{what}"),
        ("es", "{who} le ha enviado una copia: {what}"),
        ("ar", "{who} أرسل إليك نسخة: {what}"),
    )
)


def urge(work: Work, row: InstanceRow, task: TaskRow) -> None:
    """Remind the holder of a task, or everybody who could claim it, in the actor's name."""
    _tell_holders(work, row, task, URGED)


def _tell_holders(work: Work, row: InstanceRow, task: TaskRow, text: LocaleText) -> None:
    flow = work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]
    node = flow.nodes.get(NodeId(task.node))
    title = node.title if node is not None else flow.title
    stamp = f"{task.urged_at:%Y%m%d%H%M%S}" if task.urged_at is not None else ""
    for user in _holders(work, task):
        subject = _said(work, text, title, user)
        _queue(work, row, user, subject=subject, body="", key=f"urge:{task.id}:{stamp}")


def remind(work: Work, effect: RemindHolders) -> None:
    """Remind the holders of all open tasks of a token."""
    row = work.unit.instances.get(effect.instance)
    if row is None:
        return
    step = f"{effect.node}.{effect.token}"
    for task in work.unit.instances.tasks_in(row.id):
        if task.state == "open" and ".".join(task.key.split(".")[:2]) == step:
            reminded = replace(task, urged_at=work.unit.now, revision=task.revision + 1)
            work.unit.instances.update_task(reminded, task.revision)
            _tell_holders(work, row, reminded, STILL_OPEN)


def copy_sent(work: Work, row: InstanceRow, copy: CopyRow) -> None:
    """Tell somebody of the copy they were sent."""
    user = work.unit.directory.user(copy.user)
    flow = work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]
    if user is not None:
        subject = _said(work, COPY, flow.title, user)
        _queue(work, row, user, subject=subject, body=copy.note, key=f"copy:{row.id}")


def _holders(work: Work, task: TaskRow) -> tuple[UserRow, ...]:
    if task.assignee is not None:
        user = work.unit.directory.user(task.assignee)
        return (user,) if user is not None else ()
    if task.role is None:
        return ()
    app = work.app.definition.id
    return work.unit.directory.members(app, roles_giving(work.app, task.role))


def _said(work: Work, text: LocaleText, title: LocaleText, user: UserRow) -> str:
    said = text.in_locale(user.locale)
    return said.format(who=work.actor.name or "…", what=title.in_locale(user.locale))


def _queue(
    work: Work, row: InstanceRow, user: UserRow, *, subject: str, body: str, key: str
) -> None:
    message = DeliveryRow(
        id=work.unit.ids.new(),
        app=row.app,
        channel="in_app",
        target=user.id,
        subject=subject,
        body=body,
        key=f"{key}:{user.id}",
        form=row.form,
        record=row.record,
        state="due",
        attempts=0,
        next_at=work.unit.now,
        created_at=work.unit.now,
    )
    if work.unit.queue.add_delivery(message):
        work.tell(MessageQueued("in_app", user.id, message.key, row.form, row.record))
