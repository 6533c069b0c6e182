"""Where forms' records stand and how they are read and written. No code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engines.expression.tree import Node
from engines.kinds import Kind
from engines.plain import plain
from engines.report.query import AggregateQuery, Aggregates
from engines.values import (
    AppId,
    Facts,
    FieldId,
    FormId,
    RecordId,
    UserId,
    Value,
    ValueBlock,
    Values,
)


@dataclass(frozen=True, slots=True)
class FieldTable:
    """Where a field's values stand: `column` is the base name of its kind's columns.

    `column` is empty until `Store.plan_tables` gave it a name. An encrypted field has the columns
    of `kinds.encrypted(kind)`; `is_plain_indexed` adds the kind's own ones beside them, under
    `plain_column`, so that the database can sort and search it.
    """

    field: FieldId
    kind: Kind  # of the plain value
    column: str = ""
    is_encrypted: bool = False
    is_unique: bool = False
    is_indexed: bool = False
    is_searched: bool = False  # its words go into the full-text index
    is_plain_indexed: bool = False
    plain_column: str = ""
    links_to: FormId | None = None
    was: FieldId | None = None  # the id it had before a rename; it keeps that field's column


@dataclass(frozen=True, slots=True)
class FormTable:
    """Where a form's records stand. `table` is empty until it was planned."""

    app: AppId
    form: FormId
    table: str
    fields: Mapping[FieldId, FieldTable]
    is_subject: bool = False


@plain
class Record:
    """One record; `values` has every stored field of its form, None where empty."""

    id: RecordId
    form: FormId
    values: Values
    revision: int
    created_at: datetime
    created_by: UserId | None
    updated_at: datetime
    updated_by: UserId | None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition for the database: an expression's tree with the facts it is asked with."""

    tree: Node
    facts: Facts


@dataclass(frozen=True, slots=True)
class SortKey:
    """Order by a field; empty values last."""

    field: FieldId
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A page of records. All filters hold; `any_of` groups are alternatives (row permissions).

    Every word of `search` must occur in one of the fields `search_in` (None: all searched ones);
    give only fields the viewer may read. Pages go by key: `after` is the cursor of the last record
    of the page before.
    """

    form: FormId
    filters: tuple[Filter, ...] = ()
    any_of: tuple[Filter, ...] | None = None  # None: all rows; (): no row
    sort: tuple[SortKey, ...] = ()
    search: str = ""
    search_in: tuple[FieldId, ...] | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Records in order, the cursor of the next page, and how many there are in all (capped)."""

    records: tuple[Record, ...]
    next: str | None
    total: int
    is_total_exact: bool = True


Cells = tuple[Any, ...]  # an id, and plain values of which orjson knows most


class Records(Protocol):
    """Records of the forms of live and pinned versions, values in plain (never ciphertext)."""

    def get(self, table: FormTable, record: RecordId, *, lock: bool = False) -> Record | None:
        """One record, or None."""

    def get_many(self, table: FormTable, records: Iterable[RecordId]) -> dict[RecordId, Record]:
        """Records by id, missing ones left out, in one query a table."""

    def insert(self, table: FormTable, record: Record) -> None:
        """Add a record with all its values."""

    def insert_many(self, table: FormTable, records: Sequence[Record]) -> None:
        """Add many records in as few statements as there are tables."""

    def insert_block(
        self,
        table: FormTable,
        block: ValueBlock,
        *,
        created_at: Sequence[datetime],
        created_by: UserId | None,
    ) -> None:
        """Add new records given a column at a time; a field without a column stays empty."""

    def cells(self, table: FormTable, fields: Sequence[str], block: ValueBlock) -> list[Cells]:
        """What must stand in the rows of these records for the values of these fields.

        Each row begins with the record's id. Decimals, times and dates are as the database has
        them; values that are encrypted count as they read.
        """

    def cells_between(
        self, table: FormTable, fields: Sequence[str], first: RecordId, last: RecordId
    ) -> list[Cells]:
        """The same as it stands there, of the ids between two, both included, in order."""

    def update(self, table: FormTable, before: Record, after: Record) -> None:
        """Store what differs. Raises Conflict when `before.revision` is no longer stored."""

    def delete(self, table: FormTable, record: Record) -> None:
        """Remove a record. Raises Conflict when its revision is no longer stored."""

    def page(self, table: FormTable, query: RecordQuery) -> RecordPage:
        """A page of a list."""

    def chunk(self, table: FormTable, query: RecordQuery) -> tuple[tuple[Record, ...], str | None]:
        """The records of a page and the cursor of the next; nothing is counted."""

    def aggregate(self, table: FormTable, query: AggregateQuery, rows: RecordQuery) -> Aggregates:
        """The groups of a report over the records that `rows` lets pass, whatever its limit."""

    def group_page(
        self, table: FormTable, query: AggregateQuery, keys: Sequence[Value], rows: RecordQuery
    ) -> RecordPage:
        """A page of the records behind one group of a report, given its keys."""

    def count(self, table: FormTable, query: RecordQuery) -> int:
        """How many records a query has, exactly."""

    def is_taken(
        self, table: FormTable, field: FieldId, value: object, except_: RecordId | None
    ) -> bool:
        """Whether another record holds this value of a unique field."""

    def taken(self, table: FormTable, field: FieldId, values: Sequence[Value]) -> frozenset[Value]:
        """Those of the values that records hold in a unique field; waits for nobody."""

    def linking(
        self, table: FormTable, field: FieldId, record: RecordId, limit: int
    ) -> tuple[Record, ...]:
        """Records whose link `field` points at `record`, newest first."""

    def next_serial(self, table: FormTable, field: FieldId, period: str, many: int = 1) -> int:
        """The next number of a serial field within its period ('' = ever), gapless.

        The first of `many` that follow each other; all of them are given away.
        """

    def forget(self, table: FormTable, record: RecordId) -> bool:
        """Destroy the key of a subject's record: its encrypted values, in the log too, are gone.

        So is the text of the messages about it; those not yet sent are dropped.

        False when the record had none.
        """
