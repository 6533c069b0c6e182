"""People: accounts, roles, departments, least busy members. How they sign in: `sign_in`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.expression.folding import fold
from engines.values import AppId, DepartmentId, RecordId, RoleId, UserId
from runtime.ports import IdSource, Standing, UserRow
from runtime.store.given_list import among, list_param
from runtime.store.rows import RowMap
from runtime.store.sign_in import StoredSignIns
from runtime.store.sql import Dialect, Session, bind, insert_into
from runtime.store.tables import (
    ACCOUNT_LINK,
    MUTE,
    SESSION,
    TASK,
    TOKEN,
    USER,
    USER_DEPARTMENT,
    USER_ROLE,
)

USERS = RowMap(USER, UserRow)

_SELECT = sa.select(*USERS.columns)
_USER = _SELECT.where(USER.c.id == bind("id"))
_BY_EMAIL = _SELECT.where(USER.c.email_folded == bind("email"))
_ALL = _SELECT.order_by(USER.c.name, USER.c.id)
_save = insert(USER).values({column.name: bind(column.name) for column in USER.c})
_SAVE = _save.on_conflict_do_update(
    index_elements=["id"],
    set_={column.name: _save.excluded[column.name] for column in USER.c if column.name != "id"},
)
_END_SESSIONS = sa.delete(SESSION).where(SESSION.c.user == bind("id"))
_END_TOKENS = sa.delete(TOKEN).where(TOKEN.c.user == bind("id"))

_MUTED = sa.select(MUTE.c.app, MUTE.c.template, MUTE.c.channel).where(MUTE.c.user == bind("id"))
_MUTED_BY = sa.select(MUTE.c.user, MUTE.c.channel).where(
    MUTE.c.app == bind("app"), MUTE.c.template == bind("template")
)
_UNMUTE = sa.delete(MUTE).where(MUTE.c.user == bind("id"))
_MUTE = insert_into(MUTE)
_ROLES = sa.select(USER_ROLE.c.role).where(
    USER_ROLE.c.app == bind("app"), USER_ROLE.c.user == bind("id")
)
_DROP_ROLES = sa.delete(USER_ROLE).where(
    USER_ROLE.c.app == bind("app"), USER_ROLE.c.user == bind("id")
)
_ADD_ROLE = insert_into(USER_ROLE)
_LINKED = sa.select(ACCOUNT_LINK.c.record).where(
    ACCOUNT_LINK.c.app == bind("app"), ACCOUNT_LINK.c.user == bind("id")
)
_link = insert(ACCOUNT_LINK).values({c.name: bind(c.name) for c in ACCOUNT_LINK.c})
_LINK = _link.on_conflict_do_update(
    index_elements=["app", "user"], set_={"record": _link.excluded.record}
)
_UNLINK = sa.delete(ACCOUNT_LINK).where(
    ACCOUNT_LINK.c.app == bind("app"), ACCOUNT_LINK.c.user == bind("id")
)
_DEPARTMENTS = sa.select(USER_DEPARTMENT.c.department).where(USER_DEPARTMENT.c.user == bind("id"))
_STANDING = sa.union_all(
    sa.select(sa.literal_column("'role'"), USER_ROLE.c.role).where(
        USER_ROLE.c.app == bind("app"), USER_ROLE.c.user == bind("id")
    ),
    sa.select(sa.literal_column("'department'"), USER_DEPARTMENT.c.department).where(
        USER_DEPARTMENT.c.user == bind("id")
    ),
    sa.select(sa.literal_column("'record'"), ACCOUNT_LINK.c.record).where(
        ACCOUNT_LINK.c.app == bind("app"), ACCOUNT_LINK.c.user == bind("id")
    ),
)
_DROP_DEPARTMENTS = sa.delete(USER_DEPARTMENT).where(USER_DEPARTMENT.c.user == bind("id"))
_ADD_DEPARTMENT = insert_into(USER_DEPARTMENT)
_ONE_CHOICE = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(bind("pool"), sa.literal_column("1")))
)


def _members(dialect: Dialect) -> sa.Select[Any]:
    holders = sa.select(USER_ROLE.c.user).where(
        USER_ROLE.c.app == bind("app"), among(USER_ROLE.c.role, "roles", dialect)
    )
    return _SELECT.where(USER.c.is_active.is_(sa.true()), USER.c.id.in_(holders)).order_by(
        USER.c.id
    )


def _least_busy(dialect: Dialect) -> sa.Select[Any]:
    members = _members(dialect).order_by(None).subquery()
    open_tasks = (
        sa.select(sa.func.count())
        .where(
            TASK.c.app == bind("app"),
            TASK.c.assignee == members.c.id,
            TASK.c.state == sa.literal_column("'open'"),
        )
        .scalar_subquery()
    )
    return sa.select(members.c.id).order_by(open_tasks, members.c.id).limit(sa.literal_column("1"))


_MEMBERS = {dialect: _members(dialect) for dialect in Dialect}
_LEAST_BUSY = {dialect: _least_busy(dialect) for dialect in Dialect}


class StoredDirectory(StoredSignIns):
    """People on one connection."""

    __slots__ = ()

    def __init__(self, session: Session, ids: IdSource) -> None:
        super().__init__(session, ids)

    def user(self, user: UserId) -> UserRow | None:
        row = self._session.first(_USER, {"id": user})
        return None if row is None else USERS.row(row)

    def user_by_email(self, email: str) -> UserRow | None:
        row = self._session.first(_BY_EMAIL, {"email": fold(email)})
        return None if row is None else USERS.row(row)

    def users(self) -> tuple[UserRow, ...]:
        return USERS.rows(self._session.rows(_ALL))

    def save_user(self, row: UserRow) -> None:
        self._session.change(_SAVE, USERS.params(row, email_folded=fold(row.email)))
        if not row.is_active:
            self._session.change(_END_SESSIONS, {"id": row.id})
            self._session.change(_END_TOKENS, {"id": row.id})

    def roles(self, app: AppId, user: UserId) -> frozenset[RoleId]:
        rows = self._session.rows(_ROLES, {"app": app, "id": user})
        return frozenset(RoleId(row[0]) for row in rows)

    def set_roles(self, app: AppId, user: UserId, roles: Iterable[RoleId]) -> None:
        self._session.change(_DROP_ROLES, {"app": app, "id": user})
        rows = [{"app": app, "user": user, "role": role} for role in sorted(set(roles))]
        self._session.change_many(_ADD_ROLE, rows)

    def members(self, app: AppId, roles: Iterable[RoleId]) -> tuple[UserRow, ...]:
        dialect = self._session.dialect
        params = {"app": app, "roles": list_param(sorted(roles), dialect)}
        return USERS.rows(self._session.rows(_MEMBERS[dialect], params))

    def least_busy(self, app: AppId, roles: Iterable[RoleId]) -> UserId | None:
        dialect = self._session.dialect
        if dialect is Dialect.POSTGRES:  # two choices at once would both take the same person
            self._session.rows(_ONE_CHOICE, {"pool": app})
        params = {"app": app, "roles": list_param(sorted(roles), dialect)}
        row = self._session.first(_LEAST_BUSY[dialect], params)
        return None if row is None else UserId(row[0])

    def muted(self, user: UserId) -> frozenset[tuple[AppId, str, str]]:
        rows = self._session.rows(_MUTED, {"id": user})
        return frozenset((AppId(app), template, channel) for app, template, channel in rows)

    def muted_by(self, app: AppId, template: str) -> frozenset[tuple[UserId, str]]:
        rows = self._session.rows(_MUTED_BY, {"app": app, "template": template})
        return frozenset((UserId(user), channel) for user, channel in rows)

    def set_muted(self, user: UserId, muted: Iterable[tuple[AppId, str, str]]) -> None:
        self._session.change(_UNMUTE, {"id": user})
        rows = [
            {"app": app, "template": template, "channel": channel, "user": user}
            for app, template, channel in sorted(set(muted))
        ]
        self._session.change_many(_MUTE, rows)

    def linked_record(self, app: AppId, user: UserId) -> RecordId | None:
        row = self._session.first(_LINKED, {"app": app, "id": user})
        return None if row is None else RecordId(row[0])

    def link_record(self, app: AppId, user: UserId, record: RecordId) -> None:
        self._session.change(_LINK, {"app": app, "user": user, "record": record})

    def unlink_record(self, app: AppId, user: UserId) -> None:
        self._session.change(_UNLINK, {"app": app, "id": user})

    def standing(self, app: AppId, user: UserId) -> Standing:
        rows = self._session.rows(_STANDING, {"app": app, "id": user})
        return Standing(
            roles=frozenset(RoleId(id_) for what, id_ in rows if what == "role"),
            departments=frozenset(DepartmentId(id_) for what, id_ in rows if what == "department"),
            record=next((RecordId(id_) for what, id_ in rows if what == "record"), None),
        )

    def departments(self, user: UserId) -> frozenset[DepartmentId]:
        rows = self._session.rows(_DEPARTMENTS, {"id": user})
        return frozenset(DepartmentId(row[0]) for row in rows)

    def set_departments(self, user: UserId, departments: Iterable[DepartmentId]) -> None:
        self._session.change(_DROP_DEPARTMENTS, {"id": user})
        rows = [{"user": user, "department": one} for one in sorted(set(departments))]
        self._session.change_many(_ADD_DEPARTMENT, rows)
