"""Bring our own tables to the newest schema; safe to call by several processes at once.

Alembic runs the numbered steps. An empty database is made from the tables themselves, which a test
holds equal to what the steps lead to: a sandbox needs its tables at once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from runtime.ports import WrongSchema
from runtime.store.sql import Dialect, Session
from runtime.store.tables import METADATA

NEWEST = "0011"
WITHOUT_ANCHOR = ("0001",)  # schemas of a log that nothing said the end of
VERSION_TABLE = "dg_schema"

_VERSION = sa.Table(
    VERSION_TABLE, sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)
_ADDRESS = {Dialect.SQLITE: "sqlite://", Dialect.POSTGRES: "postgresql+psycopg://"}
_STEPS = Path(__file__).parent / "migrations"
_LOCK_OF_MIGRATIONS = 7203314
_FIRST_WORDS_ON_SQLITE = (  # until 0011
    "CREATE VIRTUAL TABLE dg_search_words USING fts5(words, "
    'tokenize="unicode61 remove_diacritics 0")',
)
WORDS_ON_SQLITE = (
    "ALTER TABLE dg_search ADD COLUMN words TEXT",
    "CREATE VIRTUAL TABLE dg_search_words USING fts5(words, content='dg_search', "
    "content_rowid='id', columnsize=0, tokenize='ascii')",
)
_WORDS_ON_POSTGRES = (
    "ALTER TABLE dg_search ADD COLUMN words tsvector",
    "CREATE INDEX dg_search_words ON dg_search USING gin (words)",
)


def to_newest(session: Session) -> str | None:
    """Make or upgrade our tables, in the running transaction; the version they had before.

    Waits while another process does the same. Raises WrongSchema when a newer program made them.
    """
    if session.dialect is Dialect.POSTGRES:
        session.raw.execute(f"SELECT pg_advisory_xact_lock({_LOCK_OF_MIGRATIONS})")
        _make_job_tables(session)
    at = version_of(session)
    if at is None:
        make_all(session)
    elif at > NEWEST:
        raise WrongSchema(_too_new(at))
    elif at != NEWEST:
        upgrade(session)
    return at


def is_newest(session: Session) -> bool:
    """Whether this code may work on the database."""
    return version_of(session) == NEWEST


def make_as_of(session: Session, version: str) -> None:
    """Our tables as a version had them, in an empty database, for the rows of a backup.

    Raises WrongSchema when only a newer program knows that version, or when tables are there.
    """
    if version_of(session) is not None:
        raise WrongSchema("The database has tables already. Restore into an empty one.")
    if version > NEWEST:
        raise WrongSchema(_too_new(version))
    _make_job_tables(session)
    if version == NEWEST:
        make_all(session)
    else:
        upgrade(session, version)


def require_newest(session: Session) -> None:
    """Raises WrongSchema, saying what to run, unless this code may work on the database."""
    at = version_of(session)
    if at is None:
        raise WrongSchema("The database has no tables yet. Run once: dougong migrate")
    if at > NEWEST:
        raise WrongSchema(_too_new(at))
    if at != NEWEST:
        raise WrongSchema(
            f"The database has schema {at} and this program needs {NEWEST}. "
            "Stop all processes of the older program, make a backup, then run: dougong migrate"
        )


def version_of(session: Session) -> str | None:
    """The schema's version, or None when there is none yet."""
    if not sa.inspect(session.core).has_table(VERSION_TABLE):
        return None
    table = sa.table(VERSION_TABLE, sa.column("version_num"))
    rows = session.select(sa.select(table.c.version_num))
    return str(rows[0][0]) if rows else None


def make_all(session: Session) -> None:
    """All tables of the newest schema, in an empty database."""
    for sql in _tables_of(session.dialect):
        session.core.exec_driver_sql(sql)
    is_sqlite = session.dialect is Dialect.SQLITE
    for sql in WORDS_ON_SQLITE if is_sqlite else _WORDS_ON_POSTGRES:
        session.core.exec_driver_sql(sql)
    session.core.execute(sa.insert(_VERSION).values(version_num=NEWEST))


@cache
def _tables_of(dialect: Dialect) -> tuple[str, ...]:
    """The statements that make them: compiled once, sandboxes make them again and again."""
    statements: list[str] = []

    def keep(sql: Any, *_: Any, **__: Any) -> None:
        statements.append(str(sql.compile(dialect=engine.dialect)))

    engine = sa.create_mock_engine(_ADDRESS[dialect], keep)
    METADATA.create_all(engine, checkfirst=False)
    _VERSION.create(engine, checkfirst=False)
    return tuple(statements)


def upgrade(session: Session, target: str = "head") -> None:
    """Run the numbered steps that are left."""
    from alembic import command
    from alembic.config import Config

    if not session.core.in_transaction():  # else Alembic would begin, and commit, one of its own
        session.core.begin()
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    config.attributes["connection"] = session.core
    command.upgrade(config, target)


def _too_new(at: str) -> str:
    return (
        f"The database has schema {at}, made by a newer program; this one knows {NEWEST}. "
        "Install the newer program, or restore a backup that was made before."
    )


def _make_job_tables(session: Session) -> None:
    """The tables of the job queue, which are its own affair."""
    from procrastinate.schema import SchemaManager

    if session.raw.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()[0] is None:
        session.raw.execute(SchemaManager.get_schema())


def add_word_index(connection: sa.Connection) -> None:
    """The full-text index as it was at first, which each database has in its own way."""
    is_sqlite = connection.dialect.name == Dialect.SQLITE
    for sql in _FIRST_WORDS_ON_SQLITE if is_sqlite else _WORDS_ON_POSTGRES:
        connection.exec_driver_sql(sql)
