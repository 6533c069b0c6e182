"""The database and all attachments as one encrypted archive, and back into an empty place.

The archive's key is wrapped by the master key, which is never in it: who finds the archive alone
can read nothing. Attachments stay sealed under their own keys inside. The database's copy is taken
first, so that every attachment it speaks of is in the archive.
"""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from secrets import token_bytes
from typing import IO, BinaryIO, cast

import orjson

from engines.errors import AppBuilderError
from runtime.adapters.sealed_stream import CHUNK, SealedReader, SealedWriter
from runtime.ports import KeyWrap, Store

MAGIC = b"dougong-backup-1\n"
CONTENT = "backup.json"
DATABASE = "database"
FILES = "files"

_PURPOSE = "backup"
_MAX_WRAPPED = 1_024


class BackupError(AppBuilderError):
    """The archive cannot be used, or the place is not empty; the message says which."""


def write_backup(store: Store, files_dir: Path, wrap: KeyWrap, target: Path, now: datetime) -> int:
    """Write the archive; its size. `target` must not exist. Work goes on meanwhile."""
    if target.exists():
        raise BackupError(f"{target} is there already. Choose another name.")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        database = Path(folder) / DATABASE
        store.backup(str(database))
        fresh = Path(folder) / "archive"
        with _sealed_archive(fresh, wrap) as archive:
            content = orjson.dumps({"format": 1, "taken_at": now.isoformat()})
            _add_bytes(archive, CONTENT, content, now)
            archive.add(database, DATABASE)
            for file in sorted(files_dir.glob("*/*")):
                if not file.name.startswith("."):
                    _add_if_there(archive, file, f"{FILES}/{file.parent.name}/{file.name}")
        fresh.replace(target)
    return target.stat().st_size


def read_backup(source: Path, wrap: KeyWrap, database: Path, files_dir: Path) -> datetime:
    """Put the archive's database and attachments there; when it was taken.

    Raises BackupError when something is there already or the archive is not one of ours, BugError
    when it was changed or needs another master key.
    """
    if database.exists() or (files_dir.exists() and any(files_dir.iterdir())):
        raise BackupError(f"{database.parent} is not empty. Restore into a new directory.")
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    taken_at: datetime | None = None
    with _opened_archive(source, wrap) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is None:
                raise BackupError(f"{source} holds {member.name!r}, which is no file of a backup.")
            if member.name == CONTENT:
                taken_at = datetime.fromisoformat(orjson.loads(stream.read())["taken_at"])
                continue
            _write(_place(member.name, database, files_dir), stream)
    if taken_at is None or not database.exists():
        raise BackupError(f"{source} is not complete.")
    return taken_at


@contextmanager
def _sealed_archive(target: Path, wrap: KeyWrap) -> Iterator[tarfile.TarFile]:
    key = token_bytes(32)
    wrapped = wrap.wrap(key, _PURPOSE)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped)
        sealed = SealedWriter(out, key)
        with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="w|") as archive:
            yield archive
        sealed.close()
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _opened_archive(source: Path, wrap: KeyWrap) -> Iterator[tarfile.TarFile]:
    with source.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise BackupError(f"{source} is no backup of Dougong.")
        size = int.from_bytes(stream.read(2), "big")
        key = wrap.unwrap(stream.read(min(size, _MAX_WRAPPED)), _PURPOSE)
        plain = io.BufferedReader(SealedReader(cast(BinaryIO, stream), key, str(source)), CHUNK)
        with tarfile.open(fileobj=plain, mode="r|") as archive:
            yield archive
        while plain.read(CHUNK):  # to the last chunk: a cut archive is found out here
            pass


def _place(name: str, database: Path, files_dir: Path) -> Path:
    """Where a member goes; only names that a backup writes are known."""
    if name == DATABASE:
        return database
    parts = PurePosixPath(name).parts
    is_ours = len(parts) == 3 and parts[0] == FILES
    if not is_ours or any(part.startswith(".") for part in parts):
        raise BackupError(f"the archive holds {name!r}, which no backup writes.")
    return files_dir / parts[1] / parts[2]


def _write(place: Path, stream: IO[bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while part := stream.read(CHUNK):
            out.write(part)
        out.flush()
        os.fsync(out.fileno())


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes, now: datetime) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = int(now.timestamp())
    archive.addfile(info, io.BytesIO(data))


def _add_if_there(archive: tarfile.TarFile, file: Path, name: str) -> None:
    try:
        archive.add(file, name, recursive=False)
    except FileNotFoundError:  # deleted since it was listed: then no record holds it
        return
