"""Sessions, API tokens, one-time links and failed attempts. Tokens are known here only hashed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engines.errors import Conflict
from engines.values import AppId, DepartmentId, RecordId, RoleId, UserId
from runtime.ports import Entrance, IdSource, SessionRow, Standing, TokenRow, UserRow
from runtime.store.rows import RowMap
from runtime.store.sql import Row, Session, bind, insert_into, micros
from runtime.store.tables import (
    ACCOUNT_LINK,
    ATTEMPT,
    LIVE,
    SESSION,
    SIGN_IN_LINK,
    TOKEN,
    USER,
    USER_DEPARTMENT,
    USER_ROLE,
)

SESSIONS = RowMap(SESSION, SessionRow)
TOKENS = RowMap(TOKEN, TokenRow)

_USERS = RowMap(USER, UserRow)
_KEEP_ATTEMPTS = timedelta(days=2)
_LINE = "\n"
_IS_ACTIVE = USER.c.is_active.is_(sa.true())


def _all_of(ids: sa.Column[str], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
    """The ids in one cell, a line each."""
    line: Any = sa.literal_column(f"'{_LINE}'")  # as text it would be rendered at every execution
    joined = sa.func.aggregate_strings(ids, line)
    return sa.select(joined).where(*where).scalar_subquery()


# What every request asks of whoever makes it, in one question.
_PRESENT = (
    _all_of(USER_ROLE.c.role, USER_ROLE.c.app == bind("app"), USER_ROLE.c.user == USER.c.id),
    _all_of(USER_DEPARTMENT.c.department, USER_DEPARTMENT.c.user == USER.c.id),
    sa.select(ACCOUNT_LINK.c.record)
    .where(ACCOUNT_LINK.c.app == bind("app"), ACCOUNT_LINK.c.user == USER.c.id)
    .scalar_subquery(),
    sa.select(LIVE.c.number).where(LIVE.c.app == bind("app")).scalar_subquery(),
)


class _Mark(FunctionElement[str]):
    """A digest of some cells; empty on SQLite, which knows itself what changed (`Answers`)."""

    inherit_cache = True


@compiles(_Mark)
def _no_mark(*_: Any, **__: Any) -> str:
    return "''"


@compiles(_Mark, "postgresql")
def _mark(element: Any, compiler: Any, **options: Any) -> str:
    return f"md5(row({compiler.process(element.clauses, **options)})::text)"


def _mark_of_token() -> _Mark:
    """Of everything that is known by a token but when it was used."""
    known = (*TOKENS.columns, *_USERS.columns, *_PRESENT)
    return _Mark(*(cell for cell in known if cell is not TOKEN.c.used_at))


_ADD_SESSION = insert_into(SESSION)
_SESSION = (
    sa.select(*SESSIONS.columns, *_USERS.columns, *_PRESENT)
    .join(USER, USER.c.id == SESSION.c.user)
    .where(SESSION.c.token_hash == bind("token_hash"), _IS_ACTIVE)
)
_TOUCH = sa.update(SESSION).where(SESSION.c.id == bind("key")).values(seen_at=bind("seen"))
_SESSIONS_OF = (
    sa.select(*SESSIONS.columns)
    .where(SESSION.c.user == bind("user"))
    .order_by(SESSION.c.seen_at.desc(), SESSION.c.id.desc())
)
_END_OTHERS = sa.delete(SESSION).where(
    SESSION.c.user == bind("user"), SESSION.c.id != bind("kept")
)
_END = sa.delete(SESSION).where(SESSION.c.id == bind("id"))

_ADD_TOKEN = insert_into(TOKEN)
_TOKEN = (
    sa.select(*TOKENS.columns, *_USERS.columns, *_PRESENT, _mark_of_token())
    .join(USER, USER.c.id == TOKEN.c.user)
    .where(TOKEN.c.token_hash == bind("token_hash"), _IS_ACTIVE)
)
_MARK = (
    sa.select(_mark_of_token().label("mark"))
    .select_from(TOKEN)
    .join(USER, USER.c.id == TOKEN.c.user)
    .where(TOKEN.c.token_hash == bind("token_hash"), _IS_ACTIVE)
)
_MARKED = _MARK.subquery()
# Fails where the mark is another one, by dividing by nothing: so a pipeline ends there.
_MUST_BE_MARKED = sa.select(
    sa.literal_column("1", sa.BigInteger)
    // sa.select(sa.func.count()).where(_MARKED.c.mark == bind("mark")).scalar_subquery()
)
_TOKENS_OF = (
    sa.select(*TOKENS.columns).where(TOKEN.c.user == bind("user")).order_by(TOKEN.c.id.desc())
)
_TOUCH_TOKEN = sa.update(TOKEN).where(TOKEN.c.id == bind("key")).values(used_at=bind("used"))
_REVOKE = sa.delete(TOKEN).where(TOKEN.c.id == bind("id"), TOKEN.c.user == bind("user"))

_ADD_LINK = insert_into(SIGN_IN_LINK)
_USE_LINK = (
    sa.update(SIGN_IN_LINK)
    .where(
        SIGN_IN_LINK.c.token_hash == bind("link"),
        SIGN_IN_LINK.c.used_at.is_(None),
        SIGN_IN_LINK.c.expires_at > bind("now"),
    )
    .values(used_at=bind("now"))
    .returning(SIGN_IN_LINK.c.user)
)
_ACTIVE_USER = sa.select(*_USERS.columns).where(USER.c.id == bind("id"), _IS_ACTIVE)

_ADD_ATTEMPT = insert_into(ATTEMPT, without=("id",))
_ATTEMPTS = sa.select(sa.func.count()).where(
    ATTEMPT.c.subject == bind("subject"), ATTEMPT.c.at >= bind("since")
)
_FORGET_ATTEMPTS = sa.delete(ATTEMPT).where(
    ATTEMPT.c.subject == bind("subject"), ATTEMPT.c.at < bind("before")
)


class StoredSignIns:
    """How people sign in, on one connection."""

    __slots__ = ("_ids", "_session")

    def __init__(self, session: Session, ids: IdSource) -> None:
        self._session = session
        self._ids = ids

    def add_session(self, row: SessionRow, token_hash: str) -> None:
        self._session.change(_ADD_SESSION, SESSIONS.params(row, token_hash=token_hash))

    def session(self, token_hash: str, app: AppId | None = None) -> Entrance[SessionRow] | None:
        return self._session.known(
            _SESSION, {"token_hash": token_hash, "app": app or ""}, _session_entrance
        )

    def touch_session(self, session: str, seen_at: datetime) -> None:
        self._session.change(_TOUCH, {"key": session, "seen": micros(seen_at)})

    def sessions_of(self, user: UserId) -> tuple[SessionRow, ...]:
        return SESSIONS.rows(self._session.rows(_SESSIONS_OF, {"user": user}))

    def end_sessions(self, user: UserId, *, except_: str | None = None) -> None:
        self._session.change(_END_OTHERS, {"user": user, "kept": except_ or ""})

    def end_session(self, session: str) -> None:
        self._session.change(_END, {"id": session})

    def add_token(
        self, user: UserId, name: str, token_hash: str, scopes: Iterable[str], now: datetime
    ) -> str:
        id_ = self._ids.new()
        row = {
            "id": id_,
            "token_hash": token_hash,
            "user": user,
            "name": name,
            "scopes": " ".join(sorted(set(scopes))),
            "created_at": micros(now),
            "used_at": None,
        }
        self._session.change(_ADD_TOKEN, row)
        return id_

    def token(self, token_hash: str, app: AppId | None = None) -> Entrance[TokenRow] | None:
        return self._session.known(
            _TOKEN, {"token_hash": token_hash, "app": app or ""}, _token_entrance
        )

    def require_token(self, token_hash: str, app: AppId, mark: str) -> None:
        asked = {"token_hash": token_hash, "app": app}
        if self._session.trusts(_MUST_BE_MARKED, {**asked, "mark": mark}):
            return
        row = self._session.first(_MARK, asked)
        if row is None or row[0] != mark:
            raise Conflict("Your account or the app was changed in this moment. Repeat it.")

    def tokens_of(self, user: UserId) -> tuple[TokenRow, ...]:
        return TOKENS.rows(self._session.rows(_TOKENS_OF, {"user": user}))

    def touch_token(self, token: str, used_at: datetime) -> None:
        self._session.change(_TOUCH_TOKEN, {"key": token, "used": micros(used_at)})

    def revoke_token(self, token: str, user: UserId) -> bool:
        return self._session.change(_REVOKE, {"id": token, "user": user}) == 1

    def add_sign_in_link(self, token_hash: str, user: UserId, expires_at: datetime) -> None:
        row = {"token_hash": token_hash, "user": user, "expires_at": micros(expires_at)}
        self._session.change(_ADD_LINK, {**row, "used_at": None})

    def use_sign_in_link(self, token_hash: str, now: datetime) -> UserRow | None:
        used = self._session.first(_USE_LINK, {"link": token_hash, "now": micros(now)})
        if used is None:
            return None
        row = self._session.first(_ACTIVE_USER, {"id": used[0]})
        return None if row is None else _USERS.row(row)

    def attempts(self, subject: str, since: datetime) -> int:
        row = self._session.first(_ATTEMPTS, {"subject": subject, "since": micros(since)})
        return 0 if row is None else int(row[0])

    def add_attempt(self, subject: str, now: datetime) -> None:
        before = micros(now - _KEEP_ATTEMPTS)
        self._session.change(_FORGET_ATTEMPTS, {"subject": subject, "before": before})
        self._session.change(_ADD_ATTEMPT, {"subject": subject, "at": micros(now)})


def _session_entrance(row: Row) -> Entrance[SessionRow]:
    return Entrance(SESSIONS.row(row), *_present(row[len(SESSIONS.columns) :]))


def _token_entrance(row: Row) -> Entrance[TokenRow]:
    return Entrance(TOKENS.row(row), *_present(row[len(TOKENS.columns) : -1]), mark=row[-1])


def _present(row: Row) -> tuple[UserRow, Standing, int | None]:
    roles, departments, record, live = row[len(_USERS.columns) :]
    standing = Standing(
        roles=frozenset(map(RoleId, roles.split(_LINE))) if roles else frozenset(),
        departments=frozenset(map(DepartmentId, departments.split(_LINE)))
        if departments
        else frozenset(),
        record=None if record is None else RecordId(record),
    )
    return _USERS.row(row), standing, live
