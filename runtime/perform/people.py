"""Settle who is meant: a person, a pool, the least busy member, a mail address."""

from __future__ import annotations

from typing import assert_never

from engines.messages import AssignFromPool, Recipient, ToAddress, ToNobody, ToPool, ToUser
from engines.values import UserId
from runtime.access.gate import roles_giving
from runtime.perform.work import Work
from runtime.ports import UserRow


def one_user(work: Work, recipient: Recipient) -> UserId | None:
    """The one person a recipient turns out to be, or None when it is no single person."""
    match recipient:
        case ToUser(user):
            found = work.unit.directory.user(user)
            return user if found is not None and found.is_active else None
        case AssignFromPool(role, _):
            return work.unit.directory.least_busy(
                work.app.definition.id, roles_giving(work.app, role)
            )
        case ToPool() | ToAddress() | ToNobody():
            return None
        case _:
            assert_never(recipient)


def all_users(work: Work, recipient: Recipient) -> tuple[UserRow, ...]:
    """Everybody a message to the recipient reaches, by id."""
    if isinstance(recipient, ToPool):
        roles = roles_giving(work.app, recipient.role)
        return work.unit.directory.members(work.app.definition.id, roles)
    user = one_user(work, recipient)
    row = work.unit.directory.user(user) if user is not None else None
    return (row,) if row is not None else ()
