"""Units of work and the store itself. No code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from engines.errors import AppBuilderError
from engines.values import AppId, FormId
from runtime.ports.apps import Definitions, Registry
from runtime.ports.clocks import Clocks
from runtime.ports.log import Events
from runtime.ports.outside import IdSource
from runtime.ports.people import Directory
from runtime.ports.process import Instances, Queue
from runtime.ports.records import FormTable, Record, RecordQuery, Records
from runtime.ports.staff import Staff
from runtime.turns import Turns

T = TypeVar("T")


class Unavailable(AppBuilderError):
    """The database cannot take the work now; nothing of it was stored. Safe to try again."""

    def __init__(self, reason: str, *, is_full: bool = False) -> None:
        self.reason = reason
        self.is_full = is_full
        super().__init__(reason)


class WrongSchema(AppBuilderError):
    """Our own tables are not those this code works with; the message says what to run."""


class Reader(Protocol):
    """A consistent view of the store."""

    @property
    def records(self) -> Records:
        """Records."""

    @property
    def events(self) -> Events:
        """The log."""

    @property
    def instances(self) -> Instances:
        """Instances, tasks, timers."""

    @property
    def clocks(self) -> Clocks:
        """Clocks of service levels."""

    @property
    def queue(self) -> Queue:
        """Outbox and claims."""

    @property
    def directory(self) -> Directory:
        """People."""

    @property
    def staff(self) -> Staff:
        """How people stand to each other."""

    @property
    def definitions(self) -> Definitions:
        """Apps."""

    @property
    def registry(self) -> Registry:
        """Small facts."""


class Unit(Reader, Protocol):
    """One transaction: reads see its own writes; all of it is committed, or nothing."""

    @property
    def now(self) -> datetime:
        """The instant of the command."""

    @property
    def ids(self) -> IdSource:
        """New ids."""

    @property
    def has_new_jobs(self) -> bool:
        """Whether it queued a message or started a timer, so that jobs must look."""

    def cpu_s(self) -> float:
        """What the thread has cost so far, in seconds of CPU; only differences say anything.

        The same however busy the machine. Reading it asks the system.
        """

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run something once the transaction is durable."""


class Store(Protocol):
    """The database."""

    @property
    def turns(self) -> Turns | None:
        """By what request threads take turns, who wait for this database; None: they need none."""

    def run(self, work: Callable[[Unit], T]) -> T:
        """Do `work` in one transaction and return what it returns once that is durable.

        On SQLite it runs on the writer thread, once more when another unit of the same
        transaction fails; on PostgreSQL in the caller's thread, repeated up to 3 times on
        conflict of the database's making.
        """

    def read(self) -> AbstractContextManager[Reader]:
        """A connection of one's own for reading; all of it sees one instant."""

    def look(self) -> AbstractContextManager[Reader]:
        """The same for a single question, without a transaction around it."""

    def expand(self, app: AppId, tables: Mapping[FormId, FormTable]) -> None:
        """Make tables, columns and indexes that are missing; repeatable after a crash."""

    def plan_tables(
        self, app: AppId, wanted: Iterable[FormTable], known: Mapping[FormId, FormTable]
    ) -> Mapping[FormId, FormTable]:
        """Column names for wanted tables: a known (field, kind) keeps its column."""

    def count_anew(self, table: FormTable) -> None:
        """Let the database look at what a form's tables hold, after many records came at once.

        Its plans go by what it knows of them: a search that takes a moment took a quarter of an
        hour on tables it still believed to be empty.
        """

    def rotate_keys(self) -> int:
        """Wrap every data key anew with the newest master key; how many there were."""

    def migrate(self) -> None:
        """Bring our own tables to the newest schema.

        Raises WrongSchema when a newer program made them, BugError when the data keys in it were
        wrapped by another master key.
        """

    def require_schema(self) -> None:
        """Raises WrongSchema unless our own tables have the schema this code was written for.

        Raises BugError when the data keys in it were wrapped by another master key.
        """

    def is_migrated(self) -> bool:
        """Whether our own tables have the schema this code was written for."""

    def backup(self, target: str) -> None:
        """Write a consistent copy of the database to a new file."""

    def close(self) -> None:
        """Stop the writer after what is under way."""

    def stream(self, table: FormTable, query: RecordQuery) -> Iterator[Record]:
        """All records of a query in constant memory, for exports."""
