"""Bytes of attachments under the data directory, encrypted in chunks, named by id only.

Each file has a key of its own, wrapped by the master key, beside it: rotation rewrites small key
files and no content. Chunk n is sealed with nonce n and says whether it is the last, so that a
file cut short or put together from others does not open.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engines.errors import BugError, FieldErrors, FieldProblem, NotFound
from engines.values import FileId
from runtime.ports import KeyWrap

CHUNK = 256 * 1024
_TAG = 16
_IS_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")


class EncryptedFiles:
    """Files in a directory, two levels deep by the end of their id."""

    def __init__(self, directory: Path, wrap: KeyWrap) -> None:
        self._directory = directory
        self._wrap = wrap

    def save(self, id_: FileId, source: BinaryIO, *, max_bytes: int) -> tuple[int, str]:
        content, key_file = self._places(id_)
        content.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = token_bytes(32)
        _write_whole(key_file, [self._wrap.wrap(key, _purpose(id_))])
        digest = sha256()
        size = 0

        def sealed() -> Iterator[bytes]:
            nonlocal size
            for chunk, is_last, number in _chunks(source):
                size += len(chunk)
                if size > max_bytes:
                    raise _too_big(max_bytes)
                digest.update(chunk)
                yield AESGCM(key).encrypt(_nonce(number), chunk, _mark(is_last=is_last))

        try:
            _write_whole(content, sealed())
        except BaseException:
            key_file.unlink(missing_ok=True)
            raise
        return size, digest.hexdigest()

    def open(self, id_: FileId) -> BinaryIO:
        content, key_file = self._places(id_)
        try:
            key = self._wrap.unwrap(key_file.read_bytes(), _purpose(id_))
            source = content.open("rb")
        except FileNotFoundError:
            raise NotFound(f"file {id_}") from None
        return io.BufferedReader(_Opened(source, AESGCM(key), id_), CHUNK)

    def delete(self, id_: FileId) -> None:
        content, key_file = self._places(id_)
        key_file.unlink(missing_ok=True)  # first: without it the content is noise
        content.unlink(missing_ok=True)

    def rotate_keys(self) -> int:
        """Wrap the keys of all files anew with the newest master key; how many were not."""
        count = 0
        for key_file in sorted(self._directory.glob("*/*.key")):
            wrapped = key_file.read_bytes()
            if not self._wrap.is_current(wrapped):
                purpose = _purpose(FileId(key_file.stem))
                _write_whole(
                    key_file, [self._wrap.wrap(self._wrap.unwrap(wrapped, purpose), purpose)]
                )
                count += 1
        return count

    def _places(self, id_: FileId) -> tuple[Path, Path]:
        if not _IS_ID.fullmatch(id_):
            raise NotFound(f"file {id_}")
        folder = self._directory / id_[-2:]
        return folder / id_, folder / f"{id_}.key"


class _Opened(io.RawIOBase):
    """The plain bytes of one file, chunk by chunk."""

    def __init__(self, source: BinaryIO, cipher: AESGCM, id_: FileId) -> None:
        self._source = source
        self._cipher = cipher
        self._id = id_
        self._number = 0
        self._left = b""
        self._next = source.read(CHUNK + _TAG)

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
            raise BugError(f"the stored file {self._id} was changed") from None
        self._number += 1
        return plain


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, bool, int]]:
    """Chunk, whether it is the last, its number; an empty file is one empty chunk."""
    chunk, number = _whole_chunk(source), 0
    while True:
        following = _whole_chunk(source) if chunk else b""
        yield chunk, not following, number
        if not following:
            return
        chunk, number = following, number + 1


def _whole_chunk(source: BinaryIO) -> bytes:
    """The next chunk, full unless the stream ends: a socket gives what it has."""
    parts: list[bytes] = []
    missing = CHUNK
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _write_whole(file: Path, parts: Iterator[bytes] | list[bytes]) -> None:
    """All of it or nothing, on the disk before we return."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for part in parts:
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _too_big(max_bytes: int) -> FieldErrors:
    return FieldErrors([FieldProblem("", "file_too_big", {"max_size_mb": max_bytes // 2**20})])


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _mark(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"


def _purpose(id_: FileId) -> str:
    return f"file|{id_}"
