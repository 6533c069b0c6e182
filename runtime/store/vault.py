"""Encrypt and decrypt single values with data keys that live, wrapped, in `dg_key`.

A sealed value is `v1:<key id>:<nonce>:<ciphertext>`, AES-256-GCM with the place it belongs to as
associated data, so that a value copied to another row or field does not open. One data key a form;
one a record where the form's records are subjects, so that destroying it erases a person. The
master key stays in its adapter (`KeyWrap`).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_bytes

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.dialects.postgresql import insert

from engines.errors import BugError
from runtime.ports import Clock, IdSource, KeyWrap
from runtime.store.sql import Session, bind, micros
from runtime.store.tables import KEY

VERSION = "v1"
_BLIND_SCOPE = "blind"
_KEEP_S = 60.0  # how long another process may still open values of a destroyed key
_MAX_CACHED = 10_000
_NONCE_BYTES = 12

_BY_SCOPE = sa.select(KEY.c.id, KEY.c.wrapped).where(KEY.c.scope == bind("scope"))
_BY_ID = sa.select(KEY.c.wrapped, KEY.c.scope).where(KEY.c.id == bind("id"))
_ADD = (
    insert(KEY)
    .values({c.name: bind(c.name) for c in KEY.c})
    .on_conflict_do_nothing(index_elements=["scope"])
)
_FORGET = sa.delete(KEY).where(KEY.c.scope == bind("scope"))
_ALL = sa.select(KEY.c.id, KEY.c.scope, KEY.c.wrapped)
_ANY = sa.select(KEY.c.scope, KEY.c.wrapped).limit(1)
_REWRAP = sa.update(KEY).where(KEY.c.id == bind("key")).values(wrapped=bind("fresh"))


@dataclass(frozen=True, slots=True)
class _DataKey:
    id: str
    secret: bytes
    cipher: AESGCM
    good_until_s: float


class Vault:
    """The data keys of one database, and what is done with them."""

    def __init__(self, wrap: KeyWrap, clock: Clock, ids: IdSource) -> None:
        self._wrap = wrap
        self._clock = clock
        self._ids = ids
        self._by_scope: dict[str, _DataKey] = {}
        self._by_id: dict[str, _DataKey | None] = {}
        self._blind_keys: dict[str, bytes] = {}

    def seal(self, session: Session, scope: str, place: str, plain: bytes) -> str:
        """The value, encrypted with the scope's key; makes that key when there is none."""
        key = self._key_for(session, scope)
        nonce = token_bytes(_NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, plain, place.encode())
        return f"{VERSION}:{key.id}:{_text(nonce)}:{_text(sealed)}"

    def open(self, session: Session, sealed: str, place: str) -> bytes | None:
        """The value, or None when its key was destroyed.

        Raises BugError when it was changed or stands in another place than it was written for.
        """
        version, key_id, nonce, ciphertext = sealed.split(":")
        if version != VERSION:
            raise BugError(f"sealed value of unknown version {version}")
        key = self._key_by_id(session, key_id)
        if key is None:
            return None
        try:
            return key.cipher.decrypt(_bytes(nonce), _bytes(ciphertext), place.encode())
        except InvalidTag:
            raise BugError(f"the sealed value at {place} was changed or moved") from None

    def blind(self, session: Session, place: str, plain: bytes) -> str:
        """A keyed fingerprint for equality search; equal values of one place have the same."""
        key = self._blind_keys.get(place)
        if key is None:
            root = self._key_for(session, _BLIND_SCOPE)
            key = HKDF(SHA256(), 32, salt=None, info=place.encode()).derive(root.secret)
            if root.id not in session.fresh:  # a key of an unfinished unit may yet vanish
                self._blind_keys[place] = key
        return hmac.digest(key, plain, "sha256").hex()[:40]

    def is_blind(self, session: Session, place: str, plain: bytes, fingerprint: str) -> bool:
        """Whether `blind` made this fingerprint; writes nothing, so a reader may ask."""
        if not self.has_blinds(session):
            return False
        return hmac.compare_digest(self.blind(session, place, plain), fingerprint)

    def has_blinds(self, session: Session) -> bool:
        """Whether any fingerprint was ever made; asking for one would else write a key."""
        return (
            bool(self._blind_keys) or session.first(_BY_SCOPE, {"scope": _BLIND_SCOPE}) is not None
        )

    def forget(self, session: Session, scope: str) -> bool:
        """Destroy a scope's key; False when it has none."""
        found = session.first(_BY_SCOPE, {"scope": scope})
        if found is None:
            return False
        session.change(_FORGET, {"scope": scope})
        session.fresh.pop(scope, None)
        self._by_scope.pop(scope, None)
        self._by_id.pop(found[0], None)
        return True

    def check(self, session: Session) -> None:
        """Open one data key. Raises BugError when the master key at hand is not the database's."""
        row = session.first(_ANY)
        if row is not None:
            self._wrap.unwrap(bytes(row[1]), row[0])

    def rotate(self, session: Session) -> int:
        """Wrap every data key anew with the newest master key; how many there are."""
        rows = session.rows(_ALL)
        session.change_many(_REWRAP, list(self._rewrapped(rows)))
        return len(rows)

    def clear(self) -> None:
        """Forget cached keys: a transaction that made some of them was lost."""
        self._by_scope.clear()
        self._by_id.clear()
        self._blind_keys.clear()

    def _rewrapped(self, rows: Iterable[tuple[str, str, bytes]]) -> Iterable[dict[str, object]]:
        for key_id, scope, wrapped in rows:
            if not self._wrap.is_current(wrapped):
                secret = self._wrap.unwrap(bytes(wrapped), scope)
                yield {"key": key_id, "fresh": self._wrap.wrap(secret, scope)}

    def _key_for(self, session: Session, scope: str) -> _DataKey:
        known: _DataKey | None = session.fresh.get(scope) or self._by_scope.get(scope)
        if known is not None and known.good_until_s > self._clock.monotonic_s():
            return known
        row = session.first(_BY_SCOPE, {"scope": scope}) or self._made(session, scope)
        return self._opened(session, row[0], scope, bytes(row[1]))

    def _made(self, session: Session, scope: str) -> tuple[str, bytes]:
        key_id = self._ids.new()
        row = {
            "id": key_id,
            "scope": scope,
            "wrapped": self._wrap.wrap(token_bytes(32), scope),
            "created_at": micros(self._clock.now()),
        }
        session.change(_ADD, row)
        session.fresh[key_id] = None
        found = session.first(_BY_SCOPE, {"scope": scope})  # another host may have been first
        if found is None:
            raise BugError(f"the data key of {scope} was not stored")
        return found[0], found[1]

    def _key_by_id(self, session: Session, key_id: str) -> _DataKey | None:
        known = self._by_id.get(key_id)
        if known is not None and known.good_until_s > self._clock.monotonic_s():
            return known
        row = session.first(_BY_ID, {"id": key_id})
        return None if row is None else self._opened(session, key_id, row[1], bytes(row[0]))

    def _opened(self, session: Session, key_id: str, scope: str, wrapped: bytes) -> _DataKey:
        secret = self._wrap.unwrap(wrapped, scope)
        key = _DataKey(key_id, secret, AESGCM(secret), self._clock.monotonic_s() + _KEEP_S)
        if key_id in session.fresh:  # its unit may yet be rolled back: kept only within it
            session.fresh[scope] = key
            return key
        if len(self._by_id) > _MAX_CACHED:
            self.clear()
        self._by_scope[scope] = self._by_id[key_id] = key
        return key


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
