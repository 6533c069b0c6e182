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
    names = _Names(session, app, table, {(field, kind): name for field, kind, name in rows})
    fields = {one.field: _with_columns(one, names) for one in table.fields.values()}
    return replace(table, table=table_name(app, table.form), fields=fields)


def _with_columns(field: FieldTable, names: _Names) -> FieldTable:
    if field.kind.shape is Shape.VIRTUAL:
        return field
    if not field.is_encrypted:
        return replace(field, column=names.of(field, field.kind))
    plain = names.of(field, field.kind) if field.is_plain_indexed else ""
    column = names.of(field, encrypted(field.kind))
    return replace(field, column=column, plain_column=plain)


class _Names:
    """The columns of a form, by field and kind; new ones are reserved as they are asked for."""

    def __init__(
        self, session: Session, app: AppId, table: FormTable, known: dict[tuple[str, str], str]
    ) -> None:
        self._session = session
        self._key = {"app": app, "form": table.form}
        self._known = known
        self._heirs = {one.was: one.field for one in table.fields.values() if one.was is not None}

    def of(self, field: FieldTable, kind: Kind) -> str:
        """The column of a field while it has this kind."""
        heir = self._heirs.get(field.field)
        # a new field under the id of a renamed one: the column went with the other
        owned = kind.name if heir is None else f"{kind.name}, not {heir}"
        found = self._known.get((field.field, owned))
        if found is None:
            found = self._inherited(field, kind) or column_name(field.field, self._known.values())
            row = {**self._key, "field": field.field, "kind": owned, "name": found}
            self._session.change(_RESERVE, row)
            self._known[field.field, owned] = found
        return found

    def _inherited(self, field: FieldTable, kind: Kind) -> str | None:
        return None if field.was is None else self._known.get((field.was, kind.name))


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
        # A fingerprint is there to be looked for.
        if not (field.is_indexed or field.is_unique or is_link or field.is_encrypted):
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
