"""Departments, groups of people and who is chosen of them, substitutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.values import AppId, DepartmentId, RoleId, UserId
from runtime.ports import DepartmentRow, Group, ProxyRow, UserRow
from runtime.store.given_list import among, list_param
from runtime.store.rows import RowMap
from runtime.store.sql import Dialect, Session, bind, insert_into, micros
from runtime.store.tables import (
    DEPARTMENT,
    PROXY,
    TASK,
    TURN,
    USER,
    USER_DEPARTMENT,
    USER_ROLE,
    USER_TRAIT,
)

USERS = RowMap(USER, UserRow)
DEPARTMENTS = RowMap(DEPARTMENT, DepartmentRow)
PROXIES = RowMap(PROXY, ProxyRow)

_DEPARTMENTS = sa.select(*DEPARTMENTS.columns).order_by(DEPARTMENT.c.id)
_DEPARTMENT = sa.select(*DEPARTMENTS.columns).where(DEPARTMENT.c.id == bind("id"))
_save = insert(DEPARTMENT).values({one.name: bind(one.name) for one in DEPARTMENT.c})
_SAVE_DEPARTMENT = _save.on_conflict_do_update(
    index_elements=["id"],
    set_={one.name: _save.excluded[one.name] for one in DEPARTMENT.c if one.name != "id"},
)
_DROP_DEPARTMENT = sa.delete(DEPARTMENT).where(DEPARTMENT.c.id == bind("id"))
_LEAVE_DEPARTMENT = sa.delete(USER_DEPARTMENT).where(USER_DEPARTMENT.c.department == bind("id"))
_TRAITS = sa.select(USER_TRAIT.c.name).where(
    USER_TRAIT.c.user == bind("id"), USER_TRAIT.c.kind == bind("kind")
)
_DROP_TRAITS = sa.delete(USER_TRAIT).where(
    USER_TRAIT.c.user == bind("id"), USER_TRAIT.c.kind == bind("kind")
)
_ADD_TRAIT = insert_into(USER_TRAIT)
_HELD_ROLES = (
    sa.select(USER_ROLE.c.role)
    .join(USER, USER.c.id == USER_ROLE.c.user)
    .where(USER_ROLE.c.app == bind("app"), USER.c.is_active)
    .distinct()
)
_LAST_TURN = sa.select(TURN.c.user).where(TURN.c.app == bind("app"), TURN.c.group == bind("of"))
_turn = insert(TURN).values({"app": bind("app"), "group": bind("of"), "user": bind("chosen")})
_SAVE_TURN = _turn.on_conflict_do_update(
    index_elements=["app", "group"], set_={"user": _turn.excluded.user}
)
_ONE_CHOICE = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(bind("pool"), sa.literal_column("1")))
)
_ADD_PROXY = insert_into(PROXY)
_END_PROXY = sa.delete(PROXY).where(PROXY.c.id == bind("id"))
_PROXY = sa.select(*PROXIES.columns).where(PROXY.c.id == bind("id"))
_PROXIES_OF = (
    sa.select(*PROXIES.columns)
    .where(PROXY.c.user == bind("id"))
    .order_by(PROXY.c.starts_at, PROXY.c.id)
)
_PRINCIPALS = sa.select(PROXY.c.user).where(
    PROXY.c.substitute == bind("id"),
    PROXY.c.starts_at <= bind("now"),
    PROXY.c.ends_at > bind("now"),
)
_HELD = (
    sa.select(TASK.c.id)
    .where(
        TASK.c.app == bind("app"),
        TASK.c.assignee == bind("id"),
        TASK.c.state == sa.literal_column("'open'"),
    )
    .order_by(TASK.c.id)
)


class StoredStaff:
    """How people stand to each other, on one connection."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def departments(self) -> tuple[DepartmentRow, ...]:
        return DEPARTMENTS.rows(self._session.rows(_DEPARTMENTS))

    def department(self, department: DepartmentId) -> DepartmentRow | None:
        row = self._session.first(_DEPARTMENT, {"id": department})
        return None if row is None else DEPARTMENTS.row(row)

    def save_department(self, row: DepartmentRow) -> None:
        self._session.change(_SAVE_DEPARTMENT, DEPARTMENTS.params(row))

    def remove_department(self, department: DepartmentId) -> None:
        self._session.change(_LEAVE_DEPARTMENT, {"id": department})
        self._session.change(_DROP_DEPARTMENT, {"id": department})

    def traits(self, user: UserId, kind: str) -> frozenset[str]:
        rows = self._session.rows(_TRAITS, {"id": user, "kind": kind})
        return frozenset(row[0] for row in rows)

    def set_traits(self, user: UserId, kind: str, names: Iterable[str]) -> None:
        self._session.change(_DROP_TRAITS, {"id": user, "kind": kind})
        rows = [{"user": user, "kind": kind, "name": one} for one in sorted(set(names))]
        self._session.change_many(_ADD_TRAIT, rows)

    def members(self, group: Group) -> tuple[UserRow, ...]:
        return USERS.rows(self._of(_members, group))

    def held_roles(self, app: AppId) -> frozenset[RoleId]:
        return frozenset(RoleId(role) for (role,) in self._session.rows(_HELD_ROLES, {"app": app}))

    def least_busy(self, group: Group, without: frozenset[UserId] = frozenset()) -> UserId | None:
        self._choose_alone(group.app)
        ordered = (UserId(row[0]) for row in self._of(_by_load, group))
        return next((one for one in ordered if one not in without), None)

    def next_in_turn(
        self, group: Group, without: frozenset[UserId] = frozenset()
    ) -> UserId | None:
        self._choose_alone(group.app)
        members = [one.id for one in self.members(group) if one.id not in without]
        if not members:
            return None
        key = {"app": group.app, "of": group.key}
        last = self._session.first(_LAST_TURN, key)
        later = [one for one in members if last is not None and one > last[0]]
        chosen = later[0] if later else members[0]
        self._session.change(_SAVE_TURN, {**key, "chosen": chosen})
        return chosen

    def add_proxy(self, row: ProxyRow) -> None:
        self._session.change(_ADD_PROXY, PROXIES.params(row))

    def end_proxy(self, proxy: str) -> None:
        self._session.change(_END_PROXY, {"id": proxy})

    def proxy(self, proxy: str) -> ProxyRow | None:
        row = self._session.first(_PROXY, {"id": proxy})
        return None if row is None else PROXIES.row(row)

    def proxies_of(self, user: UserId) -> tuple[ProxyRow, ...]:
        return PROXIES.rows(self._session.rows(_PROXIES_OF, {"id": user}))

    def principals(self, substitute: UserId, now: datetime) -> frozenset[UserId]:
        rows = self._session.rows(_PRINCIPALS, {"id": substitute, "now": micros(now)})
        return frozenset(UserId(row[0]) for row in rows)

    def tasks_held(self, app: AppId, user: UserId) -> tuple[str, ...]:
        return tuple(row[0] for row in self._session.rows(_HELD, {"app": app, "id": user}))

    def _of(self, statement: Any, group: Group) -> list[Any]:
        dialect = self._session.dialect
        parts = (bool(group.department), bool(group.skill), bool(group.region))
        params: dict[str, Any] = {"app": group.app}
        if group.roles is not None:
            params["roles"] = list_param(sorted(group.roles), dialect)
        given = {"department": group.department, "skill": group.skill, "region": group.region}
        params |= {name: value for name, value in given.items() if value}
        return self._session.rows(statement(dialect, group.roles is not None, *parts), params)

    def _choose_alone(self, app: AppId) -> None:
        """Two choices at once would both take the same person; on SQLite there is one writer."""
        if self._session.dialect is Dialect.POSTGRES:
            self._session.rows(_ONE_CHOICE, {"pool": app})


@cache
def _members(dialect: Dialect, *given: bool) -> sa.Select[Any]:
    return _group(dialect, *given).order_by(USER.c.id)


@cache
def _by_load(dialect: Dialect, *given: bool) -> sa.Select[Any]:
    members = _group(dialect, *given).subquery()
    open_tasks = (
        sa.select(sa.func.count())
        .where(
            TASK.c.app == bind("app"),
            TASK.c.assignee == members.c.id,
            TASK.c.state == sa.literal_column("'open'"),
        )
        .scalar_subquery()
    )
    return sa.select(members.c.id).order_by(open_tasks, members.c.id)


def _group(dialect: Dialect, *given: bool) -> sa.Select[Any]:
    by_role, by_department, by_skill, by_region = given
    holders = sa.select(USER_ROLE.c.user).where(USER_ROLE.c.app == bind("app"))
    if by_role:
        holders = holders.where(among(USER_ROLE.c.role, "roles", dialect))
    found = sa.select(*USERS.columns).where(
        USER.c.is_active.is_(sa.true()), USER.c.id.in_(holders)
    )
    if by_department:
        inside = sa.select(USER_DEPARTMENT.c.user).where(
            USER_DEPARTMENT.c.department == bind("department")
        )
        found = found.where(USER.c.id.in_(inside))
    for kind, is_given in (("skill", by_skill), ("region", by_region)):
        if is_given:
            having = sa.select(USER_TRAIT.c.user).where(
                USER_TRAIT.c.kind == sa.literal_column(f"'{kind}'"),
                USER_TRAIT.c.name == bind(kind),
            )
            found = found.where(USER.c.id.in_(having))
    return found
