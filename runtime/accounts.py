"""Accounts: signing in and out, sessions, one-time links, API tokens, users and their roles.

Knows no HTTP: cookies and headers are `runtime/web`'s. Tokens leave here once, in clear; only
their hashes are stored. Long because all that a person or an administrator does to an account is
one door.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from engines.errors import Conflict, FieldErrors, FieldProblem, NotFound
from engines.messages import SystemChanged
from engines.values import AppId, RoleId, UserId
from runtime.passwords import LONGEST, require_good_password
from runtime.ports import (
    Clock,
    Entrance,
    IdSource,
    Reader,
    SessionRow,
    Store,
    TokenRow,
    Unit,
    UserRow,
)
from runtime.sign_in import (
    Passwords,
    SignedIn,
    SignInPolicy,
    SignInRefused,
    TooManyAttempts,
    Visit,
    hashed_token,
)

EVERYWHERE = AppId("")  # the log's app of what concerns the whole organisation
SCOPES = frozenset({"read", "write"})


class Accounts:
    """Everything about who somebody is."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdSource,
        passwords: Passwords,
        policy: SignInPolicy | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._policy = policy or SignInPolicy()

    # --- signing in ---

    def sign_in(self, email: str, password: str, visit: Visit) -> SignedIn:
        """A new session for a right password.

        Raises SignInRefused, the same and after the same time for an unknown address, a wrong
        password and a closed account; TooManyAttempts without looking at the password.
        """
        subjects = (f"account:{_folded(email)}", f"address:{visit.address}")
        self._require_patience(subjects)
        with self._store.read() as reader:
            user = reader.directory.user_by_email(_folded(email))
        usable = user is not None and user.is_active
        hashed = user.password_hash if user is not None and usable else ""
        if not self._passwords.verify(hashed, password[: LONGEST + 1]) or user is None:
            self._count_attempt(subjects, user)
            raise SignInRefused("The address or the password is not right.")
        fresh = self._passwords.hash(password) if self._passwords.is_outdated(hashed) else hashed

        def work(unit: Unit) -> SignedIn:
            stored = unit.directory.user(user.id) if fresh != hashed else None
            if stored is not None and stored.password_hash == hashed:  # not changed meanwhile
                unit.directory.save_user(replace(stored, password_hash=fresh))
            return self._open_session(unit, user, visit)

        return self._store.run(work)

    def sign_in_by_link(self, token: str, visit: Visit) -> SignedIn:
        """A new session for a one-time link, which is spent. Raises SignInRefused."""
        subjects = (f"address:{visit.address}",)
        self._require_patience(subjects)

        def work(unit: Unit) -> SignedIn | None:
            user = unit.directory.use_sign_in_link(hashed_token(token), unit.now)
            usable = user is not None and user.is_active
            return self._open_session(unit, user, visit) if user and usable else None

        signed_in = self._store.run(work)
        if signed_in is None:
            self._count_attempt(subjects, None)
            raise SignInRefused("This link was used already, or is too old. Ask for a new one.")
        return signed_in

    def new_sign_in_link(self, user: UserId, valid: timedelta | None = None) -> str:
        """The token of a one-time link for an account. Raises NotFound."""
        token = self._ids.token()
        expires_at = self._clock.now() + (valid or self._policy.link_valid)

        def work(unit: Unit) -> None:
            if unit.directory.user(user) is None:
                raise NotFound("account")
            unit.directory.add_sign_in_link(hashed_token(token), user, expires_at)

        self._store.run(work)
        return token

    # --- sessions and tokens, read fresh on every request ---

    def session(
        self, reader: Reader, token: str, app: AppId | None = None
    ) -> Entrance[SessionRow] | None:
        """The session of a browser's token with its user, unless it ended or timed out."""
        found = reader.directory.session(hashed_token(token), app)
        if found is None:
            return None
        now, row = self._clock.now(), found.by
        is_idle = now - row.seen_at > self._policy.idle
        is_old = now - row.created_at > self._policy.absolute
        return None if is_idle or is_old else found

    def note_use(self, session: SessionRow) -> None:
        """Remember that a session is in use; writes at most once a minute."""
        now = self._clock.now()
        if now - session.seen_at >= self._policy.touch_every:
            self._store.run(lambda unit: unit.directory.touch_session(session.id, now))

    def note_token_use(self, token: TokenRow) -> None:
        """Remember that a token is in use; writes at most once a minute."""
        now = self._clock.now()
        if token.used_at is None or now - token.used_at >= self._policy.touch_every:
            self._store.run(lambda unit: unit.directory.touch_token(token.id, now))

    def sign_out(self, session: SessionRow) -> None:
        """End one session."""

        def work(unit: Unit) -> None:
            unit.directory.end_session(session.id)
            _log(unit, "signed_out", session.user)

        self._store.run(work)

    def sessions(self, user: UserId) -> tuple[SessionRow, ...]:
        """Where somebody is signed in, latest first."""
        with self._store.read() as reader:
            return reader.directory.sessions_of(user)

    def end_session(self, user: UserId, session: str) -> None:
        """Sign somebody out at one place. Raises NotFound for a session that is not theirs."""

        def work(unit: Unit) -> None:
            if session not in {one.id for one in unit.directory.sessions_of(user)}:
                raise NotFound("this session")
            unit.directory.end_session(session)
            _log(unit, "session_ended", user)

        self._store.run(work)

    def tokens(self, user: UserId) -> tuple[TokenRow, ...]:
        """Somebody's API tokens, newest first."""
        with self._store.read() as reader:
            return reader.directory.tokens_of(user)

    def end_other_sessions(self, user: UserId, keep: SessionRow) -> None:
        """Sign somebody out everywhere but here."""
        self._store.run(lambda unit: unit.directory.end_sessions(user, except_=keep.id))

    def new_token(self, user: UserId, name: str, scopes: Iterable[str]) -> str:
        """A new API token in clear, for the only time. Raises FieldErrors."""
        wanted = frozenset(scopes)
        if not wanted or not wanted <= SCOPES:
            raise FieldErrors([FieldProblem("scopes", "unknown_option", {"value": "scopes"})])
        if not name.strip():
            raise FieldErrors([FieldProblem("name", "required")])
        token = self._ids.token()

        def work(unit: Unit) -> None:
            unit.directory.add_token(
                user, name.strip()[:100], hashed_token(token), wanted, unit.now
            )
            _log(unit, "token_made", user, {"name": name.strip()[:100]})

        self._store.run(work)
        return token

    def revoke_token(self, token_id: str, by: UserId) -> None:
        """End an API token of one's own. Raises NotFound for any other."""

        def work(unit: Unit) -> None:
            if not unit.directory.revoke_token(token_id, by):
                raise NotFound("this token")
            _log(unit, "token_revoked", by)

        self._store.run(work)

    # --- what somebody wants to be told ---

    def muted(self, user: UserId) -> frozenset[tuple[AppId, str, str]]:
        """The messages somebody does not want: (app, template, channel)."""
        with self._store.read() as reader:
            return reader.directory.muted(user)

    def mute(self, user: UserId, app: AppId, muted: Iterable[tuple[str, str]]) -> None:
        """Replace what somebody does not want of an app: (template, channel)."""
        wanted = frozenset((app, template, channel) for template, channel in muted)

        def work(unit: Unit) -> None:
            others = {one for one in unit.directory.muted(user) if one[0] != app}
            unit.directory.set_muted(user, others | wanted)

        self._store.run(work)

    # --- people ---

    def users(self) -> tuple[UserRow, ...]:
        """All accounts by name."""
        with self._store.read() as reader:
            return reader.directory.users()

    def add_user(self, new: UserRow, *, password: str = "") -> UserRow:
        """Open an account; `new.id` and `new.password_hash` are given here.

        Raises FieldErrors for a password that is too weak, Conflict when the address is taken.
        """
        if password:
            require_good_password(password, email=new.email)
        hashed = self._passwords.hash(password) if password else ""
        user = replace(
            new, id=UserId(self._ids.new()), email=_folded(new.email), password_hash=hashed
        )

        def work(unit: Unit) -> None:
            if unit.directory.user_by_email(user.email) is not None:
                raise Conflict("An account with this address exists already.")
            unit.directory.save_user(user)
            _log(unit, "user_added", user.id)

        self._store.run(work)
        return user

    def change_user(self, user: UserRow) -> None:
        """Store an account's name, language, zone or state; closing it ends its sessions."""

        def work(unit: Unit) -> None:
            unit.directory.save_user(user)
            _log(unit, "user_changed", user.id, {"is_active": user.is_active})

        self._store.run(work)

    def set_password(self, user: UserRow, password: str) -> None:
        """Give an account a password and end all its sessions. Raises FieldErrors."""
        self._store_password(user, password, keep=None)

    def change_password(self, user: UserRow, old: str, new: str, keep: SessionRow) -> None:
        """Change one's own password; other sessions end. Raises FieldErrors."""
        self._require_patience((f"account:{user.email}",))
        if user.password_hash and not self._passwords.verify(user.password_hash, old):
            self._count_attempt((f"account:{user.email}",), user)
            raise FieldErrors([FieldProblem("old_password", "wrong_password")])
        self._store_password(user, new, keep=keep.id)

    def set_roles(self, app: AppId, user: UserId, roles: Iterable[RoleId]) -> None:
        """Replace the roles of an account in an app."""
        wanted = frozenset(roles)

        def work(unit: Unit) -> None:
            unit.directory.set_roles(app, user, wanted)
            _log(unit, "roles_set", user, {"app": app, "roles": sorted(wanted)})

        self._store.run(work)

    # --- inside ---

    def _open_session(self, unit: Unit, user: UserRow, visit: Visit) -> SignedIn:
        token = self._ids.token()
        session = SessionRow(
            id=self._ids.new(),
            user=user.id,
            csrf=self._ids.token(),
            created_at=unit.now,
            seen_at=unit.now,
            user_agent=visit.browser[:200],
        )
        unit.directory.add_session(session, hashed_token(token))
        _log(unit, "signed_in", user.id, {"address": visit.address})
        return SignedIn(token, session, user)

    def _require_patience(self, subjects: tuple[str, ...]) -> None:
        since = self._clock.now() - self._policy.window
        with self._store.read() as reader:
            for subject in subjects:
                if reader.directory.attempts(subject, since) >= self._most(subject):
                    raise TooManyAttempts(int(self._policy.window.total_seconds()))

    def _most(self, subject: str) -> int:
        is_account = subject.startswith("account:")
        return self._policy.per_account if is_account else self._policy.per_address

    def _count_attempt(self, subjects: tuple[str, ...], user: UserRow | None) -> None:
        def work(unit: Unit) -> None:
            for subject in subjects:
                unit.directory.add_attempt(subject, unit.now)
            _log(unit, "sign_in_refused", user.id if user else UserId(""))

        self._store.run(work)

    def _store_password(self, user: UserRow, password: str, keep: str | None) -> None:
        require_good_password(password, email=user.email)
        hashed = self._passwords.hash(password)

        def work(unit: Unit) -> None:
            unit.directory.save_user(replace(user, password_hash=hashed))
            unit.directory.end_sessions(user.id, except_=keep)
            _log(unit, "password_set", user.id)

        self._store.run(work)


def _folded(email: str) -> str:
    return email.strip().lower()


def _log(unit: Unit, what: str, user: UserId, details: dict[str, object] | None = None) -> None:
    event = SystemChanged(what, user, details or {})
    unit.events.append(EVERYWHERE, 0, [event], actor=user or None, via="session")
