"""Read and write records of any form. Lists and filters stand in `pages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engines.errors import BugError, Conflict
from engines.report.query import AggregateQuery, Aggregates
from engines.values import FieldId, RecordId, UserId, Value, ValueBlock
from runtime.ports import Cells, FormTable, Record, RecordPage, RecordQuery
from runtime.store import bulk, pages, proof
from runtime.store.aggregate import aggregate, cell_condition
from runtime.store.erasing import clear_readable
from runtime.store.form_access import FormAccess, FormAccesses, update_of
from runtime.store.given_list import list_param
from runtime.store.sql import Dialect, Row, Session, bind
from runtime.store.tables import SERIAL

_serial = insert(SERIAL).values({column.name: bind(column.name) for column in SERIAL.c})
_NEXT_SERIAL = _serial.on_conflict_do_update(
    index_elements=["app", "form", "field", "period"],
    set_={"number": SERIAL.c.number + _serial.excluded.number},
).returning(SERIAL.c.number)
_NO_LISTS: Mapping[Any, Any] = MappingProxyType({})
_TAKE_VALUE = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(bind("value"), sa.literal_column("0")))
)


class StoredRecords:
    """Records on one connection."""

    __slots__ = ("_accesses", "_session")

    def __init__(self, session: Session, accesses: FormAccesses) -> None:
        self._session = session
        self._accesses = accesses

    def get(self, table: FormTable, record: RecordId, *, lock: bool = False) -> Record | None:
        session = self._session
        kept: Record | None = session.kept.find(table.table, record, table, lock=lock)
        if kept is not None:
            return kept
        access = self._accesses.of(table)
        row = session.first(access.lock if lock else access.get, {"id_": record})
        if row is None:
            return None
        lists = self._lists(access, (row[0],)) if access.lists_of else _NO_LISTS
        found = access.record(session, row, lists.get(row[0], _NO_LISTS))
        if session.is_in_unit:
            is_locked = lock or session.dialect is Dialect.SQLITE
            session.kept.keep(table.table, record, table, found, is_locked=is_locked)
        return found

    def get_many(self, table: FormTable, records: Iterable[RecordId]) -> dict[RecordId, Record]:
        wanted = list(dict.fromkeys(records))
        if not wanted:
            return {}
        access = self._accesses.of(table)
        ids = list_param(wanted, self._session.dialect)
        rows = self._session.rows(access.get_many, {"ids": ids})
        return {one.id: one for one in self._records(access, rows)}

    def insert(self, table: FormTable, record: Record) -> None:
        access = self._accesses.of(table)
        self._session.put_rows(access.insert, [access.cells(self._session, record)])
        for child, statement in access.insert_list:
            self._session.change_many(statement, access.list_rows(child, record))
        if access.layout.searched:
            words = access.words_of(record, access.layout.searched)
            new = [(record.id, name, " ".join(found)) for name, found in words.items() if found]
            self._accesses.index.add(self._session, (table.app, table.form), new)
        self._session.kept.keep(table.table, record.id, table, access.as_stored(record))

    def insert_many(self, table: FormTable, records: Sequence[Record]) -> None:
        bulk.add_records(self._session, self._accesses, self._accesses.of(table), records)

    def insert_block(
        self,
        table: FormTable,
        block: ValueBlock,
        *,
        created_at: Sequence[datetime],
        created_by: UserId | None,
    ) -> None:
        bulk.add_block(
            self._session,
            self._accesses,
            self._accesses.of(table),
            block,
            created_at=created_at,
            created_by=created_by,
        )

    def cells(self, table: FormTable, fields: Sequence[str], block: ValueBlock) -> list[Cells]:
        return proof.cells_of(self._accesses.of(table).proof(fields), block)

    def cells_between(
        self, table: FormTable, fields: Sequence[str], first: RecordId, last: RecordId
    ) -> list[Cells]:
        access, session = self._accesses.of(table), self._session
        way = access.proof(fields)
        rows = session.rows(way.select, {"first": first, "last": last})
        lists = self._lists(access, [row[0] for row in rows])
        return proof.cells_in(
            way,
            rows,
            lists,
            lambda place, id_, cells: access.value_of(session, place, RecordId(id_), cells),
        )

    def update(self, table: FormTable, before: Record, after: Record) -> None:
        access, kept = self._accesses.of(table), self._session.kept

        def write(stored: Record, record: Record) -> None:
            self._write(access, stored, record)

        as_stored = access.as_stored(after)
        if not kept.change(table.table, before.id, table, before.revision, as_stored, write):
            kept.before(frozenset((table.table,)), table.table)
            self._write(access, before, after)

    def delete(self, table: FormTable, record: Record) -> None:
        access = self._accesses.of(table)
        guard = {"id_": record.id, "_expected": record.revision}
        if self._session.change(access.delete, guard) == 0:
            raise self._outdated(access, record)
        for _, statement in access.delete_list:
            self._session.change(statement, {"id_": record.id})
        if access.layout.searched:
            self._accesses.index.drop(self._session, (table.app, table.form), record.id)

    def page(self, table: FormTable, query: RecordQuery) -> RecordPage:
        access = self._accesses.of(table)
        return self._page(access, pages.page(self._session, self._accesses, access, query))

    def aggregate(self, table: FormTable, query: AggregateQuery, rows: RecordQuery) -> Aggregates:
        access = self._accesses.of(table)
        return aggregate(self._session, self._accesses, access, query, rows)

    def group_page(
        self, table: FormTable, query: AggregateQuery, keys: Sequence[Value], rows: RecordQuery
    ) -> RecordPage:
        access = self._accesses.of(table)
        condition = sa.and_(
            pages.condition_of(self._session, self._accesses, access.layout, rows),
            cell_condition(self._session, self._accesses, access, query, keys),
        )
        return self._page(access, pages.page_where(self._session, access, rows, condition))

    def chunk(self, table: FormTable, query: RecordQuery) -> tuple[tuple[Record, ...], str | None]:
        """A page without its total, for streaming."""
        access = self._accesses.of(table)
        condition = pages.condition_of(self._session, self._accesses, access.layout, query)
        rows, following = pages.rows_after(self._session, access, query, condition)
        return tuple(self._records(access, rows)), following

    def count(self, table: FormTable, query: RecordQuery) -> int:
        access = self._accesses.of(table)
        return pages.count(self._session, self._accesses, access, query)

    def is_taken(
        self, table: FormTable, field: FieldId, value: object, except_: RecordId | None
    ) -> bool:
        if value is None:
            return False
        access = self._accesses.of(table)
        blind = access.layout.blind_of(field)
        if blind is not None:
            columns: Sequence[sa.Column[Any]] = (blind,)
            cells: Sequence[Any] = (access.blind(self._session, field, value),)
        else:
            columns = access.layout.columns_of(field)
            place = next(one for one in access.layout.places if one.field == field)
            cells = place.write(value)
        self._hold_value(access, field, cells[0])
        statement = sa.select(access.layout.table.c.id).where(columns[0] == cells[0])
        found = self._session.select(statement.limit(2))
        return any(row[0] != except_ for row in found)

    def taken(self, table: FormTable, field: FieldId, values: Sequence[Value]) -> frozenset[Value]:
        return bulk.taken(self._session, self._accesses.of(table), field, values)

    def linking(
        self, table: FormTable, field: FieldId, record: RecordId, limit: int
    ) -> tuple[Record, ...]:
        access = self._accesses.of(table)
        main = access.layout.table
        child = access.layout.child_of(field)
        if child is not None:
            holders = sa.select(child.table.c.record).where(child.table.c.value == record)
            condition: sa.ColumnElement[bool] = main.c.id.in_(holders)
        else:
            columns = access.layout.columns_of(field)
            if not columns:
                raise BugError(f"{table.form}.{field} is no link the database can follow")
            condition = columns[0] == record
        statement = sa.select(*access.columns).where(condition)
        rows = self._session.select(statement.order_by(main.c.id.desc()).limit(limit))
        return tuple(self._records(access, rows))

    def next_serial(self, table: FormTable, field: FieldId, period: str, many: int = 1) -> int:
        key = {"app": table.app, "form": table.form, "field": field, "period": period}
        row = self._session.first(_NEXT_SERIAL, {**key, "number": many})
        if row is None:
            raise BugError(f"the serial {table.form}.{field} gave no number")
        last: int = row[0]
        return last - many + 1

    def forget(self, table: FormTable, record: RecordId) -> bool:
        if not table.is_subject:
            raise BugError(f"the records of {table.form} have no key of their own")
        access = self._accesses.of(table)
        clear_readable(self._session, self._accesses, access, record)
        return self._accesses.vault.forget(self._session, access.scope(record))

    def _write(self, access: FormAccess, before: Record, after: Record) -> None:
        """The UPDATE of what differs, guarded by the revision before."""
        table = access.layout.form
        was, is_now = before.values.get, after.values.get
        changed = frozenset([name for name in table.fields if was(name) != is_now(name)])
        cells = access.stamps(after)
        for place in (*access.layout.places, *access.layout.extras):
            if place.field in changed:
                value = after.values.get(place.field)
                cells.update(access.cells_of(self._session, place, after.id, value))
        statement = update_of(access, frozenset(cells))
        guard = {"id_": before.id, "_expected": before.revision}
        if self._session.change_kept(statement, {**cells, **guard}) == 0:
            raise self._outdated(access, before)
        self._replace_lists(access, after, changed)
        searched = changed & access.layout.searched
        if searched:
            words = access.words_of(after, searched)
            self._accesses.index.put(self._session, (table.app, table.form), after.id, words)

    def _page(self, access: FormAccess, found: pages.FoundPage) -> RecordPage:
        return RecordPage(
            records=tuple(self._records(access, found.rows)),
            next=found.next,
            total=found.total,
            is_total_exact=found.is_total_exact,
        )

    def _records(self, access: FormAccess, rows: Sequence[Row]) -> list[Record]:
        lists = self._lists(access, [row[0] for row in rows])
        if len(rows) > 1:
            return bulk.records_of(self._session, access, rows, lists)
        return [access.record(self._session, row, lists.get(row[0], {})) for row in rows]

    def _lists(
        self, access: FormAccess, ids: Sequence[str]
    ) -> Mapping[str, dict[FieldId, list[str]]]:
        found: dict[str, dict[FieldId, list[str]]] = {}
        if not ids or not access.lists_of:
            return found
        param = list_param(ids, self._session.dialect)
        for field, statement in access.lists_of.items():
            for record, value in self._session.rows(statement, {"ids": param}):
                found.setdefault(record, {}).setdefault(field, []).append(value)
        return found

    def _replace_lists(
        self, access: FormAccess, record: Record, changed: frozenset[FieldId]
    ) -> None:
        for child, statement in access.delete_list:
            if child.field in changed:
                self._session.change(statement, {"id_": record.id})
        for child, insertion in access.insert_list:
            if child.field in changed:
                self._session.change_many(insertion, access.list_rows(child, record))

    def _outdated(self, access: FormAccess, record: Record) -> Conflict:
        row = self._session.first(access.revision, {"id_": record.id})
        stored = row[0] if row is not None else None
        return Conflict(
            "Somebody else changed this record meanwhile."
            if stored is not None
            else "Somebody else deleted this record meanwhile.",
            {"record": record.id, "revision": stored, "expected": record.revision},
        )

    def _hold_value(self, access: FormAccess, field: FieldId, cell: object) -> None:
        """Two transactions asking for the same value go one after the other.

        On SQLite they do anyway.
        """
        if self._session.dialect is Dialect.POSTGRES:
            name = f"{access.layout.form.table}|{field}|{cell}"
            self._session.rows(_TAKE_VALUE, {"value": name})
