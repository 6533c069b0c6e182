"""Passwords with Argon2id, two at once at most: a storm of sign-ins must not stop the machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runtime.turns import Turns

MEMORY_KIB = 19_456
ROUNDS = 2
LANES = 1
AT_ONCE = 2
# An unknown user's: no password is known that gives a tag of zeros, and trying one costs the same.
NOBODY = f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}${'A' * 22}${'A' * 43}"


class Passwords:
    """Hash and verify. An unknown user costs as much as a known one.

    Where request threads take `turns`, others run meanwhile: hashing needs no interpreter.
    """

    def __init__(self, turns: Turns | None = None) -> None:
        self._hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._at_once = threading.BoundedSemaphore(AT_ONCE)
        self._away = nullcontext if turns is None else turns.away

    def hash(self, password: str) -> str:
        """The hash to store."""
        with self._slowly():
            return self._hasher.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        """Whether the password is the stored one's; `hashed` is empty for an unknown user."""
        is_known = bool(hashed)
        with self._slowly():
            try:
                return self._hasher.verify(hashed or NOBODY, password) and is_known
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other costs and should be made anew at sign-in."""
        return self._hasher.check_needs_rehash(hashed)

    @contextmanager
    def _slowly(self) -> Iterator[None]:
        with self._away(), self._at_once:
            yield
