"""Rows of a file as records to import: read, linked, computed and checked by a submit each.

`sifting` takes rows that need none. Stores nothing. A row that cannot be taken becomes problems
with its number, column and value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engines.errors import FieldErrors, FieldProblem
from engines.form.model import Form
from engines.form.problems import Refused
from engines.form.reading import Reading
from engines.form.submit import Submission, SubmitContext, submit
from engines.values import RecordId, Values
from runtime.commands import SYSTEM, ImportedRecord
from runtime.exchange.columns import Cell, Columns
from runtime.exchange.intake import Linked, own_number, remembering
from runtime.exchange.lookups import Lookups
from runtime.exchange.mapping import Mapping as ImportMapping
from runtime.exchange.source import Row
from runtime.facts import facts_of, many_with_linked
from runtime.live import LiveApp
from runtime.ports import Clock, Reader

UNKNOWN_RECORD = "unknown_record"

Group = Sequence[Row]  # the rows of one record, oldest first
Say = Callable[[FieldProblem], str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was not taken, for the person who wrote the file."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one record's rows: a record, or problems."""

    rows: int  # the number of its last row
    record: ImportedRecord | None
    problems: tuple[RowProblem, ...] = ()
    stored: Values = field(default_factory=dict)  # how it stands in the end


@dataclass(slots=True)
class Judge:
    """Judges the rows of one import record by record, each by a submit."""

    app: LiveApp
    form: Form
    mapping: ImportMapping
    columns: Columns
    clock: Clock
    say: Say
    name: Callable[[int], RecordId]  # the id of the record whose first row this is
    lookups: Lookups = field(init=False)
    _reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self._reading = Reading(self.mapping.zone)
        self.form = remembering(self.form, self._reading)
        self.lookups = Lookups(self.app, self.clock)

    def linked(self, reader: Reader, column: Callable[[int], Sequence[str]]) -> Linked:
        """The ids behind the texts that stand for records, by field."""
        return {
            cell.field: self.lookups.find(reader, cell.lookup, _texts(cell, column(cell.index)))
            for cell in self.columns.cells
            if cell.lookup is not None
        }

    def judge(self, reader: Reader, groups: Sequence[Group], linked: Linked) -> list[Judged]:
        """Every record of a chunk."""
        answers = [[self._answers(row, linked) for row in group] for group in groups]
        behind = self._behind_links(reader, [one[-1] for one in answers])
        return [
            self._record(group, told, facts)
            for group, told, facts in zip(groups, answers, behind, strict=True)
        ]

    def _answers(self, row: Row, linked: Linked) -> dict[str, object]:
        """The answers of a row, with ids in place of the texts that stand for records."""
        found = self.columns.answers(row.cells)
        for name, ids in linked.items():
            answer = found[name]
            if isinstance(answer, str):
                found[name] = ids.get(answer) or Refused(UNKNOWN_RECORD)
        return found

    def _behind_links(
        self, reader: Reader, answers: Sequence[dict[str, object]]
    ) -> list[Mapping[str, Any]]:
        keys = self.form.linked_keys
        if not keys:
            return [{}] * len(answers)
        rows = [
            {str(name): one.get(name) for name in keys if isinstance(one.get(name), str)}
            for one in answers
        ]
        return list(many_with_linked(reader, self.app, self.form.id, rows))

    def _record(
        self,
        group: Group,
        told: list[dict[str, object]],
        behind: Mapping[str, Any],
    ) -> Judged:
        problems: list[RowProblem] = []
        times = [self._time(row, problems, is_first=row is group[0]) for row in group]
        behind = {**behind, "created_at": times[0]}  # what is computed of it must see it
        values: Values | None = None
        first: Values = {}
        changes: list[tuple[datetime, Values]] = []
        for row, answers, at in zip(group, told, times, strict=True):
            try:
                numbers = self._numbers(answers)
                found = self._submit(answers, values, behind, at)
            except FieldErrors as errors:
                problems += self.told(row, errors.problems)
                continue
            kept = {**found.values, **numbers}
            if values is None:
                first = kept
            elif at is not None:
                changes.append((at, {k: v for k, v in kept.items() if values.get(k) != v}))
            values = kept
        if problems or values is None:
            return Judged(group[-1].number, None, tuple(problems))
        record = ImportedRecord(self.name(group[0].number), first, times[0], tuple(changes))
        return Judged(group[-1].number, record, stored=values)

    def _submit(
        self,
        answers: Mapping[str, object],
        current: Values | None,
        behind: Mapping[str, Any],
        at: datetime | None,
    ) -> Submission:
        now = at or self.clock.now()
        return submit(
            self.form,
            answers,
            current=current,
            facts=facts_of(self.app, SYSTEM, now, behind),
            editable=frozenset(self.form.readers),  # type: ignore[arg-type]
            context=SubmitContext(self._reading),
        )

    def _numbers(self, answers: dict[str, object]) -> dict[str, Any]:
        """Serial numbers the file brings; taken out, as no person may answer them."""
        found: dict[str, Any] = {}
        for serial, _ in self.form.serials:
            answer = answers.pop(serial, None)
            try:
                if isinstance(answer, Refused):
                    raise answer
                number = own_number(answer)
            except Refused as refusal:
                raise FieldErrors([FieldProblem(serial, refusal.code, refusal.params)]) from None
            if number is not None:
                found[serial] = number
        return found

    def _time(self, row: Row, problems: list[RowProblem], *, is_first: bool) -> datetime | None:
        columns = self.columns
        when = columns.created_at if is_first and columns.created_at else columns.changed_at
        if when is None:
            return None
        try:
            return when.read(row.text(when.index))
        except Refused as refusal:
            said = self.say(FieldProblem(when.column, refusal.code, refusal.params))
            problems.append(RowProblem(row.number, when.column, row.text(when.index), said))
            return None

    def told(self, row: Row, problems: Iterable[FieldProblem]) -> list[RowProblem]:
        """What is wrong with a row, by its columns."""
        by_field: dict[str, Cell] = {cell.field: cell for cell in self.columns.cells}
        told = []
        for problem in problems:
            cell = by_field.get(problem.path.partition("[")[0])
            if cell is None:
                told.append(RowProblem(row.number, problem.path, "", self.say(problem)))
                continue
            value = row.text(cell.index)
            told.append(RowProblem(row.number, cell.column, value, self._why(problem, cell)))
        return told

    def _why(self, problem: FieldProblem, cell: Cell) -> str:
        if problem.code != UNKNOWN_RECORD or cell.lookup is None:
            return self.say(problem)
        return f"No {cell.lookup.form} has this {cell.lookup.by}, or several have."


def _texts(cell: Cell, column: Iterable[str]) -> set[str]:
    """The texts of a column that stand for records."""
    found = set()
    for text in set(column):
        try:
            answer = cell.convert(text)
        except Refused:
            continue
        if isinstance(answer, str):
            found.add(answer)
    return found
