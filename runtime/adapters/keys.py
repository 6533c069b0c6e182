"""The master key: outside the data directory, and all it does is to wrap other keys.

The file holds one key a line, the base64 of 32 bytes, the newest first; older ones stay
until every data key was wrapped anew (`dougong keys rotate`).
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engines.errors import AppBuilderError, BugError

_NAME_BYTES = 4
_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyFileError(AppBuilderError):
    """The master key file cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Master:
    name: bytes
    cipher: AESGCM
    secret: bytes


class MasterKeys:
    """`KeyWrap` with the keys of a file. A wrapped key is name, nonce and ciphertext."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._masters = tuple(
            _Master(sha256(secret).digest()[:_NAME_BYTES], AESGCM(secret), secret)
            for secret in secrets
        )

    def wrap(self, key: bytes, purpose: str) -> bytes:
        newest = self._masters[0]
        nonce = token_bytes(_NONCE_BYTES)
        return newest.name + nonce + newest.cipher.encrypt(nonce, key, purpose.encode())

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        name, nonce = wrapped[:_NAME_BYTES], wrapped[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES]
        sealed = wrapped[_NAME_BYTES + _NONCE_BYTES :]
        for master in self._masters:
            if master.name == name:
                try:
                    return master.cipher.decrypt(nonce, sealed, purpose.encode())
                except InvalidTag:
                    raise BugError(f"the wrapped key for {purpose} was changed") from None
        raise BugError(
            f"the key for {purpose} was wrapped by a master key that is not in the key file"
        )

    def is_current(self, wrapped: bytes) -> bool:
        return wrapped[:_NAME_BYTES] == self._masters[0].name


def new_master_keys() -> MasterKeys:
    """A master key that is nowhere else: for sandboxes, which keep nothing."""
    return MasterKeys([token_bytes(_KEY_BYTES)])


def load_master_keys(file: Path, *, create: bool = False) -> MasterKeys:
    """The keys of a file. Raises KeyFileError when it is missing, open to others, or no key file.

    `create` makes a missing file with a new key, readable by its owner only: for a place that
    holds no data yet.
    """
    if not file.exists() and create:
        _write(file, [token_bytes(_KEY_BYTES)], replaces=False)
    if not file.exists():
        raise KeyFileError(
            f"The master key file {file} is missing. Without it encrypted values cannot be read: "
            "put it back from where you keep it."
        )
    if file.stat().st_mode & 0o077:
        raise KeyFileError(f"Others may read the master key. Run: chmod 600 {file}")
    return MasterKeys(_read(file))


def add_master_key(file: Path) -> MasterKeys:
    """Put a new key before those of the file; the data keys still have to be wrapped anew."""
    secrets = [token_bytes(_KEY_BYTES), *_read(file)]
    _write(file, secrets, replaces=True)
    return MasterKeys(secrets)


def keep_newest_master_key(file: Path) -> None:
    """Drop the older keys of the file, once nothing is wrapped by them any more."""
    _write(file, _read(file)[:1], replaces=True)


def _read(file: Path) -> list[bytes]:
    secrets: list[bytes] = []
    for number, line in enumerate(file.read_text("ascii").splitlines(), 1):
        try:
            secret = b64decode(line, validate=True)
        except NotBase64:
            secret = b""
        if len(secret) != _KEY_BYTES:
            raise KeyFileError(f"{file}:{number} is no key. A key is the base64 of 32 bytes.")
        secrets.append(secret)
    if not secrets:
        raise KeyFileError(f"{file} is empty. Put the master key back from where you keep it.")
    return secrets


def _write(file: Path, secrets: Sequence[bytes], *, replaces: bool) -> None:
    """Write the file as a whole: half a key file would lock all data up for ever.

    Without `replaces` the key of another process that was faster stays.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{token_bytes(6).hex()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write("".join(f"{b64encode(secret).decode()}\n" for secret in secrets))
        stream.flush()
        os.fsync(stream.fileno())
    if replaces:
        fresh.replace(file)
        return
    with suppress(FileExistsError):
        file.hardlink_to(fresh)
    fresh.unlink()
