"""What signing in is made of: its policy, its refusals, its result. Signs nobody in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from engines.errors import NotAllowed
from runtime.ports import SessionRow, UserRow


class Passwords(Protocol):
    """Slow hashing of passwords."""

    def hash(self, password: str) -> str:
        """A salted hash."""
        ...

    def verify(self, hashed: str, password: str) -> bool:
        """Whether the password is the one; an empty hash costs the same time and is never it."""
        ...

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other costs than are used now."""
        ...


class SignInRefused(NotAllowed):
    """The address, the password or the link was not right; which one is never said."""


class TooManyAttempts(NotAllowed):
    """Too many failed sign-ins for this address or from this place; try again later."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__("Too many attempts to sign in. Wait a few minutes, then try again.")


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """How long sessions last and how many failed attempts are borne."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)
    touch_every: timedelta = timedelta(minutes=1)
    window: timedelta = timedelta(minutes=15)
    per_account: int = 10
    per_address: int = 50
    link_valid: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody signs in from."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session with its token, which is shown to nobody but the browser."""

    token: str
    session: SessionRow
    user: UserRow


def hashed_token(token: str) -> str:
    """How a token is stored. It has 256 random bits, so a plain hash cannot be searched back."""
    return hashlib.sha256(token.encode()).hexdigest()
