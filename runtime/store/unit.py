"""The parts of the store on one connection: a reader, and a unit of work with a now and ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.ports import Clock, IdSource, KeyWrap
from runtime.store import chain, migrate
from runtime.store.answers import Answers
from runtime.store.clocks import StoredClocks
from runtime.store.definitions import StoredDefinitions
from runtime.store.directory import StoredDirectory
from runtime.store.events import StoredEvents
from runtime.store.form_access import FormAccesses
from runtime.store.form_tables import VersionTables
from runtime.store.instances import StoredInstances
from runtime.store.queue import StoredQueue
from runtime.store.records import StoredRecords
from runtime.store.registry import StoredRegistry
from runtime.store.search import search_index
from runtime.store.sql import Compiler, Dialect, Session
from runtime.store.staff import StoredStaff
from runtime.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of one store have in common."""

    clock: Clock
    ids: IdSource
    compiler: Compiler
    vault: Vault
    tables: VersionTables
    accesses: FormAccesses
    owner: str  # this start of this process, for leases
    answers: Answers  # of a database that no other process writes

    def bring_up(self, session: Session) -> None:
        """Our own tables in their newest form, and the master key found to be theirs."""
        before = migrate.to_newest(session)
        self.vault.check(session)
        if before in migrate.WITHOUT_ANCHOR:
            chain.drop_anchor(session, self.vault)

    def forget_cached(self) -> None:
        """A transaction was lost that others may have read from: start the caches anew."""
        self.vault.clear()
        self.tables.clear()


def shared_parts(dialect: Dialect, clock: Clock, ids: IdSource, wrap: KeyWrap) -> Shared:
    """The common parts of a new store."""
    vault = Vault(wrap, clock, ids)
    tables = VersionTables()
    accesses = FormAccesses(dialect, vault, search_index(dialect), tables)
    return Shared(clock, ids, Compiler(dialect), vault, tables, accesses, ids.new(), Answers())


class StoredReader:
    """Everything that can be read on one connection; writing needs a unit."""

    __slots__ = (
        "clock",
        "clocks",
        "definitions",
        "directory",
        "events",
        "instances",
        "queue",
        "records",
        "registry",
        "session",
        "staff",
    )

    def __init__(self, session: Session, shared: Shared) -> None:
        self.session = session
        self.clock = shared.clock
        self.records = StoredRecords(session, shared.accesses)
        self.events = StoredEvents(session, shared.vault, shared.tables, shared.ids)
        self.instances = StoredInstances(session, shared.ids, shared.accesses)
        self.clocks = StoredClocks(session)
        self.queue = StoredQueue(session, shared.vault, shared.clock, shared.ids, shared.owner)
        self.directory = StoredDirectory(session, shared.ids)
        self.staff = StoredStaff(session)
        self.definitions = StoredDefinitions(session)
        self.registry = StoredRegistry(session)


class StoredUnit:
    """One transaction: the reader of its connection, its instant, and what follows its commit."""

    __slots__ = (
        "_clock",
        "calls",
        "clocks",
        "definitions",
        "directory",
        "events",
        "ids",
        "instances",
        "now",
        "queue",
        "records",
        "registry",
        "session",
        "staff",
    )

    def __init__(self, reader: StoredReader, now: datetime, ids: IdSource) -> None:
        self.session = reader.session
        self.records = reader.records
        self.events = reader.events
        self.instances = reader.instances
        self.clocks = reader.clocks
        self.queue = reader.queue
        self.directory = reader.directory
        self.staff = reader.staff
        self.definitions = reader.definitions
        self.registry = reader.registry
        self.now = now
        self.ids = ids
        self.calls: list[Callable[[], None]] = []
        self._clock = reader.clock

    def cpu_s(self) -> float:
        return self._clock.cpu_s()

    @property
    def has_new_jobs(self) -> bool:
        return self.session.has_new_timer or bool(self.session.new_deliveries)

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)
