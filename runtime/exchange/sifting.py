"""Chunks of a file as blocks of records: taken in a column at a time, or judged record by record.

Whichever way a record came, its unique values are held against the store and the file here.
Stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from engines.errors import FieldProblem
from engines.form.problems import Refused
from engines.values import FieldId, Value, ValueBlock
from runtime.commands import ImportedRecord
from runtime.exchange.intake import Intake, Linked
from runtime.exchange.judging import Group, Judge, RowProblem
from runtime.exchange.row_ids import RowIds
from runtime.exchange.source import Batch, Row
from runtime.ports import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sifted:
    """What became of a chunk of rows."""

    rows: int  # the number of the last one
    block: ValueBlock  # the records as they stand in the end
    made_at: Sequence[datetime | None]  # when each of them was made; None: now
    problems: tuple[RowProblem, ...]
    refused: int  # records
    histories: tuple[ImportedRecord, ...] | None = None  # the same records with what happened

    def records(self) -> tuple[ImportedRecord, ...]:
        """The records one by one."""
        if self.histories is not None:
            return self.histories
        each = zip(self.block.ids, self.block.rows(), self.made_at, strict=True)
        return tuple(ImportedRecord(id_, values, at) for id_, values, at in each)


@dataclass(slots=True)
class Sieve:
    """Sifts the rows of one import, a chunk at a time."""

    judge: Judge
    ids: RowIds
    intake: Intake
    _seen: dict[FieldId, set[Value]] = field(default_factory=dict)

    def rows(self, reader: Reader, batch: Batch) -> Sifted:
        """A chunk of which every row is a record of its own."""
        linked = self.judge.linked(reader, batch.column)
        columns, wrong = self._taken_in(batch, linked)
        made_at = self._made_at(batch, wrong)
        left = sorted(wrong)
        groups = [(batch.row(at),) for at in left]
        refused: dict[int, tuple[RowProblem, ...]] = {}
        for at, one in zip(left, self.judge.judge(reader, groups, linked), strict=True):
            if one.record is None:
                refused[at] = one.problems
                continue
            made_at[at] = one.record.occurred_at
            for name, column in columns.items():
                column[at] = one.stored[name]
        for at, name in self._doubled(reader, columns, refused.keys()).items():
            refused[at] = self._said_twice(batch.row(at), name)
        block = ValueBlock(self.judge.form.id, self.ids.of_rows(batch.numbers), columns)
        if refused:
            block, made_at = block.without(refused), _but(made_at, refused)
        return Sifted(batch.numbers[-1], block, made_at, _in_order(refused), len(refused))

    def groups(self, reader: Reader, groups: Sequence[Group]) -> Sifted:
        """A chunk of records with their histories."""
        rows = [row for group in groups for row in group]
        linked = self.judge.linked(reader, lambda index: [row.text(index) for row in rows])
        judged = self.judge.judge(reader, groups, linked)
        refused = {at: one.problems for at, one in enumerate(judged) if one.record is None}
        columns = {
            str(name): [one.stored.get(name) for one in judged] for name in self.judge.form.stored
        }
        for at, name in self._doubled(reader, columns, refused.keys()).items():
            refused[at] = self._said_twice(groups[at][-1], name)
        ids = [self.ids.of(group[0].number) for group in groups]
        block = ValueBlock(self.judge.form.id, ids, columns).without(refused)
        records = [one.record for one in _but(judged, refused) if one.record is not None]
        made_at = [one.occurred_at for one in records]
        told = _in_order(refused)
        return Sifted(judged[-1].rows, block, made_at, told, len(refused), tuple(records))

    def committed(self) -> None:
        """What was sifted is stored: its unique values are found there from now on."""
        self._seen.clear()

    def _taken_in(self, batch: Batch, linked: Linked) -> tuple[dict[str, list[Value]], set[int]]:
        """Values by field, and the rows that a submit must look at."""
        if self.intake.is_able:
            return self.intake.values(batch, linked)
        many = len(batch.numbers)
        empty: dict[str, list[Value]] = {
            str(name): [None] * many for name in self.judge.form.stored
        }
        return empty, set(range(many))

    def _made_at(self, batch: Batch, wrong: set[int]) -> list[datetime | None]:
        """When each record was made; rows whose time cannot be read are wrong."""
        when = self.judge.columns.created_at
        if when is None:
            return [None] * len(batch.numbers)
        texts = batch.column(when.index)
        known: dict[str, datetime | None] = {}
        for text in set(texts):
            try:
                known[text] = when.read(text)
            except Refused:
                known[text] = None
        found = [known[text] for text in texts]
        wrong.update(at for at, one in enumerate(found) if one is None)
        return found

    def _doubled(
        self, reader: Reader, columns: Mapping[str, Sequence[Value]], refused: Iterable[int]
    ) -> dict[int, FieldId]:
        """The places of values that must be unique, and that the store or the file has already."""
        found: dict[int, FieldId] = {}
        for one in self.judge.form.unique:
            out = {*refused, *found}
            values = {
                at: value
                for at, value in enumerate(columns[one.id])
                if value is not None and at not in out
            }
            table = self.judge.app.table(self.judge.form.id)
            asked = list(dict.fromkeys(values.values()))
            seen = self._seen.setdefault(one.id, set())
            seen |= reader.records.taken(table, one.id, asked)
            for at, value in values.items():
                if value in seen:
                    found[at] = one.id
                seen.add(value)
        return found

    def _said_twice(self, row: Row, name: FieldId) -> tuple[RowProblem, ...]:
        return tuple(self.judge.told(row, [FieldProblem(name, "not_unique")]))


def _but(many: Sequence[T], places: Collection[int]) -> list[T]:
    return [one for at, one in enumerate(many) if at not in places]


def _in_order(refused: Mapping[int, Sequence[RowProblem]]) -> tuple[RowProblem, ...]:
    return tuple(problem for at in sorted(refused) for problem in refused[at])
