"""Import a file: chunk after chunk through the bus, each a short command; resumable, and proved.

Every chunk is one transaction that also keeps how far the run is and what it has read so far; a
killed import goes on behind the last chunk that was committed. Ids follow from the run and the
row, so that everything stored can be read back and compared at the end.

Long because one run is one story: judge, store, resume, prove.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from engines.errors import Conflict
from engines.values import RecordId
from runtime.bus import Bus
from runtime.commands import Actor, ImportRecords
from runtime.exchange.columns import Columns, columns_of
from runtime.exchange.judging import Group, Judge, Judged, RowProblem, Say
from runtime.exchange.mapping import Mapping, MappingText, linked_mapping
from runtime.exchange.own_rows import own_lookups, rows_by_text
from runtime.exchange.source import Fingerprint, Row, UnreadableFile, fingerprint, open_rows
from runtime.exchange.tally import Tally, tally_of
from runtime.live import Live, LiveApp
from runtime.ports import Clock, Store

COMMAND_S = 0.015  # what a chunk's command may take; the writer serves others in between
FIRST_CHUNK = 50
LARGEST_CHUNK = 1_000
READ_BACK = 500


class Importing(Protocol):
    """What an import needs of the running product."""

    @property
    def bus(self) -> Bus: ...

    @property
    def store(self) -> Store: ...

    @property
    def live(self) -> Live: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What to import, how, for whom. `attempt` makes a finished import of a file a new one."""

    path: Path
    mapping: MappingText
    actor: Actor
    say: Say
    tell: Callable[[RowProblem], None]
    rules: str = ""
    is_dry_run: bool = False
    attempt: int = 0


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


@dataclass(slots=True)
class _Run:
    """One import under way."""

    runtime: Importing
    order: Order
    app: LiveApp
    mapping: Mapping
    file: Fingerprint
    id: str
    started_ms: int
    done: int
    read: Tally
    refused: int = 0
    rows: int = 0
    size: int = FIRST_CHUNK
    waiting: list[Group] = field(default_factory=list)

    @property
    def rules(self) -> str:
        return self.order.rules or self.mapping.rules

    def record_id(self, row: int) -> RecordId:
        """The id of the record that begins in a row: a UUIDv7 of the run, rising by row."""
        mark = hashlib.sha256(f"{self.id}:{row}".encode()).digest()
        random = int.from_bytes(mark[:5]) & ((1 << 34) - 1)
        upper, lower = row >> 28 & 0xFFF, row & ((1 << 28) - 1)
        head = self.started_ms << 16 | 7 << 12 | upper
        text = f"{head << 64 | 2 << 62 | lower << 34 | random:032x}"
        return RecordId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))


def import_file(runtime: Importing, order: Order) -> Report:
    """Import a file, or go on with an import that was killed.

    Raises DefinitionError for a mapping that does not fit the live form, UnreadableFile for the
    file, Conflict when this file was imported with this mapping before.
    """
    began_s = runtime.clock.monotonic_s()
    run = _begun(runtime, order)
    rows = open_rows(order.path, run.mapping.source)
    # What is read-only binds people; a file tells what was.
    form = replace(run.app.form(run.mapping.form), readonly=())
    columns = columns_of(run.mapping, rows.columns, form)
    judge = Judge(run.app, form, run.mapping, columns, runtime.clock, order.say, run.record_id)
    places = own_lookups(columns, form.id)
    if places:
        groups = _groups(open_rows(order.path, run.mapping.source).rows, columns)
        judge.lookups.expect(rows_by_text(groups, places, run.record_id))
    resumed_at = run.done
    for group in _groups(rows.rows, columns):
        run.rows = group[-1].number
        if group[0].number <= run.done:
            continue
        run.waiting.append(group)
        if len(run.waiting) >= run.size:
            _take(run, judge)
    _take(run, judge)
    stored = _finished(run)
    return Report(
        run=run.id,
        file=run.file,
        rows=max(run.rows - 1, 0),
        resumed_at=resumed_at,
        refused=run.refused,
        read=run.read.as_json(),
        stored=stored.as_json() if stored is not None else None,
        seconds=runtime.clock.monotonic_s() - began_s,
    )


def _begun(runtime: Importing, order: Order) -> _Run:
    with runtime.store.read() as reader:
        app = runtime.live.app(reader, order.mapping.app)
    mapping = linked_mapping(order.mapping, app)
    file = fingerprint(order.path)
    id_ = _run_id(order, mapping, file)
    with runtime.store.read() as reader:
        state = dict(reader.registry.run(id_) or {})
    if state.get("is_finished") and not order.is_dry_run:
        raise Conflict(
            f"{order.path.name} was imported with this mapping before. "
            "Give --again to import it once more."
        )
    if order.is_dry_run:
        state = {}
    return _Run(
        runtime,
        order,
        app,
        mapping,
        file,
        id_,
        started_ms=state.get("started_ms") or int(runtime.clock.now().timestamp() * 1000),
        done=state.get("done", 0),
        read=tally_of(state.get("read", {})),
        refused=state.get("refused", 0),
    )


def _run_id(order: Order, mapping: Mapping, file: Fingerprint) -> str:
    text = "\0".join(
        (
            file.sha256,
            order.mapping.text,
            mapping.app,
            order.rules or mapping.rules,
            str(order.attempt),
        )
    )
    return f"import-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


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


def _take(run: _Run, judge: Judge) -> None:
    """Judge what waits and store what can be; one command."""
    if not run.waiting:
        return
    groups, run.waiting = run.waiting, []
    with run.runtime.store.read() as reader:
        judged = judge.judge(reader, groups)
    for one in judged:
        for problem in one.problems:
            run.order.tell(problem)
    run.refused += sum(1 for one in judged if one.record is None)
    _count(run, judged)
    if run.order.is_dry_run:
        return
    began_s = run.runtime.clock.monotonic_s()
    run.runtime.bus.execute(_command(run, judged), run.order.actor)
    judge.committed()
    took_s = max(run.runtime.clock.monotonic_s() - began_s, 0.0001)
    fitting = int(len(groups) * COMMAND_S / took_s)
    run.size = max(10, min(fitting, run.size * 2, LARGEST_CHUNK))


def _count(run: _Run, judged: Sequence[Judged]) -> None:
    for one in judged:
        if one.record is not None:
            run.read.add(one.record.record, one.stored)
    run.done = judged[-1].rows


def _command(run: _Run, judged: Sequence[Judged]) -> ImportRecords:
    return ImportRecords(
        app=run.app.definition.id,
        form=run.mapping.form,
        records=tuple(one.record for one in judged if one.record is not None),
        rules=run.rules,
        run=run.id,
        resume_at=run.done,
        progress={
            "file": run.order.path.name,
            "sha256": run.file.sha256,
            "started_ms": run.started_ms,
            "read": run.read.as_json(),
            "refused": run.refused,
        },
    )


def _finished(run: _Run) -> Tally | None:
    """The tally of what is stored, read back; the run is marked as finished."""
    if run.order.is_dry_run:
        return None
    stored = _read_back(run) if run.rules == "off" else None
    if not run.read.records:
        return stored  # nothing arrived: the same file may be tried again

    def mark(unit: Any) -> None:
        state = dict(unit.registry.run(run.id) or {})
        state.update(is_finished=True, stored=stored.as_json() if stored else None)
        unit.registry.save_run(run.id, "import", state, unit.now)

    run.runtime.store.run(mark)
    return stored


def _read_back(run: _Run) -> Tally:
    stored, table = Tally(), run.app.table(run.mapping.form)
    given = {serial for serial, _ in run.app.form(run.mapping.form).serials}
    given -= {target.field for _, target in run.mapping.columns}
    for start in range(2, run.done + 1, READ_BACK):
        ids = [run.record_id(row) for row in range(start, min(start + READ_BACK, run.done + 1))]
        with run.runtime.store.read() as reader:
            found = reader.records.get_many(table, ids)
        for record in found.values():
            values = {k: v for k, v in record.values.items() if k not in given}
            stored.add(record.id, values)
    return stored


def next_attempt(runtime: Importing, order: Order) -> Order:
    """The order as a new import when this file was imported before."""
    with runtime.store.read() as reader:
        app = runtime.live.app(reader, order.mapping.app)
        mapping = linked_mapping(order.mapping, app)
        file = fingerprint(order.path)
        while (reader.registry.run(_run_id(order, mapping, file)) or {}).get("is_finished"):
            order = replace(order, attempt=order.attempt + 1)
    return order
