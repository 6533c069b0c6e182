"""Many records in and out at once, a column at a time. One record at a time stands in `records`.

The same cells by the same codecs as `form_access`; only the loops are turned round, because a
loop over the values of one column costs a fraction of a loop over the fields of one record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.values import FieldId, RecordId, UserId, Value, Values
from runtime.ports import Record
from runtime.store.form_access import FIRST_VALUE, FormAccess, FormAccesses, Lists
from runtime.store.layout import ChildPlace, Place
from runtime.store.sql import Row, Session

NO_LISTS: Lists = {}
_MOST_ASKED = 500  # values of one question

Column = Sequence[Any]


def add_records(
    session: Session, accesses: FormAccesses, access: FormAccess, records: Sequence[Record]
) -> None:
    """Add records in as few statements as there are tables."""
    if not records:
        return
    names, columns = _stamps(access, records)
    for place in (*access.layout.places, *access.layout.extras):
        names += place.columns
        columns += _cells(session, access, place, records)
    session.add_rows(access.layout.table, names, list(zip(*columns, strict=True)))
    for child, _ in access.insert_list:
        _add_elements(session, child, records)
    if access.layout.searched:
        place_of = (access.layout.form.app, access.layout.form.form)
        found = [(one.id, access.words_of(one, access.layout.searched)) for one in records]
        accesses.index.put_many(session, place_of, found)


def records_of(
    session: Session, access: FormAccess, rows: Sequence[Row], lists: Mapping[str, Lists]
) -> list[Record]:
    """The records of main rows and their lists."""
    if not rows:
        return []
    cells = list(zip(*rows, strict=True))
    names: list[str] = []
    columns: list[Column] = []
    at = FIRST_VALUE
    for place in access.layout.places:
        width = len(place.columns)
        names.append(place.field)
        columns.append(_values(session, access, place, cells[0], cells[at : at + width]))
        at += width
    for child in access.layout.children:
        names.append(child.field)
        columns.append([lists.get(id_, NO_LISTS).get(child.field) for id_ in cells[0]])
    values: list[Values] = [
        dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
    ]
    return _with_stamps(access, cells, values or [{} for _ in rows])


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


def _stamps(access: FormAccess, records: Sequence[Record]) -> tuple[list[str], list[Column]]:
    write = access.layout.stamp.write
    names = ["id", "_revision", "created_at", "created_by", "updated_at", "updated_by"]
    return names, [
        [one.id for one in records],
        [one.revision for one in records],
        [write(one.created_at) for one in records],
        [one.created_by for one in records],
        [write(one.updated_at) for one in records],
        [one.updated_by for one in records],
    ]


def _cells(
    session: Session, access: FormAccess, place: Place, records: Sequence[Record]
) -> list[Column]:
    """The columns of one field."""
    values = [one.values.get(place.field) for one in records]
    if place.is_sealed:
        sealed = [
            access.cells_of(session, place, one.id, value)
            for one, value in zip(records, values, strict=True)
        ]
        return [[cells[name] for cells in sealed] for name in place.columns]
    if place.is_itself and len(place.columns) == 1:
        return [values]
    write, empty = place.write, (None,) * len(place.columns)
    rows = [empty if value is None else write(value) for value in values]
    return list(zip(*rows, strict=True))


def _values(
    session: Session, access: FormAccess, place: Place, ids: Column, cells: Sequence[Column]
) -> Column:
    """The values of one field."""
    if place.is_sealed:
        rows = zip(ids, zip(*cells, strict=True), strict=True)
        return [access.value_of(session, place, RecordId(id_), row) for id_, row in rows]
    if place.is_itself:
        return cells[0]
    read = place.read
    if len(cells) == 1:
        return [None if cell is None else read((cell,)) for cell in cells[0]]
    return [None if row[0] is None else read(row) for row in zip(*cells, strict=True)]


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


def _add_elements(session: Session, child: ChildPlace, records: Sequence[Record]) -> None:
    names = [column.name for column in child.table.c]
    rows = [
        (one.id, position, *child.write(element))
        for one in records
        for position, element in enumerate(one.values.get(child.field) or ())
    ]
    if rows:
        session.add_rows(child.table, names, rows)
