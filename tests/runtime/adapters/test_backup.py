from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engines.errors import BugError
from engines.values import FileId
from runtime.adapters.backup import BackupError, read_backup, write_backup
from runtime.adapters.clock import SettableClock
from runtime.adapters.files import EncryptedFiles
from runtime.adapters.keys import MasterKeys
from runtime.ports import FormTable, WrongSchema
from runtime.store import migrate
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.stores import (
    START,
    AnyStore,
    CountingIds,
    a_field,
    a_record,
    made,
    opened_store,
    record_id,
    stored,
)

KEYS, OTHERS = MasterKeys([b"1" * 32]), MasterKeys([b"2" * 32])
FILE = FileId("00000000-0000-7000-8000-0000000000ff")


@dataclass
class Site:
    """A store with one encrypted record and one attachment, and where a backup goes."""

    store: AnyStore
    table: FormTable
    files_dir: Path
    archive: Path
    request: pytest.FixtureRequest

    def backed_up(self) -> Path:
        write_backup(self.store, self.files_dir, KEYS, self.archive, START)
        return self.archive

    def restored(self, directory: Path, keys: MasterKeys = KEYS) -> AnyStore:
        """A new store with what the archive holds."""
        database = directory / "dougong.sqlite"
        read_backup(self.archive, keys, database, directory / "files")
        parts = {"clock": SettableClock(START), "ids": CountingIds(), "wrap": keys}
        if isinstance(self.store, SqliteStore):
            return SqliteStore(database, **parts)  # type: ignore[arg-type]
        server = self.request.getfixturevalue("postgres_server")
        store = PostgresStore(server.new_database(), **parts)  # type: ignore[arg-type]
        store.restore(str(database))
        return store


@pytest.fixture(params=["file", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    files_dir = tmp_path / "files"
    with opened_store(request.param, request, tmp_path, wrap=KEYS) as store:
        table = made(store, a_field("phone", is_encrypted=True), a_field("n", is_searched=True))
        stored(store, table, a_record(1, phone="138", n="one"))
        EncryptedFiles(files_dir, KEYS).save(
            FILE, io.BytesIO(b"content" * 99_999), max_bytes=10**7
        )
        yield Site(store, table, files_dir, tmp_path / "desk.backup", request)


def test_a_restored_backup_has_records_and_attachments(site: Site, tmp_path: Path) -> None:
    site.backed_up()

    store = site.restored(tmp_path / "new")

    with store.read() as reader:
        assert reader.records.get(site.table, record_id(1)) == a_record(1, phone="138", n="one")
        assert reader.events.verify().problems == ()
    with EncryptedFiles(tmp_path / "new" / "files", KEYS).open(FILE) as stream:
        assert stream.read() == b"content" * 99_999
    stored(store, site.table, a_record(2, phone="139"))  # it goes on from there
    store.close()


def test_a_backup_says_nothing_without_the_master_key(site: Site, tmp_path: Path) -> None:
    content = site.backed_up().read_bytes()

    with pytest.raises(BugError):
        site.restored(tmp_path / "new", OTHERS)

    assert b"desk__ticket" not in content
    assert b"dg_event" not in content


def test_a_backup_under_load_is_of_one_instant(site: Site, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 10
        while not stop.is_set():
            pair = [a_record(number, n="x"), a_record(number + 1, n="x")]
            stored(site.store, site.table, *pair)
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        site.backed_up()
    finally:
        stop.set()
        writer.join()

    store = site.restored(tmp_path / "new")
    with store.read() as reader:
        ids = [record_id(number) for number in range(10, 5_000)]
        assert len(reader.records.get_many(site.table, ids)) % 2 == 0
    store.close()


def test_a_changed_or_cut_archive_is_refused(site: Site, tmp_path: Path) -> None:
    content = site.backed_up().read_bytes()
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1

    site.archive.write_bytes(changed)
    with pytest.raises(BugError):
        site.restored(tmp_path / "one")
    site.archive.write_bytes(content[: len(content) - 300_000])
    with pytest.raises(BugError):
        site.restored(tmp_path / "two")


def test_only_an_empty_place_is_restored_into(site: Site, tmp_path: Path) -> None:
    site.backed_up()
    site.restored(tmp_path / "new").close()

    with pytest.raises(BackupError, match="not empty"):
        read_backup(
            site.archive, KEYS, tmp_path / "new" / "dougong.sqlite", tmp_path / "new" / "files"
        )


def test_a_filled_database_is_not_restored_into(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("postgres", request, tmp_path, wrap=KEYS) as store:
        store.backup(str(tmp_path / "tables"))

        with pytest.raises(WrongSchema, match="empty one"):
            store.restore(str(tmp_path / "tables"))  # type: ignore[union-attr]


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgres_server")
    parts = {"clock": SettableClock(START), "ids": CountingIds(), "wrap": KEYS}
    older, newer = (PostgresStore(server.new_database(), **parts) for _ in range(2))  # type: ignore[arg-type]
    older.run(lambda unit: migrate.upgrade(unit.session, "0001"))  # type: ignore[attr-defined]
    older.run(lambda unit: unit.registry.save_run("kept", "test", {"n": 1}, START))
    older.backup(str(tmp_path / "tables"))

    newer.restore(str(tmp_path / "tables"))
    newer.migrate()

    with newer.read() as reader:
        assert reader.registry.run("kept") == {"n": 1}
    assert newer.is_migrated()
    older.close()
    newer.close()


def test_an_archive_is_not_overwritten(site: Site) -> None:
    site.backed_up()

    with pytest.raises(BackupError, match="another name"):
        site.backed_up()


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hello")

    with pytest.raises(BackupError, match="no backup"):
        read_backup(tmp_path / "x", KEYS, tmp_path / "d" / "db", tmp_path / "d" / "files")


def test_a_database_of_another_master_key_does_not_start(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path, wrap=KEYS) as store:
        stored(store, made(store, a_field("phone", is_encrypted=True)), a_record(1, phone="1"))

    with pytest.raises(BugError), opened_store("file", request, tmp_path, wrap=OTHERS):
        pass
