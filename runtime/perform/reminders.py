"""Our own short messages to people about tasks and copies. Those of templates: `messages`.

Of new tasks people say by which channels they want to hear, as of a template; what somebody sends
them in person, a reminder or a copy, always comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engines.flow.model import Flow
from engines.messages import MessageQueued, RemindHolders
from engines.values import LocaleText, NodeId
from runtime import addresses
from runtime.access.actors import actor_in
from runtime.access.gate import may, rights_in, roles_giving
from runtime.access.masking import values_as_seen
from runtime.perform.work import Work
from runtime.ports import CopyRow, DeliveryRow, InstanceRow, TaskRow, UserRow

# What people may do without, beside the templates of an app, whose ids are words.
NEW_TASK: Final = "@task"
IN_APP: Final = frozenset({"in_app"})
ANY: Final = frozenset({"in_app", "mail"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of a step or a case, `{what}`, and perhaps of who did it, `{who}`."""

    text: LocaleText
    channels: frozenset[str] = IN_APP
    kind: str = ""  # what its reader may do without


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice about something, with a key that tells it from every other one to its reader."""

    notice: Notice
    about: LocaleText
    key: str
    opens: str  # the page it leads to
    note: str = ""


GIVEN: Final = Notice(
    LocaleText(
        (
            ("en", "New task: {what}"),
            ("zh", "新任务：{what}"),
            ("es", "Tarea nueva: {what}"),
            ("ar", "مهمة جديدة: {what}"),
        )
    ),
    ANY,
    NEW_TASK,
)
URGED: Final = Notice(
    LocaleText(
        (
            ("en", "{who} asks you to see to this: {what}"),
            ("zh", "{who} 催办：{what}"),
            ("es", "{who} le pide que se ocupe de esto: {what}"),
            ("ar", "{who} يطلب منك إنجاز هذا: {what}"),
        )
    ),
)
STILL_OPEN: Final = Notice(
    LocaleText(
        (
            ("en", "Still waiting for you: {what}"),
            ("zh", "仍在等待您处理：{what}"),
            ("es", "Sigue pendiente de usted: {what}"),
            ("ar", "ما زال بانتظارك: {what}"),
        )
    ),
)
COPIED: Final = Notice(
    LocaleText(
        (
            ("en", "{who} sent you a copy: {what}"),
            ("zh", "{who} 抄送给您：{what}"),
            ("es", "{who} le ha enviado una copia: {what}"),
            ("ar", "{who} أرسل إليك نسخة: {what}"),
        )
    ),
)


def task_given(work: Work, row: InstanceRow, task: TaskRow, flow: Flow | None = None) -> None:
    """Tell a person of the task that is now theirs, unless they gave it to themselves.

    Who may claim from a pool is not told: their list counts what waits there.
    """
    if task.assignee in (None, work.actor.user) or not work.runs_effects:
        return
    title = _step_title(work, row, task, flow)
    letter = Letter(GIVEN, title, f"task:{task.id}:{task.handovers}", _page_of(task))
    for user in _holders(work, task):
        _send(work, row, user, letter)


def urge(work: Work, row: InstanceRow, task: TaskRow) -> None:
    """Remind the holder of a task, or everybody who could claim it, in the actor's name."""
    _tell_holders(work, row, task, URGED)


def _tell_holders(work: Work, row: InstanceRow, task: TaskRow, notice: Notice) -> None:
    title = _step_title(work, row, task)
    stamp = f"{task.urged_at:%Y%m%d%H%M%S}" if task.urged_at is not None else ""
    letter = Letter(notice, title, f"urge:{task.id}:{stamp}", _page_of(task))
    for user in _holders(work, task):
        _send(work, row, user, letter)


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
        opens = addresses.flow(row.app, row.id)
        _send(work, row, user, Letter(COPIED, flow.title, f"copy:{row.id}", opens, copy.note))


def _page_of(task: TaskRow) -> str:
    return addresses.task(task.app, task.id)


def _step_title(
    work: Work, row: InstanceRow, task: TaskRow, flow: Flow | None = None
) -> LocaleText:
    if flow is None:
        flow = work.live.version(work.unit, row.app, row.version).definition.flows[row.flow]
    node = flow.nodes.get(NodeId(task.node))
    return node.title if node is not None else flow.title


def _holders(work: Work, task: TaskRow) -> tuple[UserRow, ...]:
    if task.assignee is not None:
        user = work.unit.directory.user(task.assignee)
        return (user,) if user is not None else ()
    if task.role is None:
        return ()
    app = work.app.definition.id
    return work.unit.directory.members(app, roles_giving(work.app, task.role))


def _record_title(work: Work, row: InstanceRow, user: UserRow) -> str:
    """The record's title as far as the reader may know it."""
    record = work.record(row.form, row.record, lock=False)
    if record is None:
        return ""
    form, reader = work.app.form(row.form), actor_in(work.unit, work.app, user, "system")
    facts = {**work.facts(row.form, record), "user": reader.facts}
    if not may(form, reader, "read", facts):
        return ""
    return form.name_of(values_as_seen(form, rights_in(work.app, form, reader), record.values))


def _wanted(
    work: Work, row: InstanceRow, user: UserRow, notice: Notice
) -> tuple[tuple[str, str], ...]:
    """The channels a notice takes to its reader, each with where it leads."""
    unwanted = work.unit.directory.muted_by(row.app, notice.kind) if notice.kind else frozenset()
    return tuple(
        (channel, target)
        for channel, target in (("in_app", user.id), ("mail", user.email))
        if channel in notice.channels and target and (user.id, channel) not in unwanted
    )


def _send(work: Work, row: InstanceRow, user: UserRow, letter: Letter) -> None:
    """Queue a letter by each channel that is wanted."""
    wanted = _wanted(work, row, user, letter.notice)
    if not wanted:
        return
    said, about = (one.in_locale(user.locale) for one in (letter.notice.text, letter.about))
    subject = said.format(who=work.actor.name or "…", what=about)
    body = "\n\n".join(one for one in (_record_title(work, row, user), letter.note) if one)
    for channel, target in wanted:
        message = DeliveryRow(
            id=work.unit.ids.new(),
            app=row.app,
            channel=channel,
            target=target,
            subject=subject,
            body=body,
            key=f"{letter.key}:{user.id}:{channel}",
            form=row.form,
            record=row.record,
            state="due",
            attempts=0,
            next_at=work.unit.now,
            created_at=work.unit.now,
            opens=letter.opens,
            locale=user.locale,
        )
        if work.unit.queue.add_delivery(message):
            work.tell(MessageQueued(channel, target, message.key, row.form, row.record))
