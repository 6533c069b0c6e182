"""Send copies of a case, once each, to people who may read its record."""

from __future__ import annotations

from engines.messages import CopySent, SendCopy
from engines.values import UserId
from runtime.access import gate
from runtime.access.actors import actor_in
from runtime.perform import people, reminders
from runtime.perform.work import Work
from runtime.ports import CopyRow, InstanceRow


def send_all(work: Work, effect: SendCopy) -> None:
    """Copies to everybody the recipient is; who may not read the record gets none."""
    row = work.unit.instances.get(effect.instance)
    if row is None:
        return
    for user in people.all_users(work, effect.to):
        if may_read(work, row, user.id):
            send(work, row, user.id)


def send(work: Work, row: InstanceRow, user: UserId, note: str = "") -> bool:
    """Send one copy; False when that person has one already."""
    copy = CopyRow(
        instance=row.id,
        user=user,
        app=row.app,
        flow=row.flow,
        form=row.form,
        record=row.record,
        by=work.actor.user,
        note=note,
        sent_at=work.unit.now,
    )
    if not work.unit.instances.add_copy(copy):
        return False
    work.tell(CopySent(row.id, user, note))
    reminders.copy_sent(work, row, copy)
    return True


def may_read(work: Work, row: InstanceRow, user: UserId) -> bool:
    """Whether an active person may read the record of a case."""
    account = work.unit.directory.user(user)
    record = work.record(row.form, row.record, lock=False)
    if account is None or not account.is_active or record is None:
        return False
    reader = actor_in(work.unit, work.app, account, "system")
    facts = {**work.facts(row.form, record), "user": reader.facts}
    return gate.may(work.app.form(row.form), reader, "read", facts)
