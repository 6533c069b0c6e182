"""Many records in and out at once, a column at a time. One record at a time stands in `records`.

The same cells by the same codecs as `form_access`; only the loops are turned round, because a
loop over the values of one column costs a fraction of a loop over the fields of one record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.values import FieldId, RecordId, UserId, Value, ValueBlock, Values
from runtime.ports import Record
from runtime.store.form_access import FIRST_VALUE, FormAccess, FormAccesses, Lists
from runtime.store.layout import ChildPlace, Place
from runtime.store.search import Entry
from runtime.store.segment import joined_words
from runtime.store.sql import Row, Session

NO_LISTS: Lists = {}
_MOST_ASKED = 500  # values of one question
_STAMPS = ("id", "_revision", "created_at", "created_by", "updated_at", "updated_by")

Column = Sequence[Any]


def add_records(
    session: Session, accesses: FormAccesses, access: FormAccess, records: Sequence[Record]
) -> None:
    """Add records in as few statements as there are tables."""
    fields = access.layout.form.fields
    columns: dict[str, Column] = {
        name: [one.values.get(name) for one in records] for name in fields
    }
    block = ValueBlock(access.layout.form.form, [one.id for one in records], columns)
    _add(session, accesses, access, block, _stamps(access, records))


def add_block(
    session: Session,
    accesses: FormAccesses,
    access: FormAccess,
    block: ValueBlock,
    *,
    created_at: Sequence[datetime],
    created_by: UserId | None,
) -> None:
    """Add new records by their values."""
    many = len(block.ids)
    written = {one: access.layout.stamp.write(one) for one in set(created_at)}
    at = [written[one] for one in created_at]
    by = [created_by] * many
    _add(session, accesses, access, block, [block.ids, [1] * many, at, by, at, by])


def records_of(
    session: Session, access: FormAccess, rows: Sequence[Row], lists: Mapping[str, Lists]
) -> list[Record]:
    """The records of main rows and their lists."""
    if not rows:
        return []
    cells = list(zip(*rows, strict=True))
    columns = _columns(session, access, cells[0], cells[FIRST_VALUE:], lists)
    return _with_stamps(
        access, cells, ValueBlock(access.layout.form.form, cells[0], columns).rows()
    )


def taken(
    session: Session, access: FormAccess, field: FieldId, values: Sequence[Value]
) -> frozenset[Value]:
    """Those of the values that records hold in a field."""
    blind = access.layout.blind_of(field)
    if blind is not None:
        if not access.vault.has_blinds(session):
            return frozenset()
        by_cell = {access.blind(session, field, value): value for value in values}
        column: sa.Column[Any] = blind
    else:
        place = next(one for one in access.layout.places if one.field == field)
        by_cell = {place.write(value)[0]: value for value in values}
        column = access.layout.columns_of(field)[0]
    cells, found = list(by_cell), set()
    for start in range(0, len(cells), _MOST_ASKED):
        asked = column.in_(cells[start : start + _MOST_ASKED])
        found |= {by_cell[row[0]] for row in session.select(sa.select(column).where(asked))}
    return frozenset(found)


def _add(
    session: Session,
    accesses: FormAccesses,
    access: FormAccess,
    block: ValueBlock,
    stamps: list[Column],
) -> None:
    if not block.ids:
        return
    names, columns = list(_STAMPS), list(stamps)
    for place in (*access.layout.places, *access.layout.extras):
        names += place.columns
        columns += _cells(session, access, place, block)
    session.add_rows(access.layout.table, names, list(zip(*columns, strict=True)))
    for child, _ in access.insert_list:
        _add_elements(session, child, block)
    if access.layout.searched:
        _add_words(session, accesses, access, block)


def _stamps(access: FormAccess, records: Sequence[Record]) -> list[Column]:
    write = access.layout.stamp.write
    return [
        [one.id for one in records],
        [one.revision for one in records],
        [write(one.created_at) for one in records],
        [one.created_by for one in records],
        [write(one.updated_at) for one in records],
        [one.updated_by for one in records],
    ]


def _cells(session: Session, access: FormAccess, place: Place, block: ValueBlock) -> list[Column]:
    """The columns of one field."""
    values = block.columns.get(place.field) or [None] * len(block.ids)
    if place.is_sealed:
        sealed = [
            access.cells_of(session, place, id_, value)
            for id_, value in zip(block.ids, values, strict=True)
        ]
        return [[cells[name] for cells in sealed] for name in place.columns]
    return place.cells(values)


def _columns(
    session: Session,
    access: FormAccess,
    ids: Column,
    cells: Sequence[Column],
    lists: Mapping[str, Lists],
) -> dict[str, Column]:
    """The values by field."""
    found: dict[str, Column] = {}
    at = 0
    for place in access.layout.places:
        shown = cells[at : at + len(place.shown)]
        found[place.field] = _values(session, access, place, ids, shown)
        at += len(place.shown)
    for child in access.layout.children:
        found[child.field] = [lists.get(id_, NO_LISTS).get(child.field) for id_ in ids]
    return found


def _values(
    session: Session, access: FormAccess, place: Place, ids: Column, cells: Sequence[Column]
) -> Column:
    """The values of one field."""
    if place.is_sealed:
        rows = zip(ids, zip(*cells, strict=True), strict=True)
        return [access.value_of(session, place, RecordId(id_), row) for id_, row in rows]
    if place.is_itself:
        return cells[0]
    return place.read_all(cells)


def _with_stamps(
    access: FormAccess, cells: Sequence[Column], values: Sequence[Values]
) -> list[Record]:
    form, read = access.layout.form.form, access.layout.stamp.read
    ids, revisions, created_at, created_by, updated_at, updated_by = cells[:FIRST_VALUE]
    return [
        Record(
            id=RecordId(ids[at]),
            form=form,
            values=one,
            revision=revisions[at],
            created_at=read(created_at[at]),
            created_by=_user(created_by[at]),
            updated_at=read(updated_at[at]),
            updated_by=_user(updated_by[at]),
        )
        for at, one in enumerate(values)
    ]


def _user(id_: str | None) -> UserId | None:
    return None if id_ is None else UserId(id_)


def _add_elements(session: Session, child: ChildPlace, block: ValueBlock) -> None:
    names = [column.name for column in child.table.c]
    rows = [
        (id_, position, *child.write(element))
        for id_, elements in zip(block.ids, block.columns.get(child.field) or (), strict=False)
        for position, element in enumerate(elements or ())
    ]
    if rows:
        session.add_rows(child.table, names, rows)


def _add_words(
    session: Session, accesses: FormAccesses, access: FormAccess, block: ValueBlock
) -> None:
    entries: list[Entry] = []
    for field in access.layout.searched:
        values = block.columns.get(field) or [None] * len(block.ids)
        told = [(id_, one) for id_, one in zip(block.ids, values, strict=True) if one is not None]
        texts = [" ".join(one) if type(one) is list else str(one) for _, one in told]
        each = zip(told, joined_words(texts), strict=True)
        entries += [(id_, field, found) for (id_, _), found in each if found]
    accesses.index.add(session, (access.layout.form.app, access.layout.form.form), entries)
