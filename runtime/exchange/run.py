"""One import under way: its name, the ids of its records, how far it is, how much it takes on.

A run is recognised by its file, its mapping and its rules, so that the same order goes on where a
killed one was. Reads no rows and stores nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engines.errors import Conflict
from runtime.commands import Actor
from runtime.exchange.judging import RowProblem, Say
from runtime.exchange.mapping import Mapping as ImportMapping
from runtime.exchange.mapping import MappingText, linked_mapping
from runtime.exchange.needs import Importing
from runtime.exchange.row_ids import RowIds
from runtime.exchange.source import Fingerprint, fingerprint
from runtime.exchange.tally import Tally, tally_of
from runtime.live import LiveApp

COMMAND_S = 0.04  # CPU a chunk's command may take; the writer serves others in between
FIRST_CHUNK = 50
FIRST_COUNT = 1_000
LARGEST_CHUNK = 2_000
PROOF = 3  # how records of a run are named and summed up


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    rows: int
    records: int
    refused: int
    seconds: float


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
    show: Callable[[Progress], None] | None = None  # after every chunk


@dataclass(slots=True)
class Run:
    """The state of one import."""

    runtime: Importing
    order: Order
    app: LiveApp
    mapping: ImportMapping
    file: Fingerprint
    id: str
    started_ms: int
    done: int
    read: Tally
    refused: int
    began_s: float
    size: int = FIRST_CHUNK
    last: int = 1  # the row up to which the file was looked at
    count_at: int = FIRST_COUNT  # records, from which on the database looks at its tables
    counted: int = 0  # records, when it did so last
    ids: RowIds = field(init=False)

    def __post_init__(self) -> None:
        self.ids = RowIds(self.id, self.started_ms)

    @property
    def rules(self) -> str:
        return self.order.rules or self.mapping.rules

    @property
    def progress(self) -> dict[str, Any]:
        """What is kept with the run, to go on from and to be shown."""
        return {
            "file": self.order.path.name,
            "sha256": self.file.sha256,
            "started_ms": self.started_ms,
            "proof": PROOF,
            "fields": list(self.read.fields),
            "read": self.read.as_json(),
            "refused": self.refused,
        }

    def fit(self, many: int, cpu_s: float) -> None:
        """Take so much at once next time that the command stays short for others."""
        fitting = int(many * COMMAND_S / max(cpu_s, 0.0001))
        self.size = max(10, min(fitting, self.size * 2, LARGEST_CHUNK))

    def count_anew(self) -> None:
        """Let the database look at its tables whenever they hold ten times as much."""
        if self.order.is_dry_run or self.read.records < self.count_at:
            return
        self._count()
        while self.count_at <= self.read.records:
            self.count_at *= 10

    def count_at_end(self) -> None:
        """The same once more, unless nothing came, or too little since the last time to matter."""
        if self.read.records >= max(1, 2 * self.counted):
            self._count()

    def _count(self) -> None:
        self.runtime.store.count_anew(self.app.table(self.mapping.form))
        self.counted = self.read.records

    def show(self) -> None:
        """Tell how far the run is."""
        if self.order.show is not None:
            seconds = self.runtime.clock.monotonic_s() - self.began_s
            rows = max(self.done - 1, 0)  # without the heading
            self.order.show(Progress(rows, self.read.records, self.refused, seconds))


def begun(runtime: Importing, order: Order) -> Run:
    """The run of an order, where it was left. Raises Conflict when it was finished before."""
    began_s = runtime.clock.monotonic_s()
    app, mapping, file = _given(runtime, order)
    id_ = _run_id(order, mapping, file)
    state = {} if order.is_dry_run else _state(runtime, id_)
    if state.get("is_finished"):
        raise Conflict(
            f"{order.path.name} was imported with this mapping before. "
            "Give --again to import it once more."
        )
    if state.get("done") and state.get("proof") != PROOF:
        raise Conflict(
            f"The import of {order.path.name} was begun by an earlier version of this program. "
            "Finish it there, or remove its records and give --again."
        )
    return Run(
        runtime,
        order,
        app,
        mapping,
        file,
        id_,
        started_ms=state.get("started_ms") or int(runtime.clock.now().timestamp() * 1000),
        done=state.get("done", 0),
        # The fields of the form as it was at first: one that was added since is in no row yet.
        read=tally_of(state.get("fields") or _fields(app, mapping), state.get("read", {})),
        refused=state.get("refused", 0),
        began_s=began_s,
    )


def next_attempt(runtime: Importing, order: Order) -> Order:
    """The order as a new import when this file was imported before."""
    _, mapping, file = _given(runtime, order)
    while _is_over(_state(runtime, _run_id(order, mapping, file))):
        order = replace(order, attempt=order.attempt + 1)
    return order


def _fields(app: LiveApp, mapping: ImportMapping) -> list[str]:
    """What the proof of an import is about: all values but the numbers that are given later."""
    form = app.form(mapping.form)
    told = {target.field for _, target in mapping.columns}
    given = {serial for serial, _ in form.serials} - told
    return [name for name in form.stored if name not in given]


def _given(runtime: Importing, order: Order) -> tuple[LiveApp, ImportMapping, Fingerprint]:
    with runtime.store.read() as reader:
        app = runtime.live.app(reader, order.mapping.app)
    return app, linked_mapping(order.mapping, app), fingerprint(order.path)


def _state(runtime: Importing, run: str) -> Mapping[str, Any]:
    with runtime.store.read() as reader:
        return dict(reader.registry.run(run) or {})


def _is_over(state: Mapping[str, Any]) -> bool:
    """Whether a run is finished, or cannot be by this version."""
    return bool(state) and (state.get("is_finished", False) or state.get("proof") != PROOF)


def _run_id(order: Order, mapping: ImportMapping, file: Fingerprint) -> str:
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
