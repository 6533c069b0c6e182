"""All rows of a PostgreSQL database as one file and back, by COPY, at one instant.

Not `pg_dump`: that must be installed and be of the server's age. Tables are made anew by the code
that always makes them (migrations, expand), so the file holds rows only: a ZIP archive with
`tables.json` and one member a table.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from engines.errors import BugError
from engines.values import AppId
from runtime.store import expand, migrate
from runtime.store.form_tables import tables_from_json
from runtime.store.sql import Session

FORMAT = 1

_OURS = "dg_"
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' "
    "AND relnamespace = current_schema()::regnamespace "
    "AND relname NOT LIKE 'procrastinate%' AND relname <> 'dg_schema' ORDER BY relname"
)
_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 "
    "AND NOT attisdropped ORDER BY attnum"
)
_COUNTERS = (
    "SELECT c.relname, a.attname, pg_get_serial_sequence(c.relname, a.attname) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relkind = 'r' AND c.relname LIKE 'dg\\_%' AND a.attnum > 0 "
    "AND pg_get_serial_sequence(c.relname, a.attname) IS NOT NULL"
)


def write_tables(session: Session, target: str) -> None:
    """Write the rows of every table, ours and the forms', to a new file."""
    names = [row[0] for row in session.raw.execute(_TABLES).fetchall()]
    tables = {name: _columns(session, name) for name in names}
    content = {"format": FORMAT, "schema": migrate.version_of(session), "tables": tables}
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("tables.json", orjson.dumps(content))
        for name, columns in tables.items():
            with (
                archive.open(name, "w", force_zip64=True) as member,
                session.raw.cursor() as cursor,
                cursor.copy(f"COPY {_listed(session, name, columns)} TO STDOUT") as rows,
            ):
                for data in rows:
                    member.write(data)


def read_tables(session: Session, source: str) -> None:
    """Fill a database without tables; a backup of an older program is brought to the newest form.

    Raises WrongSchema when a newer program made it.
    """
    with zipfile.ZipFile(source) as archive:
        content = orjson.loads(archive.read("tables.json"))
        if content["format"] != FORMAT:
            raise BugError(f"the backup has format {content['format']}, not {FORMAT}")
        migrate.make_as_of(session, content["schema"])
        ours = [name for name in content["tables"] if name.startswith(_OURS)]
        _fill(session, archive, content["tables"], ours)
        _make_form_tables(session)
        others = [name for name in content["tables"] if not name.startswith(_OURS)]
        _fill(session, archive, content["tables"], others)
    _set_counters(session)
    # What the newest schema adds comes with the next `migrate`, which has the master key at hand.


def _fill(
    session: Session,
    archive: zipfile.ZipFile,
    columns: dict[str, Sequence[str]],
    names: Iterable[str],
) -> None:
    for name in names:
        with (
            archive.open(name) as member,
            session.raw.cursor() as cursor,
            cursor.copy(f"COPY {_listed(session, name, columns[name])} FROM STDIN") as rows,
        ):
            while data := member.read(1 << 16):
                rows.write(data)


def _make_form_tables(session: Session) -> None:
    """The tables of all versions: an old one may have columns that no later one has."""
    for app, tables in session.raw.execute("SELECT app, tables FROM dg_version").fetchall():
        for step in expand.missing(session, tables_from_json(AppId(app), tables)):
            step.take_within(session)


def _set_counters(session: Session) -> None:
    for table, column, sequence in session.raw.execute(_COUNTERS).fetchall():
        counter = sa.table(table, sa.column(column)).c[column]
        highest = sa.select(sa.func.coalesce(sa.func.max(counter), 1)).scalar_subquery()
        session.select(sa.select(sa.func.setval(sequence, highest)))


def _columns(session: Session, table: str) -> list[str]:
    rows = session.raw.execute(_COLUMNS, (_quote(session, table),)).fetchall()
    return [row[0] for row in rows]


def _listed(session: Session, table: str, columns: Sequence[str]) -> str:
    names = ", ".join(_quote(session, column) for column in columns)
    return f"{_quote(session, table)} ({names})"


def _quote(session: Session, name: str) -> str:
    quoted: Any = session.compiler.core.identifier_preparer.quote(name)
    return str(quoted)
