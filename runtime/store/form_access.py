"""One form's table with its statements and its way between records and rows. Decides nothing.

Sealed values are opened and sealed here, with the record they belong to as associated data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.values import FieldId, RecordId, Value
from runtime.ports import FormTable, Record
from runtime.store import plain
from runtime.store.form_tables import VersionTables
from runtime.store.given_back import Convert, given_back
from runtime.store.given_list import among
from runtime.store.layout import ChildPlace, Layout, Place, layout_of
from runtime.store.proof import Proof, proof_of
from runtime.store.search import SearchIndex, Words
from runtime.store.segment import words
from runtime.store.sql import Dialect, Row, Session, bind, insert_into
from runtime.store.vault import Vault

FIRST_VALUE = 6  # cells before the fields': see naming.RECORD_COLUMNS
_MAX_LAYOUTS = 2_000

Lists = Mapping[FieldId, list[str]]


@dataclass(frozen=True, slots=True)
class FormAccess:
    """A form's layout and the statements made of it."""

    layout: Layout
    vault: Vault
    columns: tuple[sa.Column[Any], ...]
    names: tuple[FieldId, ...]  # the fields that are read
    blank: Mapping[str, Value]  # the same, each with no value
    in_order: tuple[Place, ...]  # all that a record is written into
    get: sa.Select[Any]
    lock: sa.Select[Any]
    get_many: sa.Select[Any]
    insert: sa.Insert
    delete: sa.Delete
    revision: sa.Select[Any]
    lists_of: Mapping[FieldId, sa.Select[Any]]  # (record, value) of many records, in order
    insert_list: tuple[tuple[ChildPlace, sa.Insert], ...]
    delete_list: tuple[tuple[ChildPlace, sa.Delete], ...]
    given_back: tuple[tuple[FieldId, Convert], ...]  # fields whose values may come back changed
    is_bare: bool  # every cell is a value as it stands
    updates: dict[frozenset[str], sa.Update] = field(default_factory=dict)
    proofs: dict[tuple[str, ...], Proof] = field(default_factory=dict)

    def cells(self, session: Session, record: Record) -> list[Any]:
        """The main row of a record, in the order of the table's columns."""
        stamp, values = self.layout.stamp.write, record.values
        created_at, updated_at = stamp(record.created_at), stamp(record.updated_at)
        found: list[Any] = [record.id, record.revision, created_at, record.created_by]
        found += (updated_at, record.updated_by)
        for place in self.in_order:
            value = values.get(place.field)
            if place.is_alone:
                found.append(value)
            elif value is None:
                found += place.blank
            elif place.is_sealed:
                found += self._sealed(session, place, record.id, value)
            else:
                found += place.write(value)
        return found

    def stamps(self, record: Record) -> dict[str, Any]:
        """The cells that every change writes."""
        return {
            "_revision": record.revision,
            "updated_at": self.layout.stamp.write(record.updated_at),
            "updated_by": record.updated_by,
        }

    def cells_of(
        self, session: Session, place: Place, record: RecordId, value: Value
    ) -> dict[str, Any]:
        """One field's cells by column."""
        if value is None:
            return dict.fromkeys(place.columns)
        if place.is_sealed:
            cells = self._sealed(session, place, record, value)
        else:
            cells = place.write(value)
        return dict(zip(place.columns, cells, strict=True))

    def record(self, session: Session, row: Row, lists: Lists) -> Record:
        """The record of a main row and its lists."""
        stamp = self.layout.stamp.read
        values: dict[str, Value]
        if self.is_bare:
            values = dict(zip(self.names, row[FIRST_VALUE:], strict=False))  # lists come behind
        else:
            values = self._values(session, RecordId(row[0]), row)
        for child in self.layout.children:
            values[child.field] = lists.get(child.field)
        id_, revision, created_at, created_by, updated_at, updated_by = row[:FIRST_VALUE]
        first, last = stamp(created_at), stamp(updated_at)
        return Record(
            id_, self.layout.form.form, values, revision, first, created_by, last, updated_by
        )

    def _values(self, session: Session, id_: RecordId, row: Row) -> dict[str, Value]:
        """The values in the cells of a main row."""
        values: dict[str, Value] = {}
        at = FIRST_VALUE
        for place in self.layout.places:
            width = len(place.shown)
            values[place.field] = (
                row[at]
                if place.is_itself
                else self.value_of(session, place, id_, row[at : at + width])
            )
            at += width
        return values

    def as_stored(self, record: Record) -> Record:
        """A record that is written, as reading it would give it back."""
        values: dict[str, Value] = {**self.blank, **record.values}
        if len(values) > len(self.blank):  # some are of fields that are not kept
            values = {name: values[name] for name in self.names}
        for name, convert in self.given_back:
            if values[name] is not None:
                values[name] = convert(values[name])
        return Record(
            record.id,
            record.form,
            values,
            record.revision,
            record.created_at,
            record.created_by,
            record.updated_at,
            record.updated_by,
        )

    def list_rows(self, child: ChildPlace, record: Record) -> list[dict[str, Any]]:
        """The rows of one list field of a record."""
        names = [column.name for column in child.table.c][2:]
        return [
            {
                "record": record.id,
                "position": position,
                **dict(zip(names, child.write(value), strict=True)),
            }
            for position, value in enumerate(record.values.get(child.field) or ())
        ]

    def words_of(self, record: Record, fields: Iterable[FieldId]) -> Words:
        """The words of searched fields."""
        return {one: _words(record.values.get(one)) for one in fields}

    def proof(self, fields: Sequence[str]) -> Proof:
        """How these fields are proved; worked out once."""
        found = self.proofs.get(tuple(fields))
        if found is None:
            found = self.proofs[tuple(fields)] = proof_of(self.layout, fields)
        return found

    def scope(self, record: RecordId) -> str:
        """What the data key of a record's sealed values is for."""
        return key_scope(self.layout.form, record)

    def blind(self, session: Session, field_: FieldId, value: Value) -> str:
        """The fingerprint of a value of an encrypted field."""
        column = self.layout.form.fields[field_].column
        place = f"{self.layout.form.table}|{column}"
        return self.vault.blind(session, place, plain.dumps_sorted(value))

    def sought(self, session: Session, field_: FieldId, value: Value) -> str:
        """The fingerprint to look for, for readers too: no value has it while none has any."""
        return self.blind(session, field_, value) if self.vault.has_blinds(session) else ""

    def _sealed(
        self, session: Session, place: Place, record: RecordId, value: Value
    ) -> tuple[Any, ...]:
        main = place.columns[0]
        text = self.vault.seal(
            session, self.scope(record), self._place(main, record), plain.dumps(value).encode()
        )
        return text.encode(), self.blind(session, place.field, value)

    def value_of(self, session: Session, place: Place, record: RecordId, cells: Row) -> Value:
        """One field's value out of its cells."""
        if cells[0] is None:
            return None
        if not place.is_sealed:
            return place.read(cells)
        sealed = bytes(cells[0]).decode()
        opened = self.vault.open(session, sealed, self._place(place.columns[0], record))
        return None if opened is None else plain.loads(opened)

    def _place(self, column: str, record: RecordId) -> str:
        return f"{self.layout.form.table}|{column}|{record}"


class FormAccesses:
    """The forms' tables of one database, each worked out once."""

    def __init__(
        self, dialect: Dialect, vault: Vault, index: SearchIndex, tables: VersionTables
    ) -> None:
        self.dialect = dialect
        self.vault = vault
        self.index = index
        self.tables = tables
        # by identity: a FormTable has maps and no hash; the table is kept so that its id stays its
        self._known: dict[int, tuple[FormTable, FormAccess]] = {}

    def of(self, table: FormTable) -> FormAccess:
        """The access to a form's table."""
        known = self._known.get(id(table))
        if known is not None:
            return known[1]
        if len(self._known) > _MAX_LAYOUTS:
            self._known.clear()
        made = _access(layout_of(table, self.dialect), self.vault)
        self._known[id(table)] = (table, made)
        return made


def key_scope(table: FormTable, record: RecordId | None) -> str:
    """One data key a form, or one a record where the records are subjects."""
    form = f"{table.app}.{table.form}"
    return f"{form}.{record}" if table.is_subject and record is not None else form


def _access(layout: Layout, vault: Vault) -> FormAccess:
    table = layout.table
    names = [name for place in layout.places for name in place.shown]
    columns = (*list(table.c)[:FIRST_VALUE], *(table.c[name] for name in names))
    select = sa.select(*columns)
    by_id = select.where(table.c.id == bind("id_"))
    read = (*(one.field for one in layout.places), *(one.field for one in layout.children))
    order = {column.name: at for at, column in enumerate(table.c)}
    written = (*layout.places, *layout.extras)
    return FormAccess(
        layout=layout,
        vault=vault,
        columns=columns,
        names=read,
        blank=dict.fromkeys(read),
        in_order=tuple(sorted(written, key=lambda one: order[one.columns[0]])),
        get=by_id,
        lock=by_id.with_for_update(),
        get_many=select.where(among(table.c.id, "ids", layout.dialect)),
        insert=insert_into(table),
        delete=sa.delete(table).where(
            table.c.id == bind("id_"), table.c["_revision"] == bind("_expected")
        ),
        revision=sa.select(table.c["_revision"]).where(table.c.id == bind("id_")),
        lists_of={child.field: _lists(child, layout.dialect) for child in layout.children},
        insert_list=tuple((child, insert_into(child.table)) for child in layout.all_children),
        delete_list=tuple(
            (child, sa.delete(child.table).where(child.table.c.record == bind("id_")))
            for child in layout.all_children
        ),
        given_back=given_back(layout),
        is_bare=all(one.is_itself and len(one.shown) == 1 for one in layout.places),
    )


def _lists(child: ChildPlace, dialect: Dialect) -> sa.Select[Any]:
    table = child.table
    return (
        sa.select(table.c.record, table.c.value)
        .where(among(table.c.record, "ids", dialect))
        .order_by(table.c.record, table.c.position)
    )


def update_of(access: FormAccess, names: frozenset[str]) -> sa.Update:
    """The UPDATE of exactly these columns, guarded by the revision; made once."""
    known = access.updates.get(names)
    if known is None:
        table = access.layout.table
        known = (
            sa.update(table)
            .where(table.c.id == bind("id_"), table.c["_revision"] == bind("_expected"))
            .values({name: bind(name) for name in sorted(names)})
        )
        access.updates[names] = known
    return known


def _words(value: Value) -> list[str]:
    if value is None:
        return []
    return words(" ".join(value)) if isinstance(value, list) else words(str(value))
