"""The store on PostgreSQL: pooled connections, a transaction a unit, repeated when it lost a race.

Many processes may work on one database. What leaves at once (a delivery's job) is deferred in the
unit's own transaction by a callable that `bootstrap` gives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engines.errors import AppBuilderError, BugError
from engines.values import AppId, FormId
from runtime.ports import (
    Clock,
    FormTable,
    IdSource,
    KeyWrap,
    Record,
    RecordQuery,
    Unavailable,
    Unit,
)
from runtime.store import dump, expand, migrate
from runtime.store.layout import layout_of
from runtime.store.postgres_pool import Pool, Pooled
from runtime.store.sql import Dialect, Session
from runtime.store.stream import stream_records
from runtime.store.tables import EVENT, SEARCH
from runtime.store.unit import StoredReader, StoredUnit, shared_parts
from runtime.store.wire import Wire
from runtime.turns import Turns

T = TypeVar("T")
Defer = Callable[[Any, Sequence[str]], None]  # (psycopg connection, ids of deliveries)

TRIES = 3
POOL = 16
TURNS = 1
POOL_WAIT_S = 5.0
LOCK_WAIT = "5s"  # for an index beside running writers
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN"
_NO_TRANSACTION = ""

_LOST_RACES = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
)
_MISTAKEN = (psycopg.errors.DivisionByZero,)  # about what was taken on trust


class PostgresStore:
    """One database of a PostgreSQL server."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        ids: IdSource,
        wrap: KeyWrap,
        pool_size: int = POOL,
        defer: Defer | None = None,
    ) -> None:
        self.url = url
        self._shared = shared_parts(Dialect.POSTGRES, clock, ids, wrap)
        self._defer = defer
        self.turns = Turns(TURNS)
        self._engine = sa.create_engine(
            _address(url),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",  # we begin and commit ourselves
            connect_args={"options": "-c TimeZone=UTC"},
        )
        self._pool = Pool(self._opened, pool_size, POOL_WAIT_S)
        self._busy = threading.local()

    def run(self, work: Callable[[Unit], T]) -> T:
        return self._run(work)

    @contextmanager
    def read(self) -> Iterator[StoredReader]:
        with _outages(), self._pool.transaction(_READ) as pooled:
            yield pooled.reader

    @contextmanager
    def look(self) -> Iterator[StoredReader]:
        with _outages(), self._pool.transaction(_NO_TRANSACTION) as pooled:
            yield pooled.reader

    def stream(self, table: FormTable, query: RecordQuery) -> Iterator[Record]:
        return stream_records(self.read, table, query)

    def plan_tables(
        self, app: AppId, wanted: Iterable[FormTable], known: Mapping[FormId, FormTable]
    ) -> Mapping[FormId, FormTable]:
        tables = tuple(wanted)
        return self._run(lambda unit: expand.plan(unit.session, app, tables, known))

    def expand(self, app: AppId, tables: Mapping[FormId, FormTable]) -> None:
        del app
        with _outages(), self._engine.connect() as core:
            session = self._session(core, Wire(_driver(core), self.turns))
            session.raw.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
            try:
                for step in expand.missing(session, tables):
                    step.take(session)
            finally:
                session.raw.execute("RESET lock_timeout")

    def count_anew(self, table: FormTable) -> None:
        tables = (*layout_of(table, Dialect.POSTGRES).tables, SEARCH, EVENT)
        with _outages(), self._engine.connect() as core:
            quote = self._shared.compiler.core.identifier_preparer.quote
            names = ", ".join(quote(one.name) for one in tables)
            # One that is being counted is left to who counts it.
            _driver(core).execute(f"ANALYZE (SKIP_LOCKED) {names}".encode())

    def rotate_keys(self) -> int:
        return self._run(lambda unit: self._shared.vault.rotate(unit.session))

    def migrate(self) -> None:
        self._run(lambda unit: self._shared.bring_up(unit.session))

    def require_schema(self) -> None:
        with self.read() as reader:
            migrate.require_newest(reader.session)
            self._shared.vault.check(reader.session)

    def is_migrated(self) -> bool:
        with self.read() as reader:
            return migrate.is_newest(reader.session)

    def backup(self, target: str) -> None:
        """Write all tables to a new file, as they are at one instant."""
        with self.read() as reader:
            dump.write_tables(reader.session, target)

    def restore(self, source: str) -> None:
        """Fill an empty database with the tables of a backup."""
        self._run(lambda unit: dump.read_tables(unit.session, source))
        with _outages(), self._engine.connect() as core:
            _driver(core).execute("ANALYZE")

    def close(self) -> None:
        self._pool.close()

    def _run(self, work: Callable[[StoredUnit], T]) -> T:
        if getattr(self._busy, "is_set", False):
            raise BugError("a unit of work was opened inside another one")
        self._busy.is_set = True
        try:
            for number in range(TRIES - 1):
                try:
                    return self._once(work, may_trust=number == 0)
                except _Retry:
                    continue
            return self._last(work)
        finally:
            self._busy.is_set = False

    def _last(self, work: Callable[[StoredUnit], T]) -> T:
        try:
            return self._once(work)
        except _Retry as retry:
            raise Unavailable("Too many people changed the same data at once.") from retry

    def _once(self, work: Callable[[StoredUnit], T], *, may_trust: bool = False) -> T:
        now = self._shared.clock.now()
        with _outages(), self._pool.transaction(_WRITE) as pooled:
            session = pooled.reader.session
            unit = StoredUnit(pooled.reader, now, self._shared.ids)
            session.begin_unit(now, may_trust=may_trust)
            try:
                result = work(unit)
                session.finish()
                if session.new_deliveries and self._defer is not None:
                    self._defer(pooled.wire.settle(), tuple(session.new_deliveries))
                pooled.wire.commit()
            except BaseException as error:
                if _is_lost(error, session, pooled.wire):
                    raise _Retry from error
                raise
            finally:
                session.begin_unit(None)
        for call in unit.calls:
            call()
        return result

    def _opened(self) -> Pooled:
        core = self._engine.connect()
        wire = Wire(_driver(core), self.turns)
        return Pooled(wire, StoredReader(self._session(core, wire), self._shared))

    def _session(self, core: sa.Connection, wire: Wire) -> Session:
        return Session(core, self._shared.compiler, wire)


def has_keys(url: str) -> bool:
    """Whether the database holds data keys, which need the master key they were wrapped with."""
    with _outages(), psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        there = connection.execute("SELECT to_regclass('dg_key') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            return False
        return connection.execute("SELECT 1 FROM dg_key LIMIT 1").fetchone() is not None


class _Retry(Exception):
    """The database let another transaction go first."""


@contextmanager
def _outages() -> Iterator[None]:
    """Say that the database is away where the driver says so in its own words."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise Unavailable("All connections to the database are in use.") from error
    except (sa.exc.DBAPIError, psycopg.Error) as error:
        full = (psycopg.errors.DiskFull,)
        if _original(error, full):
            raise Unavailable("There is no space left for new data.", is_full=True) from error
        if _original(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            raise Unavailable("The database does not answer now.") from error
        raise


def _is_lost(error: BaseException, session: Session, wire: Wire) -> bool:
    """Whether the unit may go well when it is done again."""
    if not session.has_trusted:
        return _original(error, _LOST_RACES)
    if isinstance(error, AppBuilderError):  # refused: by what was taken on trust, and is it so?
        try:
            wire.settle()
        except psycopg.Error as found:
            error = found
    return _original(error, (*_LOST_RACES, *_MISTAKEN))


def _original(error: BaseException, kinds: tuple[type[BaseException], ...]) -> bool:
    found = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(found, kinds)


def _driver(core: sa.Connection) -> psycopg.Connection[Any]:
    connection: Any = core.connection.driver_connection
    return cast("psycopg.Connection[Any]", connection)


def _address(url: str) -> str:
    """The address with the driver named."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return f"postgresql+psycopg://{url.removeprefix(plain)}"
    return url
