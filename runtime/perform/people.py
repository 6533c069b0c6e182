"""Settle who is meant: a person, a pool, a choice from a group, a head, who is on duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from engines.flow.person_signals import Voice
from engines.messages import (
    AssignFromPool,
    OrElse,
    Recipient,
    ToAddress,
    ToHead,
    ToManager,
    ToNobody,
    ToOnDuty,
    ToPool,
    ToUser,
)
from engines.values import RoleId, UserId, Value
from runtime.access.gate import roles_giving
from runtime.perform.work import Work
from runtime.ports import Group, Record, RecordQuery, SortKey, UserRow

EVERYONE = "everyone"
LEAST_BUSY = "least_busy"
MOST_ON_DUTY = 200  # records of a roster that are looked at


def one_user(
    work: Work, recipient: Recipient, without: frozenset[UserId] = frozenset()
) -> UserId | None:
    """The one active person a recipient turns out to be, or None when it is no single person.

    A choice from a group leaves out those in `without`.
    """
    match recipient:
        case ToUser(user):
            return _active(work, user)
        case AssignFromPool():
            return _chosen(work, recipient, without)
        case ToHead() | ToManager() | ToOnDuty():
            return _by_standing(work, recipient)
        case OrElse(first, then):
            return one_user(work, first, without) or one_user(work, then, without)
        case ToPool() | ToAddress() | ToNobody():
            return None
        case _:
            assert_never(recipient)


def holder(work: Work, recipient: Recipient) -> tuple[UserId | None, RoleId | None]:
    """Who a task goes to: a person, or a role whose holders may claim it; neither: nobody."""
    if isinstance(recipient, OrElse):
        found = holder(work, recipient.first)
        return found if any(found) else holder(work, recipient.then)
    if isinstance(recipient, ToPool):
        return None, recipient.role
    return one_user(work, recipient), None


def voices(
    work: Work, recipient: Recipient, without: frozenset[UserId] = frozenset()
) -> tuple[Voice, ...]:
    """Everybody whom the signer of an approval turns out to be; a pool signs with one voice."""
    match recipient:
        case OrElse(first, then):
            return voices(work, first, without) or voices(work, then, without)
        case ToPool(role):
            members = _members(work, role)
            if not members:
                return ()
            only = members[0].id if len(members) == 1 else None
            return (Voice(user=only, role=role),)
        case AssignFromPool(_, pick) if pick == EVERYONE:
            group = group_of(work, recipient)
            return tuple(Voice(user=one.id) for one in work.unit.staff.members(group))
        case _:
            user = one_user(work, recipient, without)
            return (Voice(user=user),) if user is not None else ()


def all_voices(work: Work, recipients: Iterable[Recipient]) -> tuple[tuple[Voice, ...], ...]:
    """The people of each recipient; nobody is chosen from a group twice."""
    found: list[tuple[Voice, ...]] = []
    for recipient in recipients:
        taken = frozenset(one.user for group in found for one in group if one.user is not None)
        found.append(voices(work, recipient, taken))
    return tuple(found)


def all_users(work: Work, recipient: Recipient) -> tuple[UserRow, ...]:
    """Everybody a message to the recipient reaches, by id."""
    match recipient:
        case ToPool(role):
            return _members(work, role)
        case OrElse(first, then):
            return all_users(work, first) or all_users(work, then)
        case AssignFromPool(_, pick) if pick == EVERYONE:
            return work.unit.staff.members(group_of(work, recipient))
        case _:
            user = one_user(work, recipient)
            row = work.unit.directory.user(user) if user is not None else None
            return (row,) if row is not None else ()


def group_of(work: Work, pool: AssignFromPool) -> Group:
    """The people a choice is made from."""
    roles = roles_giving(work.app, pool.role) if pool.role is not None else None
    app = work.app.definition.id
    return Group(app, roles, pool.department, pool.skill, pool.region)


def _chosen(work: Work, pool: AssignFromPool, without: frozenset[UserId]) -> UserId | None:
    group = group_of(work, pool)
    if pool.pick == LEAST_BUSY:
        return work.unit.staff.least_busy(group, without)
    return work.unit.staff.next_in_turn(group, without) if pool.pick != EVERYONE else None


def _by_standing(work: Work, recipient: ToHead | ToManager | ToOnDuty) -> UserId | None:
    """Who heads, manages or is on duty, if active."""
    match recipient:
        case ToHead(department):
            row = work.unit.staff.department(department)
            return _active(work, row.head) if row is not None else None
        case ToManager(of, level):
            return _active(work, _manager(work, of, level))
        case ToOnDuty():
            return _on_duty(work, recipient)
        case _:
            assert_never(recipient)


def _members(work: Work, role: RoleId) -> tuple[UserRow, ...]:
    return work.unit.directory.members(work.app.definition.id, roles_giving(work.app, role))


def _active(work: Work, user: UserId | None) -> UserId | None:
    found = work.unit.directory.user(user) if user is not None else None
    return user if found is not None and found.is_active else None


def _manager(work: Work, of: UserId, level: int) -> UserId | None:
    """The `level`th manager; a ring of managers is walked round no more than that."""
    person: UserId | None = of
    for _ in range(level):
        row = work.unit.directory.user(person) if person is not None else None
        person = row.manager if row is not None else None
    return person


def _on_duty(work: Work, duty: ToOnDuty) -> UserId | None:
    table = work.app.table(duty.form)
    query = RecordQuery(
        duty.form, sort=(SortKey(duty.starts, is_descending=True),), limit=MOST_ON_DUTY
    )
    page = work.unit.records.page(table, query)
    now_on = [one for one in page.records if _is_on(work, duty, one)]
    ordered = sorted(now_on, key=lambda one: (_moment(work, one.values[duty.starts]), one.id))
    return _first_active(work, [one.values.get(duty.who) for one in ordered])


def _first_active(work: Work, people: Sequence[Value]) -> UserId | None:
    return next((one for one in people if one and _active(work, UserId(one)) is not None), None)


def _is_on(work: Work, duty: ToOnDuty, row: Record) -> bool:
    starts, ends = row.values.get(duty.starts), row.values.get(duty.ends)
    if starts is None or ends is None:
        return False
    return _moment(work, starts) <= work.now < _moment(work, ends, is_end=True)


def _moment(work: Work, value: date | datetime, *, is_end: bool = False) -> datetime:
    """A date begins with its first moment in the app's zone, and ends with its last."""
    if isinstance(value, datetime):
        return value
    day = value + timedelta(days=1) if is_end else value
    return datetime.combine(day, time.min, ZoneInfo(work.app.definition.time_zone))
