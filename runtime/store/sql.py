"""Statements compiled once and run on the driver. Knows no table; rows stand in `rows`.

SQLAlchemy Core writes the SQL; for statements that never change their shape its execution layer
costs more than SQLite itself, so they are compiled once a dialect and given to the driver's
cursor. Statements whose shape depends on a request (lists, reports) go through `select`. Over 300
lines because a session and the statements it runs know each other's state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg as postgres_dialect
from sqlalchemy.dialects.sqlite import pysqlite as sqlite_dialect

from engines.errors import BugError
from runtime.store.answers import Answers
from runtime.store.kept import KeptRows

Params = Mapping[str, Any]
Row = tuple[Any, ...]
T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S, _SECOND_US = 86_400, 1_000_000


class Dialect(StrEnum):
    """The databases we speak to."""

    SQLITE = "sqlite"
    POSTGRES = "postgresql"


class Moment(sa.BigInteger):
    """An instant of our own tables: whole microseconds since 1970 UTC, on both databases."""


class Flag(sa.Boolean):
    """A truth value; SQLite gives it back as a number."""


class Compiler:
    """The SQL text of statements, each compiled once for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.core: sa.Dialect = (
            sqlite_dialect.dialect(paramstyle="qmark")
            if dialect is Dialect.SQLITE
            else postgres_dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        )
        self.known: dict[sa.ClauseElement, Ready] = {}

    def ready(self, statement: sa.ClauseElement) -> Ready:
        """A statement as the driver takes it."""
        found = self.known.get(statement)
        if found is None:
            everywhere = _known_everywhere(self.dialect)
            found = everywhere.get(statement)
            if found is None:
                found = everywhere[statement] = self._compiled(statement)
            self.known[statement] = found
        return found

    def _compiled(self, statement: sa.ClauseElement) -> Ready:
        compiled: Any = statement.compile(dialect=self.core)
        fixed = {name: one for name, one in compiled.params.items() if one is not None}
        names = tuple(compiled.positiontup or compiled.params)
        tables, writes = _tables_in(statement), _written(statement)
        return Ready(str(compiled), names, fixed, tables, writes, _altered(statement))


@dataclass(frozen=True, slots=True)
class Ready:
    """A compiled statement: its SQL, its parameters in order, and those that never change."""

    text: str
    names: tuple[str, ...]
    constants: Params
    tables: frozenset[str] = frozenset()  # that it names
    writes: str = ""  # the one that it writes
    alters: str | None = None  # the one of which it may change rows that are there
    # All parameters in order, of those given by name.
    values: Callable[[Params | None], Sequence[Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _picking(self.names, self.constants))


@cache
def _known_everywhere(_: Dialect) -> WeakKeyDictionary[sa.ClauseElement, Ready]:
    """What any store of this process compiled: sandboxes open one after the other."""
    return WeakKeyDictionary()


class Driver(Protocol):
    """How fixed statements reach the database."""

    def rows(self, ready: Ready, params: Params | None) -> list[Row]:
        """All rows."""

    def first(self, ready: Ready, params: Params | None) -> Row | None:
        """The first row."""

    def change(self, ready: Ready, params: Params | None) -> int:
        """How many rows it wrote."""

    def later(self, ready: Ready, params: Params) -> None:
        """Do it before the next statement that answers, at the latest before the commit."""

    def many(self, ready: Ready, params: Sequence[Params]) -> None:
        """One for each of `params`, as late."""

    def many_rows(self, ready: Ready, rows: Sequence[Sequence[Any]]) -> None:
        """The same for rows whose cells are in the order of the statement."""

    def add_rows(self, table: str, cells: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add many rows to a table; `cells` is its name and those of the cells as SQL has them."""

    def settle(self) -> Any:
        """Do what was put off; the driver's connection, for reading rows."""

    def away(self) -> AbstractContextManager[None]:
        """Around what the database may take long to answer."""

    def lend(self) -> Any:
        """The same for anything else."""


class Session:
    """One connection with an open transaction; what the parts of the store share."""

    __slots__ = (
        "_core",
        "_driver",
        "_may_trust",
        "_moment",
        "answers",
        "compiler",
        "fresh",
        "has_new_timer",
        "has_trusted",
        "is_lent",
        "kept",
        "new_deliveries",
        "steady",
    )

    def __init__(self, core: sa.Connection, compiler: Compiler, driver: Driver) -> None:
        self._core = core
        self._driver = driver
        self.compiler = compiler
        self.answers: Answers | None = None  # where each statement is a transaction of its own
        self.fresh: dict[str, Any] = {}  # what the running unit made that else is cached
        self.new_deliveries: list[str] = []  # messages it queued
        self.has_new_timer = False
        self.steady: dict[str, Any] | None = None  # what several units ask once: `Batches`
        self.has_trusted = False  # something that the database has yet to be asked
        self._may_trust = False
        self.is_lent = False  # whether the running unit had the connection itself
        self.kept = KeptRows()  # of the running unit
        self._moment: datetime | None = None

    @property
    def dialect(self) -> Dialect:
        return self.compiler.dialect

    @property
    def now(self) -> datetime:
        """The instant of the running unit."""
        if self._moment is None:
            raise BugError("a write outside of a unit: use Store.run")
        return self._moment

    @property
    def is_in_unit(self) -> bool:
        """Whether a unit is running, so that rows may be kept."""
        return self._moment is not None

    def begin_unit(self, moment: datetime | None, *, may_trust: bool = False) -> None:
        """All writes from now on happen at `moment`; None ends that.

        Who says `may_trust` does the unit again without when a statement of `trusts` fails.
        """
        self._moment = moment
        self._may_trust, self.has_trusted = may_trust, False
        self.kept.clear()
        self.fresh.clear()
        self.new_deliveries.clear()
        self.has_new_timer = self.is_lent = False

    @property
    def core(self) -> sa.Connection:
        """The connection for any statement; what is kept may be changed by it."""
        self.kept.write_out()
        self.kept.clear()
        self._driver.settle()
        self._let_go()
        return self._core

    @property
    def raw(self) -> Any:
        """The driver's own connection, likewise."""
        self.kept.write_out()
        self.kept.clear()
        self._let_go()
        return self._driver.lend()

    def rows(self, statement: sa.ClauseElement, params: Params | None = None) -> list[Row]:
        """All rows of a fixed statement."""
        return self._driver.rows(self._next(statement), params)

    def first(self, statement: sa.ClauseElement, params: Params | None = None) -> Row | None:
        """The first row of a fixed statement."""
        return self._driver.first(self._next(statement), params)

    def known(
        self, statement: sa.ClauseElement, params: Params, make: Callable[[Row], T]
    ) -> T | None:
        """What is made of the first row: as it was made before, where no table has changed."""
        if self.answers is None or self.is_in_unit:
            row = self.first(statement, params)
            return None if row is None else make(row)
        ready = self.compiler.ready(statement)
        key, stamp = (ready.text, *ready.values(params)), self.answers.stamp(ready.tables)
        found: T | None = self.answers.find(key, stamp)
        if found is None and (row := self._driver.first(ready, params)) is not None:
            found = make(row)
            self.answers.keep(key, stamp, found)
        return found

    def change(self, statement: sa.ClauseElement, params: Params | None = None) -> int:
        """How many rows a fixed statement wrote."""
        return self._driver.change(self._next(statement), params)

    def put(self, statement: sa.ClauseElement, params: Params) -> None:
        """Write by a fixed statement of which nobody asks how many rows it wrote."""
        self._driver.later(self._next(statement), params)

    def change_many(self, statement: sa.ClauseElement, params: Sequence[Params]) -> None:
        """A fixed statement for each of `params`."""
        if params:
            self._driver.many(self._next(statement), params)

    def put_rows(self, statement: sa.ClauseElement, rows: Sequence[Sequence[Any]]) -> None:
        """A fixed statement for each of `rows`, whose cells are in its own order."""
        if rows:
            self._driver.many_rows(self._next(statement), rows)

    def change_kept(self, statement: sa.ClauseElement, params: Params) -> int:
        """How many rows a fixed statement wrote that brings a kept row's change to its table."""
        return self._driver.change(self.compiler.ready(statement), params)

    def trusts(self, statement: sa.ClauseElement, params: Params) -> bool:
        """Whether the unit may go on as if this statement, which fails if not, had gone well."""
        if self._may_trust:
            self.put(statement, params)
            self.has_trusted = True
        return self._may_trust

    def finish(self) -> None:
        """Write what waits. The last step before the commit."""
        self.kept.write_out()

    def add_rows(
        self, table: sa.TableClause, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Add many rows, each with its cells in the order of `names`."""
        quote = self.compiler.core.identifier_preparer.quote
        cells = f"{quote(table.name)} ({', '.join(map(quote, names))})"
        self.kept.write_out()
        self._driver.add_rows(table.name, cells, rows)

    def select(self, statement: sa.Executable) -> Sequence[Row]:
        """All rows of a statement made for one request; SQLAlchemy caches it by its shape."""
        self.kept.write_out()
        self._driver.settle()
        with self._driver.away():
            return [tuple(row) for row in self._core.execute(statement)]

    def _let_go(self) -> None:
        """From now on the connection itself may say anything."""
        self.is_lent = True
        if self.steady is not None:
            self.steady.clear()

    def _next(self, statement: sa.ClauseElement) -> Ready:
        ready = self.compiler.known.get(statement) or self.compiler.ready(statement)
        if ready.alters is not None or self.kept.waiting:
            self.kept.before(ready.tables, ready.alters)
        return ready


def _picking(
    names: tuple[str, ...], constants: Params
) -> Callable[[Params | None], Sequence[Any]]:
    """How values are taken in the order of `names`, without a loop in Python."""
    if constants:

        def with_constants(params: Params | None) -> Sequence[Any]:
            given = {**constants, **params} if params else constants
            return [given[one] for one in names]

        return with_constants
    if len(names) > 1:
        return itemgetter(*names)  # type: ignore[return-value]
    return lambda params: [params[one] for one in names] if params else ()


def _tables_in(statement: sa.ClauseElement) -> frozenset[str]:
    """Every table a statement names, in subqueries too."""
    every = sa.sql.visitors.iterate(statement)
    found = {one.name for one in every if isinstance(one, sa.TableClause)}
    return frozenset(found | {_written(statement)} - {""})


def _written(statement: sa.ClauseElement) -> str:
    written = getattr(statement, "table", None)
    return written.name if isinstance(written, sa.TableClause) else ""


def _altered(statement: sa.ClauseElement) -> str | None:
    if isinstance(statement, sa.Update | sa.Delete) and isinstance(statement.table, sa.Table):
        return statement.table.name
    return None


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC."""
    since = moment - _EPOCH  # dividing it by a microsecond takes twice as long
    return (since.days * _DAY_S + since.seconds) * _SECOND_US + since.microseconds


def micros_of_many(moments: Iterable[datetime]) -> list[int]:
    """The same of each."""
    return [
        (since.days * _DAY_S + since.seconds) * _SECOND_US + since.microseconds
        for since in [moment - _EPOCH for moment in moments]
    ]


def moment_of(value: int) -> datetime:
    """The instant, UTC."""
    return _EPOCH + timedelta(0, 0, value)


def bind(name: str) -> sa.BindParameter[Any]:
    """A named parameter of a fixed statement."""
    return sa.bindparam(name)


def insert_into(table: sa.Table, without: Iterable[str] = ()) -> sa.Insert:
    """An INSERT of every column, each under its own name, but those the database fills."""
    left_out = frozenset(without)
    named = {column.name: bind(column.name) for column in table.c if column.name not in left_out}
    return sa.insert(table).values(named).inline()
