"""Values of many records as the plain cells they stand in, to prove that they are stored.

Of values and of rows the same cells come out, and no values are made of the rows first: that would
cost several times as much as hashing them. What is encrypted counts as it reads. Hashes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.values import FieldId, Value, ValueBlock
from runtime.ports import Cells
from runtime.store import plain
from runtime.store.layout import Layout, Place
from runtime.store.sql import Row, bind

Column = Sequence[Any]
Lists = Mapping[str, Mapping[FieldId, list[str]]]  # of each record that has some
Open = Callable[[Place, str, Row], Value]  # (place, record, its cells) -> value

_NO_LISTS: Mapping[FieldId, list[str]] = {}


@dataclass(frozen=True, slots=True)
class Proof:
    """How some fields of a form are proved, in the order they were asked for."""

    fields: tuple[str, ...]
    places: tuple[Place | None, ...]  # None: a list, or no field any more
    select: sa.Select[Any]  # ids and the cells of the places, between two ids
    is_bare: bool  # its rows are the cells as they are


def proof_of(layout: Layout, fields: Sequence[str]) -> Proof:
    """The way to the cells of these fields."""
    known = {str(one.field): one for one in layout.places}
    places = tuple(known.get(one) for one in fields)
    table = layout.table
    columns = [table.c[name] for one in places if one is not None for name in one.shown]
    select = (
        sa.select(table.c.id, *columns)
        .where(table.c.id >= bind("first"), table.c.id <= bind("last"))
        .order_by(table.c.id)
    )
    is_bare = all(one is not None and not one.is_sealed for one in places)
    return Proof(tuple(fields), places, select, is_bare)


def cells_of(proof: Proof, block: ValueBlock) -> list[Cells]:
    """The cells that the values of a block stand in, each row behind its record's id."""
    nothing = [None] * len(block.ids)
    columns: list[Column] = [block.ids]
    for field, place in zip(proof.fields, proof.places, strict=True):
        columns += _written(place, block.columns.get(field, nothing))
    return list(zip(*columns, strict=True))


def cells_in(proof: Proof, rows: Sequence[Row], lists: Lists, open_: Open) -> list[Cells]:
    """The same out of rows of `proof.select`."""
    if proof.is_bare or not rows:
        return list(rows)
    found = list(zip(*rows, strict=True))
    ids, at = found[0], 1
    columns: list[Column] = [ids]
    for field, place in zip(proof.fields, proof.places, strict=True):
        if place is None:
            columns.append([lists.get(id_, _NO_LISTS).get(FieldId(field)) for id_ in ids])
            continue
        cells = found[at : at + len(place.shown)]
        at += len(place.shown)
        if place.is_sealed:
            sealed = zip(ids, cells[0], strict=True)
            columns.append(_as_json([open_(place, id_, (cell,)) for id_, cell in sealed]))
        else:
            columns += cells
    return list(zip(*columns, strict=True))


def _written(place: Place | None, values: Sequence[Value]) -> Sequence[Column]:
    if place is None:
        return [[value or None for value in values]]  # a list without elements has no rows
    if place.is_sealed:
        return [_as_json(values)]
    return [values] if place.is_itself else place.cells(values)[: len(place.shown)]


def _as_json(values: Sequence[Value]) -> Column:
    return [None if value is None else plain.dumps_sorted(value) for value in values]
