"""Import a file: chunk after chunk through the bus, each a short command; resumable, and proved.

Every chunk is one transaction that also keeps how far the run is and what it has read so far; a
killed import goes on behind the last chunk that was committed. Ids follow from the run and the
row, so that everything stored can be read back and compared at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from engines.errors import Conflict
from runtime.commands import ImportedRecord, ImportRecords
from runtime.exchange.columns import Columns, columns_of
from runtime.exchange.judging import Group, Judge, Judged
from runtime.exchange.own_rows import own_lookups, rows_by_text
from runtime.exchange.run import Importing, Order, Run, begun, next_attempt
from runtime.exchange.source import Fingerprint, Row, UnreadableFile, open_rows
from runtime.exchange.tally import Tally

__all__ = ["Importing", "Order", "Report", "import_file", "next_attempt"]

READ_BACK = 1_000
TRIES = 3  # of a chunk whose unique values somebody else took meanwhile


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `read` and `stored` are equal tallies when every record arrived."""

    run: str
    file: Fingerprint
    rows: int
    resumed_at: int
    refused: int  # records with problems
    read: dict[str, Any]
    stored: dict[str, Any] | None  # None: nothing was stored, or rules may have changed it
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing was refused and what is stored is what was read."""
        return self.refused == 0 and self.stored in (None, self.read)


def import_file(runtime: Importing, order: Order) -> Report:
    """Import a file, or go on with an import that was killed.

    Raises DefinitionError for a mapping that does not fit the live form, UnreadableFile for the
    file, Conflict when this file was imported with this mapping before.
    """
    run = begun(runtime, order)
    rows = open_rows(order.path, run.mapping.source)
    # What is read-only binds people; a file tells what was.
    form = replace(run.app.form(run.mapping.form), readonly=())
    columns = columns_of(run.mapping, rows.columns, form)
    judge = Judge(run.app, form, run.mapping, columns, runtime.clock, order.say, run.record_id)
    places = own_lookups(columns, form.id)
    if places:
        groups = _groups(open_rows(order.path, run.mapping.source).rows, columns)
        judge.lookups.expect(rows_by_text(groups, places, run.record_id))
    resumed_at, last = run.done, 1
    waiting: list[Group] = []
    for group in _groups(rows.rows, columns):
        last = group[-1].number
        if group[0].number <= run.done:
            continue
        waiting.append(group)
        if len(waiting) >= run.size:
            _take(run, judge, waiting)
            waiting = []
    _take(run, judge, waiting)
    stored = _finished(run)
    return Report(
        run=run.id,
        file=run.file,
        rows=last - 1,
        resumed_at=resumed_at,
        refused=run.refused,
        read=run.read.as_json(),
        stored=stored.as_json() if stored is not None else None,
        seconds=runtime.clock.monotonic_s() - run.began_s,
    )


def _groups(rows: Iterator[Row], columns: Columns) -> Iterator[Group]:
    """The rows of each record: one, or all that follow each other with the same key."""
    place = columns.group_by
    if place is None:
        for row in rows:
            yield (row,)
        return
    closed: set[int] = set()  # hashes of keys: a few MB for a hundred thousand records
    for key, rows_of_one in groupby(rows, key=lambda row: row.text(place)):
        group = tuple(rows_of_one)
        if hash(key) in closed:
            raise UnreadableFile(
                f"Row {group[0].number}: the rows of {key!r} do not stand together. "
                "Sort the file by that column."
            )
        closed.add(hash(key))
        yield group


def _take(run: Run, judge: Judge, groups: Sequence[Group]) -> None:
    """Judge a chunk, store what can be, tell the rest."""
    if not groups:
        return
    for one in _stored(run, judge, groups, TRIES):
        for problem in one.problems:
            run.order.tell(problem)
    if not run.order.is_dry_run:
        judge.committed()
    run.show()


def _stored(run: Run, judge: Judge, groups: Sequence[Group], tries: int) -> list[Judged]:
    """The chunk as it was judged, stored by one command."""
    read, refused = copy(run.read), run.refused
    with run.runtime.store.read() as reader:
        judged = judge.judge(reader, groups)
    _count(run, judged)
    try:
        _store(run, judged)
    except Conflict:
        if tries == 1:
            raise
        run.read, run.refused = read, refused
        judge.committed()  # nothing was: what this chunk took for its own is asked for again
        return _stored(run, judge, groups, tries - 1)
    return judged


def _count(run: Run, judged: Sequence[Judged]) -> None:
    for one in judged:
        if one.record is None:
            run.refused += 1
        else:
            run.read.add(one.record.record, one.stored)
    run.done = judged[-1].rows


def _store(run: Run, judged: Sequence[Judged]) -> None:
    if run.order.is_dry_run:
        return
    records = tuple(one.record for one in judged if one.record is not None)
    outcome = run.runtime.bus.execute(_command(run, records), run.order.actor)
    run.fit(len(judged), float(outcome.details["cpu_s"]))


def _command(run: Run, records: tuple[ImportedRecord, ...], **more: Any) -> ImportRecords:
    return ImportRecords(
        app=run.app.definition.id,
        form=run.mapping.form,
        records=records,
        rules=run.rules,
        run=run.id,
        resume_at=run.done,
        progress={**run.progress, **more},
    )


def _finished(run: Run) -> Tally | None:
    """The tally of what is stored, read back; the run is marked as finished."""
    if run.order.is_dry_run:
        return None
    stored = _read_back(run) if run.rules == "off" else None
    if not run.read.records:
        return stored  # nothing arrived: the same file may be tried again
    told = stored.as_json() if stored is not None else None
    command = _command(run, (), is_finished=True, stored=told)
    run.runtime.bus.execute(command, run.order.actor)
    return stored


def _read_back(run: Run) -> Tally:
    stored, table = Tally(), run.app.table(run.mapping.form)
    given = {serial for serial, _ in run.app.form(run.mapping.form).serials}
    given -= {target.field for _, target in run.mapping.columns}
    for start in range(2, run.done + 1, READ_BACK):
        ids = [run.record_id(row) for row in range(start, min(start + READ_BACK, run.done + 1))]
        with run.runtime.store.read() as reader:
            found = reader.records.get_many(table, ids)
        for record in found.values():
            values = record.values
            if given:
                values = {name: one for name, one in values.items() if name not in given}
            stored.add(record.id, values)
    return stored
