"""Bytes of attachments under the data directory, encrypted, named by id only.

Each file has a key of its own, wrapped by the master key, beside it: rotation rewrites small key
files and no content.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import BinaryIO

from engines.errors import FieldErrors, FieldProblem, NotFound
from engines.values import FileId
from runtime.adapters.sealed_stream import CHUNK, SealedReader, Sealer, chunks_of
from runtime.ports import KeyWrap

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
        sealer = Sealer(key)
        digest = sha256()
        size = 0

        def sealed() -> Iterator[bytes]:
            nonlocal size
            for chunk, is_last in chunks_of(source):
                size += len(chunk)
                if size > max_bytes:
                    raise _too_big(max_bytes)
                digest.update(chunk)
                yield sealer.seal(chunk, is_last=is_last)

        write_whole(content, sealed())
        write_whole(key_file, [self._wrap.wrap(key, _purpose(id_))])
        return size, digest.hexdigest()

    def open(self, id_: FileId) -> BinaryIO:
        content, key_file = self._places(id_)
        try:
            key = self._wrap.unwrap(key_file.read_bytes(), _purpose(id_))
            source = content.open("rb")
        except FileNotFoundError:
            raise NotFound(f"file {id_}") from None
        return io.BufferedReader(SealedReader(source, key, f"the stored file {id_}"), CHUNK)

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
                key = self._wrap.unwrap(wrapped, purpose)
                write_whole(key_file, [self._wrap.wrap(key, purpose)])
                count += 1
        return count

    def _places(self, id_: FileId) -> tuple[Path, Path]:
        if not _IS_ID.fullmatch(id_):
            raise NotFound(f"file {id_}")
        folder = self._directory / id_[-2:]
        return folder / id_, folder / f"{id_}.key"


def write_whole(file: Path, parts: Iterable[bytes]) -> None:
    """Write all of it or nothing, on the disk before we return."""
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


def _purpose(id_: FileId) -> str:
    return f"file|{id_}"
