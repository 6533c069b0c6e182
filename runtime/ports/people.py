"""Accounts, roles, sessions and tokens: rows and port. No code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from engines.values import AppId, DepartmentId, RecordId, RoleId, UserId


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account. `password_hash` is argon2 or empty."""

    id: UserId
    email: str
    name: str
    password_hash: str
    locale: str
    time_zone: str
    is_active: bool
    is_admin: bool
    revision: int = 1
    manager: UserId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is in an app."""

    roles: frozenset[RoleId]  # as given, without those they include
    departments: frozenset[DepartmentId]
    record: RecordId | None  # the record the account stands for


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser; the token is stored hashed."""

    id: str
    user: UserId
    csrf: str
    created_at: datetime
    seen_at: datetime
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token; the token itself is stored hashed."""

    id: str
    user: UserId
    name: str
    scopes: str  # "read write"
    created_at: datetime
    used_at: datetime | None = None


Row = TypeVar("Row", SessionRow, TokenRow)


@dataclass(frozen=True, slots=True)
class Entrance(Generic[Row]):
    """Who holds a session or a token, and what they are in the app they ask for."""

    by: Row
    user: UserRow
    standing: Standing  # in the app; only departments when they asked for none
    live: int | None  # number of the app's live version; None when there is no such app
    # Of all that is here but when it was last used: another text after every change. Empty where
    # the store knows by itself whether something changed.
    mark: str = ""


class Directory(Protocol):
    """Users, their roles and departments, sessions, tokens, sign-in attempts."""

    def user(self, user: UserId) -> UserRow | None:
        """One account."""

    def user_by_email(self, email: str) -> UserRow | None:
        """The account of an address, compared without case."""

    def users(self) -> tuple[UserRow, ...]:
        """All accounts by name."""

    def save_user(self, row: UserRow) -> None:
        """Add or replace an account; deactivating one ends its sessions and tokens."""

    def roles(self, app: AppId, user: UserId) -> frozenset[RoleId]:
        """Roles given to a person in an app, without those they include."""

    def set_roles(self, app: AppId, user: UserId, roles: Iterable[RoleId]) -> None:
        """Replace a person's roles in an app."""

    def members(self, app: AppId, roles: Iterable[RoleId]) -> tuple[UserRow, ...]:
        """Active accounts with any of the roles, by id."""

    def least_busy(self, app: AppId, roles: Iterable[RoleId]) -> UserId | None:
        """The active member with the fewest open tasks, ties by id; locks the choice."""

    def linked_record(self, app: AppId, user: UserId) -> RecordId | None:
        """The record an account stands for in an app."""

    def link_record(self, app: AppId, user: UserId, record: RecordId) -> None:
        """Say which record an account stands for."""

    def unlink_record(self, app: AppId, user: UserId) -> None:
        """An account stands for no record any more."""

    def standing(self, app: AppId, user: UserId) -> Standing:
        """Roles, departments and linked record together, in one question."""

    def departments(self, user: UserId) -> frozenset[DepartmentId]:
        """Departments of a person."""

    def set_departments(self, user: UserId, departments: Iterable[DepartmentId]) -> None:
        """Replace a person's departments."""

    def add_session(self, row: SessionRow, token_hash: str) -> None:
        """Store a session."""

    def session(self, token_hash: str, app: AppId | None = None) -> Entrance[SessionRow] | None:
        """The session of a token with its active user, read fresh every request."""

    def touch_session(self, session: str, seen_at: datetime) -> None:
        """A session was used."""

    def sessions_of(self, user: UserId) -> tuple[SessionRow, ...]:
        """A person's sessions, latest first."""

    def end_sessions(self, user: UserId, *, except_: str | None = None) -> None:
        """End all of a person's sessions, but `except_`."""

    def end_session(self, session: str) -> None:
        """End one session."""

    def add_token(
        self, user: UserId, name: str, token_hash: str, scopes: Iterable[str], now: datetime
    ) -> str:
        """Store an API token; its id."""

    def token(self, token_hash: str, app: AppId | None = None) -> Entrance[TokenRow] | None:
        """An API token with its active user, read fresh every request."""

    def require_token(self, token_hash: str, app: AppId, mark: str) -> None:
        """Raises Conflict when the holder of a token is not who the mark says any more."""

    def tokens_of(self, user: UserId) -> tuple[TokenRow, ...]:
        """A person's API tokens, newest first."""

    def touch_token(self, token: str, used_at: datetime) -> None:
        """An API token was used."""

    def revoke_token(self, token: str, user: UserId) -> bool:
        """End a person's API token; False when they have no such token."""

    def muted(self, user: UserId) -> frozenset[tuple[AppId, str, str]]:
        """What a person does not want: (app, template, channel)."""

    def muted_by(self, app: AppId, template: str) -> frozenset[tuple[UserId, str]]:
        """Who does not want the messages of a template, and by which channel."""

    def set_muted(self, user: UserId, muted: Iterable[tuple[AppId, str, str]]) -> None:
        """Replace what a person does not want."""

    def add_sign_in_link(self, token_hash: str, user: UserId, expires_at: datetime) -> None:
        """Store a one-time sign-in link."""

    def use_sign_in_link(self, token_hash: str, now: datetime) -> UserRow | None:
        """The user of a link that was good until now; it is spent."""

    def attempts(self, subject: str, since: datetime) -> int:
        """Failed sign-ins of an address or an IP since a time."""

    def add_attempt(self, subject: str, now: datetime) -> None:
        """Count a failed sign-in."""
