"""The store on SQLite: one writer with group commit, readers on connections of their own.

A file is kept in WAL with full syncs; in memory everything shares one connection. The caller holds
the data directory's lock: exactly one process writes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import NoneType
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engines.values import AppId, FormId
from runtime.ports import (
    Clock,
    FormTable,
    IdSource,
    KeyWrap,
    Record,
    RecordQuery,
    Unit,
)
from runtime.store import expand, migrate, percentile
from runtime.store.batches import Batches
from runtime.store.sql import Dialect, Session
from runtime.store.sqlite_driver import SqliteDriver
from runtime.store.sqlite_errors import unavailable
from runtime.store.stream import stream_records
from runtime.store.unit import Shared, StoredReader, StoredUnit, shared_parts
from runtime.store.writer import DirectWriter, Writer
from runtime.turns import Turns

T = TypeVar("T")

BUSY_S = 30.0
CLOSE_WAIT_S = 5.0
_STATEMENTS = 512  # that a connection keeps prepared

# Reports go through many pages, which mapped into memory are not copied. After each COMMIT of
# others the map is made anew, which costs a short look as much as its statement does.
_MAPPED = "PRAGMA mmap_size=268435456"

# The driver looks for a way to adapt every parameter that is no text and no number. For None, of
# which rows have many, it looks long and in vain; with this one it takes a third of the time.
sqlite3.register_adapter(NoneType, {None: None}.__getitem__)


class _Look:
    """A look into the database. A class, as a request has several: a generator costs more."""

    __slots__ = ("_reader", "_store")

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __enter__(self) -> StoredReader:
        self._reader = self._store.lend(self._store.for_looks)
        self._reader.session.answers = self._store.answers
        return self._reader

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._reader.session.answers = None
        self._store.take_back(self._reader, self._store.for_looks)
        if isinstance(error, sqlite3.Error) and (known := unavailable(error)) is not None:
            raise known from error


class SqliteStore:
    """One database file, or one in memory when there is no path."""

    def __init__(self, path: Path | None, *, clock: Clock, ids: IdSource, wrap: KeyWrap) -> None:
        self._path = path
        self._shared = shared_parts(Dialect.SQLITE, clock, ids, wrap)
        self.answers = self._shared.answers  # for who looks
        self._engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=NullPool)
        if path is not None:
            self._turn_to_wal()
        self._idle: list[StoredReader] = []
        self.for_looks: list[StoredReader] = []  # the same, for a short look each
        self._lock = threading.RLock()  # of the one connection in memory
        self._memory: StoredReader | None = None
        self.turns: Turns | None = None  # in memory who has the connection runs
        if path is not None:
            self.turns = turns = Turns(1)
            self._writer: Writer | DirectWriter = Writer(
                lambda: Batches(*self._opened(), turns), turns
            )
        else:
            self._memory, driver, _ = self._opened()
            batches = Batches(self._memory, driver, self._shared)
            self._writer = DirectWriter(batches, self._lock)

    def run(self, work: Callable[[Unit], T]) -> T:
        return self._run(work)

    def _run(
        self, work: Callable[[StoredUnit], T], writer: Writer | DirectWriter | None = None
    ) -> T:
        job = (writer or self._writer).run(work)
        if job.error is not None:
            raise job.error
        for call in job.calls:
            call()
        result: T = job.result
        return result

    @contextmanager
    def read(self) -> Iterator[StoredReader]:
        with self._reader() as reader:
            if reader is self._memory:
                yield reader
                return
            reader.session.raw.execute("BEGIN")
            try:
                yield reader
            finally:
                reader.session.raw.execute("ROLLBACK")

    def look(self) -> AbstractContextManager[StoredReader]:
        return _Look(self)

    @contextmanager
    def _reader(self) -> Iterator[StoredReader]:
        reader = self.lend(self._idle)
        try:
            yield reader
        except sqlite3.Error as error:
            raise unavailable(error) or error from error
        finally:
            self.take_back(reader, self._idle)

    def lend(self, idle: list[StoredReader]) -> StoredReader:
        """A reader that nobody else uses until it is taken back; in memory there is but one."""
        if self._memory is not None:
            self._lock.acquire()
            return self._memory
        if idle:
            return idle.pop()
        reader = self._open()
        if idle is self._idle:
            reader.session.raw.execute(_MAPPED)
        return reader

    def take_back(self, reader: StoredReader, idle: list[StoredReader]) -> None:
        """Let others have the reader."""
        if reader is self._memory:
            self._lock.release()
        else:
            idle.append(reader)

    def stream(self, table: FormTable, query: RecordQuery) -> Iterator[Record]:
        return stream_records(self.read, table, query)

    def plan_tables(
        self, app: AppId, wanted: Iterable[FormTable], known: Mapping[FormId, FormTable]
    ) -> Mapping[FormId, FormTable]:
        tables = tuple(wanted)
        return self._alone(lambda session: expand.plan(session, app, tables, known))

    def expand(self, app: AppId, tables: Mapping[FormId, FormTable]) -> None:
        for step in self._alone(lambda session: expand.missing(session, tables)):
            self._alone(step.take)

    def count_anew(self, table: FormTable) -> None:
        """Its plans follow rules that need no counts."""

    def rotate_keys(self) -> int:
        return self._alone(self._shared.vault.rotate)

    def migrate(self) -> None:
        self._apart(self._shared.bring_up)

    def require_schema(self) -> None:
        with self.read() as reader:
            migrate.require_newest(reader.session)
            self._shared.vault.check(reader.session)

    def is_migrated(self) -> bool:
        with self.read() as reader:
            return migrate.is_newest(reader.session)

    def backup(self, target: str) -> None:
        """Write a consistent copy; `target` must not exist. Readers and the writer go on."""
        with self._lock:  # only in memory does anybody else wait for it
            reader = self._memory or self._open()
            try:
                reader.session.raw.execute("VACUUM INTO ?", (target,))
            finally:
                if reader is not self._memory:
                    reader.session.core.close()

    def close(self) -> None:
        self._writer.close()
        for reader in (*self._idle, *self.for_looks):
            reader.session.core.close()
        self._idle.clear()
        self.for_looks.clear()
        # A connection closed under a statement takes the process with it; one whose reader never
        # ends, such as half an export, is left to the collector.
        if self._memory is not None and self._lock.acquire(timeout=CLOSE_WAIT_S):
            try:
                self._memory.session.core.close()
            finally:
                self._lock.release()

    def _alone(self, work: Callable[[Session], T]) -> T:
        """Do what needs the writing connection itself, in a unit."""
        return self._run(lambda unit: work(unit.session))

    def _apart(self, work: Callable[[Session], T]) -> T:
        """Do what may set aside more than fits in memory, in a unit on a connection of its own.

        SQLite keeps the pages as they were before a statement, and what it sorts, where temporary
        tables go; that must be said before a transaction begins.
        """
        if self._path is None:
            return self._alone(work)
        reader, driver, shared = self._opened()
        try:
            reader.session.raw.execute("PRAGMA temp_store=FILE")
            batches = Batches(reader, driver, shared)
            writer = DirectWriter(batches, threading.RLock())
            return self._run(lambda unit: work(unit.session), writer)
        finally:
            reader.session.core.close()

    def _open(self) -> StoredReader:
        return self._opened()[0]

    def _opened(self) -> tuple[StoredReader, SqliteDriver, Shared]:
        core = self._engine.connect()
        driver = SqliteDriver(core.connection.driver_connection)  # type: ignore[arg-type]
        session = Session(core, self._shared.compiler, driver)
        return StoredReader(session, self._shared), driver, self._shared

    def _turn_to_wal(self) -> None:
        """Kept in the file. Before anybody reads: turning waits for nobody and would fail."""
        connection = self._connect()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            str(self._path) if self._path is not None else ":memory:",
            timeout=BUSY_S,
            isolation_level=None,  # we begin and commit ourselves
            check_same_thread=False,  # a reader is handed from thread to thread, never shared
            cached_statements=_STATEMENTS,
        )
        if self._path is not None:
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-32768")
        percentile.teach(connection)
        return connection
