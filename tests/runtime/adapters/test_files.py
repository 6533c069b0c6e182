from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest

from engines.errors import BugError, FieldErrors, NotFound
from engines.values import FileId
from runtime.adapters.files import EncryptedFiles
from runtime.adapters.keys import MasterKeys
from runtime.adapters.sealed_stream import CHUNK

FILE = FileId("0190a3c4-0000-7000-8000-00000000abcd")
OLD, NEW = b"1" * 32, b"2" * 32


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a socket does."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(min(size, 70_000))


@pytest.fixture
def files(tmp_path: Path) -> EncryptedFiles:
    return EncryptedFiles(tmp_path, MasterKeys([OLD]))


def content_file(tmp_path: Path) -> Path:
    return tmp_path / FILE[-2:] / FILE


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_a_file_comes_back_byte_by_byte(files: EncryptedFiles, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    measured = files.save(FILE, Trickle(content), max_bytes=size)  # type: ignore[arg-type]

    with files.open(FILE) as stream:
        assert stream.read() == content
    assert measured == (size, sha256(content).hexdigest())


def test_nothing_of_a_file_is_readable_on_the_disk(files: EncryptedFiles, tmp_path: Path) -> None:
    files.save(FILE, io.BytesIO(b"secret words" * 99), max_bytes=10**6)

    on_disk = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())

    assert b"secret" not in on_disk


def test_a_file_too_big_is_refused_and_leaves_nothing(
    files: EncryptedFiles, tmp_path: Path
) -> None:
    with pytest.raises(FieldErrors) as refusal:
        files.save(FILE, io.BytesIO(b"x" * 2_000_001), max_bytes=2_000_000)

    assert refusal.value.problems[0].code == "file_too_big"
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("id_", ["../../etc/passwd", "", "a/b", "x" * 65, "a.b"])
def test_an_id_that_is_a_path_is_no_file(files: EncryptedFiles, id_: str) -> None:
    with pytest.raises(NotFound):
        files.open(FileId(id_))


def test_a_missing_or_deleted_file_is_not_found(files: EncryptedFiles) -> None:
    files.save(FILE, io.BytesIO(b"x"), max_bytes=9)

    files.delete(FILE)
    files.delete(FILE)

    with pytest.raises(NotFound):
        files.open(FILE)


def test_a_changed_file_does_not_open(files: EncryptedFiles, tmp_path: Path) -> None:
    files.save(FILE, io.BytesIO(b"x" * 100), max_bytes=100)
    stored = bytearray(content_file(tmp_path).read_bytes())
    stored[5] ^= 1
    content_file(tmp_path).write_bytes(stored)

    with files.open(FILE) as stream, pytest.raises(BugError):
        stream.read()


def test_a_file_cut_at_a_chunk_does_not_open(files: EncryptedFiles, tmp_path: Path) -> None:
    files.save(FILE, io.BytesIO(b"x" * (2 * CHUNK)), max_bytes=3 * CHUNK)
    stored = content_file(tmp_path).read_bytes()
    content_file(tmp_path).write_bytes(stored[: len(stored) // 2])

    with files.open(FILE) as stream, pytest.raises(BugError):
        stream.read()


def test_rotation_rewraps_the_keys_and_leaves_the_content(tmp_path: Path) -> None:
    EncryptedFiles(tmp_path, MasterKeys([OLD])).save(FILE, io.BytesIO(b"x"), max_bytes=9)
    before = content_file(tmp_path).read_bytes()
    rotating = EncryptedFiles(tmp_path, MasterKeys([NEW, OLD]))

    counts = [rotating.rotate_keys(), rotating.rotate_keys()]

    with EncryptedFiles(tmp_path, MasterKeys([NEW])).open(FILE) as stream:
        assert stream.read() == b"x"
    assert content_file(tmp_path).read_bytes() == before
    assert counts == [1, 0]
