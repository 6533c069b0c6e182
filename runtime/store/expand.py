"""Make the tables a version needs: only adds, step by step, each step repeatable after a crash.

Form tables carry no foreign keys and no NOT NULL: the runtime checks, and an old version's rows
stay as they are. A column belongs to (field, kind) for ever; `dg_column` keeps which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import CreateIndex, CreateTable

from engines.kinds import Kind, Shape, encrypted
from engines.values import AppId, FormId
from runtime.ports import FieldTable, FormTable
from runtime.store.layout import ChildPlace, Layout, layout_of
from runtime.store.naming import column_name, index_name, table_name
from runtime.store.sql import Dialect, Session, bind
from runtime.store.tables import COLUMN

Tables = Mapping[FormId, FormTable]

_KNOWN = sa.select(COLUMN.c.field, COLUMN.c.kind, COLUMN.c.name).where(
    COLUMN.c.app == bind("app"), COLUMN.c.form == bind("form")
)
_RESERVE = (
    insert(COLUMN)
    .values({column.name: bind(column.name) for column in COLUMN.c})
    .on_conflict_do_nothing()
)

_ONE_PLANNER = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(bind("app"), sa.literal_column("2")))
)

_INDEX = "CREATE INDEX"
_CONCURRENTLY = "CREATE INDEX CONCURRENTLY"


@dataclass(frozen=True, slots=True)
class Step:
    """One statement that adds something. Taking it twice does no harm."""

    sql: str
    is_concurrent: bool = False  # PostgreSQL: outside of a transaction, without blocking writers
    index: str = ""

    def take(self, session: Session) -> None:
        """Do it; a concurrent one must stand outside of a transaction."""
        session.raw.execute(self.sql)

    def take_within(self, session: Session) -> None:
        """Do it inside a transaction, where nobody else is at work."""
        session.raw.execute(self.sql.replace(_CONCURRENTLY, _INDEX, 1))


def plan(session: Session, app: AppId, wanted: Sequence[FormTable], known: Tables) -> Tables:
    """The wanted tables with their names; what is new has its name reserved.

    `known` is what the caller believes; the reserved names are what counts.
    """
    del known
    if session.dialect is Dialect.POSTGRES:  # two planners must not take one name
        session.rows(_ONE_PLANNER, {"app": app})
    return {table.form: _planned(session, app, table) for table in wanted}


def missing(session: Session, tables: Tables) -> list[Step]:
    """The steps that are left to take."""
    steps: list[Step] = []
    for table in tables.values():
        layout = layout_of(table, session.dialect)
        for one in layout.tables:
            steps += _missing_of(session, one)
        steps += _missing_indexes(session, layout)
    return steps


def _planned(session: Session, app: AppId, table: FormTable) -> FormTable:
    rows = session.rows(_KNOWN, {"app": app, "form": table.form})
    names = {(field, kind): name for field, kind, name in rows}
    fields = {}
    for field in table.fields.values():
        fields[field.field] = _with_columns(session, app, table.form, field, names)
    return replace(table, table=table_name(app, table.form), fields=fields)


def _with_columns(
    session: Session,
    app: AppId,
    form: FormId,
    field: FieldTable,
    names: dict[tuple[str, str], str],
) -> FieldTable:
    if field.kind.shape is Shape.VIRTUAL:
        return field

    def column(kind: Kind) -> str:
        found = names.get((field.field, kind.name))
        if found is None and field.was is not None:
            found = names.get((field.was, kind.name))
        if found is None:
            found = column_name(field.field, names.values())
        if (field.field, kind.name) not in names:
            key = {"app": app, "form": form, "field": field.field, "kind": kind.name}
            session.change(_RESERVE, {**key, "name": found})
            names[field.field, kind.name] = found
        return found

    if not field.is_encrypted:
        return replace(field, column=column(field.kind))
    plain = column(field.kind) if field.is_plain_indexed else ""
    return replace(field, column=column(encrypted(field.kind)), plain_column=plain)


def _missing_of(session: Session, table: sa.Table) -> Iterator[Step]:
    present = _columns_of(session, table.name)
    dialect = session.compiler.core
    if not present:
        yield Step(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)))
        return
    quote = dialect.identifier_preparer.quote
    guard = "IF NOT EXISTS " if session.dialect is Dialect.POSTGRES else ""
    for column in table.c:
        if column.name not in present:
            kind = column.type.compile(dialect=dialect)
            yield Step(
                f"ALTER TABLE {quote(table.name)} ADD COLUMN {guard}{quote(column.name)} {kind}"
            )


def _missing_indexes(session: Session, layout: Layout) -> Iterator[Step]:
    for index in _indexes(layout):
        name = str(index.name)
        if _has_index(session, name):
            continue
        is_postgres = session.dialect is Dialect.POSTGRES
        sql = str(CreateIndex(index, if_not_exists=True).compile(dialect=session.compiler.core))
        if is_postgres:
            sql = sql.replace(_INDEX, _CONCURRENTLY, 1)
        yield Step(sql, is_concurrent=is_postgres, index=name)


def _indexes(layout: Layout) -> Iterator[sa.Index]:
    table = layout.table
    yield sa.Index(index_name(table.name, "created_at"), table.c.created_at)
    for field in layout.form.fields.values():
        is_link = field.links_to is not None
        if not (field.is_indexed or field.is_unique or is_link):
            continue
        blind = layout.blind_of(field.field)
        for column in (blind, *layout.columns_of(field.field)[:1]):
            if column is not None:
                yield sa.Index(index_name(table.name, column.name), column)
    for child in layout.all_children:
        yield _child_index(child)


def _child_index(child: ChildPlace) -> sa.Index:
    return sa.Index(
        index_name(child.table.name, "value"), child.table.c.value, child.table.c.record
    )


def _columns_of(session: Session, table: str) -> frozenset[str]:
    if session.dialect is Dialect.SQLITE:
        rows = session.raw.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    else:
        rows = session.raw.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 "
            "AND NOT attisdropped",
            (session.compiler.core.identifier_preparer.quote(table),),
        ).fetchall()
    return frozenset(row[0] for row in rows)


def _has_index(session: Session, name: str) -> bool:
    if session.dialect is Dialect.SQLITE:
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?"
        return session.raw.execute(sql, (name,)).fetchone() is not None
    sql = (
        "SELECT i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
        "WHERE c.relname = %s AND pg_table_is_visible(c.oid)"
    )
    row = session.raw.execute(sql, (name,)).fetchone()
    if row is not None and not row[0]:  # left by a build that was killed
        quoted = session.compiler.core.identifier_preparer.quote(name)
        session.raw.execute(f"DROP INDEX IF EXISTS {quoted}")
        return False
    return row is not None
