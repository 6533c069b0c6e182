"""A stream encrypted in chunks, for files and backups that do not fit into memory.

Chunk n is sealed with nonce n, under a key that is used for one stream only, and says whether it
is the last: a stream cut short, or put together from others, does not open.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engines.errors import BugError

CHUNK = 256 * 1024
_TAG = 16


def chunks_of(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Full chunks of a stream, each with whether it is the last; an empty stream has one."""
    chunk = _full_chunk(source)
    while True:
        following = _full_chunk(source) if len(chunk) == CHUNK else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


class Sealer:
    """Seals the chunks of one stream, one after the other."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._number = 0

    def seal(self, chunk: bytes, *, is_last: bool) -> bytes:
        """The next chunk's ciphertext."""
        sealed = self._cipher.encrypt(_nonce(self._number), chunk, _mark(is_last=is_last))
        self._number += 1
        return sealed


class SealedWriter(io.RawIOBase):
    """Writes what it is given, sealed, to another stream. Complete once it is closed."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target = target
        self._sealer = Sealer(key)
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > CHUNK:  # the last chunk waits for close, however full it is
            self._target.write(self._sealer.seal(bytes(self._waiting[:CHUNK]), is_last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._target.write(self._sealer.seal(bytes(self._waiting), is_last=True))
        super().close()


class SealedReader(io.RawIOBase):
    """The plain bytes of a sealed stream. Raises BugError where it was changed."""

    def __init__(self, source: BinaryIO, key: bytes, name: str) -> None:
        self._source = source
        self._cipher = AESGCM(key)
        self._name = name
        self._number = 0
        self._left = b""
        self._next = source.read(CHUNK + _TAG)
        if not self._next:
            raise BugError(f"{name} was changed: it is empty")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left and self._next:
            self._left = self._open_chunk()
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def close(self) -> None:
        self._source.close()
        super().close()

    def _open_chunk(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        mark = _mark(is_last=not self._next)
        try:
            plain = self._cipher.decrypt(_nonce(self._number), sealed, mark)
        except InvalidTag:
            raise BugError(f"{self._name} was changed") from None
        self._number += 1
        return plain


def _full_chunk(source: BinaryIO) -> bytes:
    """The next chunk, full unless the stream ends: a socket gives what it has."""
    parts: list[bytes] = []
    missing = CHUNK
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _mark(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"
