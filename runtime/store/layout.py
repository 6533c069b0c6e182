"""A form's table as the database has it, and how a record's values go into its columns.

Made once for a `FormTable` and a dialect. Encrypted fields and lists are only placed here; the
vault seals the former, `records` reads and writes the latter in tables of their own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, assert_never

import sqlalchemy as sa

from engines.errors import BugError
from engines.expression.folding import fold_all
from engines.kinds import Column, ColumnType, Kind, Shape, encrypted
from engines.values import FieldId, Value
from runtime.ports import FieldTable, FormTable
from runtime.store.naming import child_name
from runtime.store.sql import Dialect
from runtime.store.values import Codec, codec_for, text_type

Cells = tuple[Any, ...]

_STAMP = Column("", ColumnType.TIMESTAMP)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """The columns of one field in the form's table, and its value's way into them."""

    field: FieldId
    columns: tuple[str, ...]
    shown: tuple[str, ...]  # the first of them, as many as the value is read from
    write: Callable[[Value], Cells]  # given no None
    read: Callable[[Cells], Value]  # given the cells of `shown`, the first of them not None
    write_all: Callable[[Sequence[Value]], list[Sequence[Any]]]  # columns of many; no None
    read_all: Callable[[Sequence[Sequence[Any]]], Sequence[Value]]  # given the columns of `shown`
    is_sealed: bool = False
    is_itself: bool = False  # the value is its first cell
    is_alone: bool = dataclasses.field(init=False)  # and there is no other
    blank: tuple[None, ...] = dataclasses.field(init=False)  # its cells without a value

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_alone", self.is_itself and len(self.columns) == 1)
        object.__setattr__(self, "blank", (None,) * len(self.columns))

    def cells(self, values: Sequence[Value]) -> list[Sequence[Any]]:
        """The columns of many values, some of which may be None."""
        if None not in values:
            return self.write_all(values)
        there = [value is not None for value in values]
        written = map(iter, self.write_all([value for value in values if value is not None]))
        return [[next(cells) if is_there else None for is_there in there] for cells in written]


@dataclass(frozen=True, slots=True)
class ChildPlace:
    """The table of a list field's elements."""

    field: FieldId
    table: sa.Table
    write: Callable[[str], Cells]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of a form's records stands."""

    form: FormTable
    dialect: Dialect
    table: sa.Table
    stamp: Codec
    places: tuple[Place, ...]  # what values are read from
    extras: tuple[Place, ...]  # written beside: the plain columns of encrypted fields
    children: tuple[ChildPlace, ...]  # what lists are read from
    child_extras: tuple[ChildPlace, ...]
    searched: frozenset[FieldId]

    @property
    def all_children(self) -> tuple[ChildPlace, ...]:
        """Every table of elements."""
        return (*self.children, *self.child_extras)

    @property
    def tables(self) -> tuple[sa.Table, ...]:
        """The form's table and those of its lists."""
        return (self.table, *(child.table for child in self.all_children))

    def columns_of(self, field: FieldId) -> tuple[sa.Column[Any], ...]:
        """The columns the database can compare a field by: its plain ones, main one first."""
        for place in (*self.extras, *self.places):
            if place.field == field and not place.is_sealed:
                return tuple(self.table.c[name] for name in place.columns)
        return ()

    def child_of(self, field: FieldId) -> ChildPlace | None:
        """The table of a list field's elements that the database can search."""
        return next((one for one in self.all_children if one.field == field), None)

    def blind_of(self, field: FieldId) -> sa.Column[Any] | None:
        """The fingerprints of an encrypted field."""
        place = next((one for one in self.places if one.field == field), None)
        return self.table.c[place.columns[1]] if place is not None and place.is_sealed else None


def layout_of(form: FormTable, dialect: Dialect) -> Layout:
    """The layout of a form's table."""
    stamp = codec_for(_STAMP, dialect)
    columns = [*_record_columns(stamp, dialect)]
    places: list[Place] = []
    extras: list[Place] = []
    children: list[ChildPlace] = []
    child_extras: list[ChildPlace] = []
    for field in form.fields.values():
        if field.is_encrypted:
            columns += _columns(encrypted(field.kind), field.column, dialect)
            places.append(_sealed_place(field))
        for kind, column in plain_parts(field):
            into = (extras, child_extras) if field.is_encrypted else (places, children)
            if kind.has_child_table:
                into[1].append(_child(form, field, column, dialect))
            else:
                columns += _columns(kind, column, dialect)
                into[0].append(_place(field, column, dialect))
    return Layout(
        form=form,
        dialect=dialect,
        table=sa.Table(form.table, sa.MetaData(), *columns),
        stamp=stamp,
        places=tuple(places),
        extras=tuple(extras),
        children=tuple(children),
        child_extras=tuple(child_extras),
        searched=frozenset(f.field for f in form.fields.values() if f.is_searched),
    )


def plain_parts(field: FieldTable) -> tuple[tuple[Kind, str], ...]:
    """The kind and column name of a field's readable columns; none where it has none."""
    if field.kind.shape is Shape.VIRTUAL:
        return ()
    if not field.is_encrypted:
        return ((field.kind, field.column),)
    return ((field.kind, field.plain_column),) if field.is_plain_indexed else ()


def _record_columns(stamp: Codec, dialect: Dialect) -> list[sa.Column[Any]]:
    text = text_type(dialect)
    return [
        sa.Column("id", text, primary_key=True),
        sa.Column("_revision", sa.BigInteger),
        sa.Column("created_at", stamp.type),
        sa.Column("created_by", text),
        sa.Column("updated_at", stamp.type),
        sa.Column("updated_by", text),
    ]


def _columns(kind: Kind, base: str, dialect: Dialect) -> list[sa.Column[Any]]:
    return [
        sa.Column(base + column.suffix, codec_for(column, dialect).type) for column in kind.columns
    ]


def _sealed_place(field: FieldTable) -> Place:
    columns = tuple(field.column + one.suffix for one in encrypted(field.kind).columns)
    shown = columns[:1]
    return Place(field.field, columns, shown, _refuse, _refuse, _refuse, _refuse, is_sealed=True)


def _place(field: FieldTable, base: str, dialect: Dialect) -> Place:
    codecs = tuple(codec_for(column, dialect) for column in field.kind.columns)
    names = tuple(base + column.suffix for column in field.kind.columns)
    write, read = _conversions(field.kind.shape, codecs)
    is_itself = field.kind.shape in (Shape.SCALAR, Shape.FOLDED_TEXT) and codecs[0].is_itself
    shown = names if field.kind.shape is Shape.MONEY else names[:1]
    write_all = _writer(field.kind.shape, codecs, write)
    read_all = _reader(field.kind.shape, codecs, read)
    return Place(field.field, names, shown, write, read, write_all, read_all, is_itself=is_itself)


def _conversions(
    shape: Shape, codecs: Sequence[Codec]
) -> tuple[Callable[[Value], Cells], Callable[[Cells], Value]]:
    main = codecs[0]
    match shape:
        case Shape.SCALAR | Shape.JSON:
            return lambda value: (main.write(value),), lambda cells: main.read(cells[0])
        case Shape.FOLDED_TEXT:
            folded = codecs[1].write
            return lambda value: (value, folded(value)), lambda cells: cells[0]
        case Shape.DURATION:
            return lambda value: (value // _SECOND,), lambda cells: timedelta(seconds=cells[0])
        case Shape.MONEY:
            return (
                lambda value: (main.write(value["amount"]), value["currency"]),
                lambda cells: _money(main.read(cells[0]), cells[1]),
            )
        case Shape.LIST | Shape.FOLDED_LIST | Shape.VIRTUAL:
            return _refuse, _refuse
        case _:
            assert_never(shape)


def _writer(
    shape: Shape, codecs: Sequence[Codec], write: Callable[[Value], Cells]
) -> Callable[[Sequence[Value]], list[Sequence[Any]]]:
    """The same for many values: a loop a column where one is enough, none where it can be."""
    main = codecs[0]
    if shape is Shape.FOLDED_TEXT:
        return lambda values: [values, fold_all(values)]
    if shape is Shape.SCALAR and main.is_itself:
        return lambda values: [values]
    if shape is Shape.SCALAR:
        return lambda values: [main.write_all(values)]
    width = len(codecs)
    return lambda values: list(zip(*map(write, values), strict=True)) or [()] * width


def _reader(
    shape: Shape, codecs: Sequence[Codec], read: Callable[[Cells], Value]
) -> Callable[[Sequence[Sequence[Any]]], Sequence[Value]]:
    """The same back, of columns where the first cell may be None."""
    if shape is Shape.SCALAR:
        one = codecs[0].read

        def read_column(columns: Sequence[Sequence[Any]]) -> Sequence[Value]:
            (cells,) = columns
            if None in cells:
                return [None if cell is None else one(cell) for cell in cells]
            return list(map(one, cells))

        return read_column
    return lambda columns: [
        None if row[0] is None else read(row) for row in zip(*columns, strict=True)
    ]


def _child(form: FormTable, field: FieldTable, column: str, dialect: Dialect) -> ChildPlace:
    codecs = tuple(codec_for(one, dialect) for one in field.kind.columns)
    names = [f"value{one.suffix}" for one in field.kind.columns]
    table = sa.Table(
        child_name(form.table, column),
        sa.MetaData(),
        sa.Column("record", text_type(dialect), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, codec.type) for name, codec in zip(names, codecs, strict=True)),
    )

    def write(value: str) -> Cells:
        return tuple(codec.write(value) for codec in codecs)

    return ChildPlace(field.field, table, write)


def _money(amount: Decimal, currency: str) -> Mapping[str, Value]:
    return {"amount": amount, "currency": currency}


def _refuse(_: Any) -> Any:
    raise BugError("lists and sealed values have no cells of their own")
