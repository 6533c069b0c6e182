"""Import a file: chunk after chunk through the bus, each a short command; resumable, and proved.

Every chunk is one transaction that also keeps how far the run is and what it has read so far; a
killed import goes on behind the last chunk that was committed. Ids follow from the run and the
row, so that everything stored can be read back and compared at the end.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from engines.errors import Conflict
from engines.form.reading import Reading
from runtime.commands import ImportRecords
from runtime.exchange.chunks import batches, group_chunks, row_groups
from runtime.exchange.columns import columns_of
from runtime.exchange.intake import Intake
from runtime.exchange.judging import Judge
from runtime.exchange.needs import Importing
from runtime.exchange.own_rows import own_lookups, rows_by_text
from runtime.exchange.row_ids import TOGETHER
from runtime.exchange.run import Order, Run, begun, next_attempt
from runtime.exchange.sifting import Sieve, Sifted
from runtime.exchange.source import Fingerprint, Rows, open_rows
from runtime.exchange.tally import Tally
from runtime.ports import Reader

__all__ = ["Importing", "Order", "Report", "import_file", "next_attempt"]

READ_BACK = 64 * TOGETHER  # rows
_COLLECTED_AFTER = 20_000  # new objects
Sift: TypeAlias = Callable[[Reader], Sifted]  # of one chunk

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
    sieve = _sieve(run, rows)
    resumed_at = run.done
    with _collecting_seldom():
        for sift in _chunks(run, rows, sieve):
            _take(run, sieve, sift)
        stored = _finished(run)
    return Report(
        run=run.id,
        file=run.file,
        rows=run.last - 1,
        resumed_at=resumed_at,
        refused=run.refused,
        read=run.read.as_json(),
        stored=stored.as_json() if stored is not None else None,
        seconds=runtime.clock.monotonic_s() - run.began_s,
    )


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Rows come in by the thousand and are in no cycles: looking for some costs 3 to 5 %."""
    usual = gc.get_threshold()
    gc.set_threshold(max(usual[0], _COLLECTED_AFTER), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _sieve(run: Run, rows: Rows) -> Sieve:
    # What is read-only binds people; a file tells what was.
    form = replace(run.app.form(run.mapping.form), readonly=())
    columns = columns_of(run.mapping, rows.columns, form)
    intake = Intake(form, columns, Reading(run.mapping.zone))
    order, clock = run.order, run.runtime.clock
    judge = Judge(run.app, form, run.mapping, columns, clock, order.say, run.ids.of)
    places = own_lookups(columns, form.id)
    if places:
        groups = row_groups(open_rows(order.path, run.mapping.source).rows, columns)
        judge.lookups.expect(rows_by_text(groups, places, run.ids.of))
    return Sieve(judge, run.ids, intake)


def _chunks(run: Run, rows: Rows, sieve: Sieve) -> Iterator[Sift]:
    columns = sieve.judge.columns
    if columns.group_by is None:
        for batch in batches(run, rows):
            yield partial(sieve.rows, batch=batch)
        return
    for groups in group_chunks(run, rows, columns):
        yield partial(sieve.groups, groups=groups)


def _take(run: Run, sieve: Sieve, sift: Sift) -> None:
    """Judge a chunk, store what can be, tell the rest."""
    for problem in _stored(run, sieve, sift, TRIES).problems:
        run.order.tell(problem)
    if not run.order.is_dry_run:
        sieve.committed()
    run.count_anew()
    run.show()


def _stored(run: Run, sieve: Sieve, sift: Sift, tries: int) -> Sifted:
    """The chunk as it was judged, stored by one command."""
    read, refused, done = copy(run.read), run.refused, run.done
    with run.runtime.store.read() as reader:
        sifted = sift(reader)
        table = run.app.table(run.mapping.form)
        cells = reader.records.cells(table, run.read.fields, sifted.block)
    run.read.add(run.ids.proved_together(cells, range(run.done + 1, sifted.rows + 1)))
    run.refused += sifted.refused
    run.done = sifted.rows
    try:
        _store(run, sifted)
    except Conflict:
        if tries == 1:
            raise
        run.read, run.refused, run.done = read, refused, done
        sieve.committed()  # nothing was: what this chunk took for its own is asked for again
        return _stored(run, sieve, sift, tries - 1)
    return sifted


def _store(run: Run, sifted: Sifted) -> None:
    if run.order.is_dry_run:
        return
    command = _command(run, {})
    if run.rules == "off" and sifted.histories is None:
        command = replace(command, block=sifted.block, made_at=sifted.made_at)
    else:
        command = replace(command, records=sifted.records())
    outcome = run.runtime.bus.execute(command, run.order.actor)
    run.fit(len(sifted.block.ids) + sifted.refused, float(outcome.details["cpu_s"]))


def _command(run: Run, more: Mapping[str, Any]) -> ImportRecords:
    return ImportRecords(
        app=run.app.definition.id,
        form=run.mapping.form,
        records=(),
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
    run.count_at_end()
    if not run.read.records:
        return stored  # nothing arrived: the same file may be tried again
    told = stored.as_json() if stored is not None else None
    command = _command(run, {"is_finished": True, "stored": told})
    run.runtime.bus.execute(command, run.order.actor)
    return stored


def _read_back(run: Run) -> Tally:
    stored, table = Tally(run.read.fields), run.app.table(run.mapping.form)
    for start in range(0, run.done + 1, READ_BACK):
        rows = range(start, min(start + READ_BACK, run.done + 1))
        ids = run.ids.of_rows(rows)
        with run.runtime.store.read() as reader:
            found = reader.records.cells_between(table, run.read.fields, ids[0], ids[-1])
        own = frozenset(ids)  # others' ids may fall between
        found = [row for row in found if row[0] in own]
        stored.add(run.ids.proved_together(found, rows))
    return stored
