"""Databases of PostgreSQL with our own tables, emptied after a test and used for the next one.

Making one takes many times as long as emptying it. A test that leaves more than rows, counters and
tables of forms has its database thrown away. The server itself is `tests/support/postgres`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier

from tests.support.postgres import PostgresServer

TABLES: LiteralString = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
COUNTERS: LiteralString = (
    "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)
SHAPE: LiteralString = """
SELECT c.relname, c.relkind::text, c.reloptions, a.attname, a.attnotnull,
       format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace
ORDER BY c.relname, a.attnum
"""
OTHERS_LEAVE: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class New:
    """A database as it was when its tables had just been made."""

    shape: list[Any]
    tables: frozenset[str]
    kept: dict[str, list[Any]]  # table -> rows it has from the start
    emptied: Composed  # statements that take everything else out


@dataclass
class CleanDatabases:
    """Databases nobody uses at the moment, of one server."""

    server: PostgresServer
    new: New | None = None
    free: list[str] = field(default_factory=list)

    def borrow(self) -> str:
        """The address of a database with our tables and no rows."""
        return self.free.pop() if self.free else self._made()

    def give_back(self, url: str) -> None:
        """Empty a database for the next test."""
        assert self.new is not None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(OTHERS_LEAVE)
            _empty(connection, self.new)
            if _is_new(connection, self.new):
                self.free.append(url)

    def _made(self) -> str:
        from runtime.adapters.clock import SystemClock  # here: every test loads this module
        from runtime.adapters.ids import RandomIds
        from runtime.adapters.keys import new_master_keys
        from runtime.store.postgres import PostgresStore

        url = self.server.new_database()
        clock = SystemClock()
        store = PostgresStore(url, clock=clock, ids=RandomIds(clock), wrap=new_master_keys())
        store.migrate()
        store.close()
        if self.new is None:
            with psycopg.connect(url, autocommit=True) as connection:
                self.new = _seen(connection)
        return url


@pytest.fixture(scope="session")
def clean_databases(postgres_server: PostgresServer) -> CleanDatabases:
    return CleanDatabases(postgres_server)


@pytest.fixture
def migrated_url(clean_databases: CleanDatabases) -> Iterator[str]:
    """The address of a database with our tables, of this test alone."""
    url = clean_databases.borrow()
    yield url
    clean_databases.give_back(url)


def _seen(connection: psycopg.Connection[Any]) -> New:
    tables = frozenset(name for (name,) in connection.execute(TABLES))
    rows = {name: _rows(connection, name) for name in sorted(tables)}
    kept = {name: found for name, found in rows.items() if found}
    counters = sorted(name for (name,) in connection.execute(COUNTERS))
    # no trigger and no foreign key has a say in the order
    parts: list[Composed | SQL] = [SQL("SET session_replication_role = replica")]
    parts += [SQL("DELETE FROM {}").format(Identifier(name)) for name in sorted(tables - {*kept})]
    parts += [SQL("ALTER SEQUENCE {} RESTART").format(Identifier(name)) for name in counters]
    return New(_shape(connection), tables, kept, SQL("; ").join(parts))


def _empty(connection: psycopg.Connection[Any], new: New) -> None:
    more = sorted({name for (name,) in connection.execute(TABLES)} - new.tables)
    if more:
        names = SQL(", ").join(map(Identifier, more))
        connection.execute(SQL("DROP TABLE {} CASCADE").format(names))
    connection.execute(new.emptied)


def _is_new(connection: psycopg.Connection[Any], new: New) -> bool:
    kept = {name: _rows(connection, name) for name in new.kept}
    return kept == new.kept and _shape(connection) == new.shape


def _rows(connection: psycopg.Connection[Any], table: str) -> list[Any]:
    return connection.execute(SQL("SELECT * FROM {}").format(Identifier(table))).fetchall()


def _shape(connection: psycopg.Connection[Any]) -> list[Any]:
    return connection.execute(SHAPE).fetchall()
