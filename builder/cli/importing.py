"""Import a file: alone with the data, or beside the process that serves it.

Beside a server the file is read and judged here, in this process, and only chunks that are ready
are handed over: the server goes on serving, no answer takes long, and a client that is cut off has
lost nothing, because the next run goes on behind the last chunk that was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

from builder.cli.acts.handing import chunk_text
from builder.cli.acts.records import IMPORTER, import_records
from builder.cli.house import TURN_S, TURNS, opened
from engines.errors import BugError, Conflict
from runtime.adapters.control import NobodyListens, RemoteError, ask
from runtime.adapters.lock import DirectoryInUse
from runtime.bootstrap import open_beside
from runtime.commands import Actor, Command, ImportRecords
from runtime.exchange.run import Progress
from runtime.handlers.outcome import Outcome
from runtime.live import Live
from runtime.ports import Clock, Store
from runtime.settings import Settings

Show = Callable[[Progress], None]


def imported(settings: Settings, payload: Mapping[str, Any], show: Show) -> dict[str, Any]:
    """What the import of `acts.records` answers, wherever the data is held."""
    for _ in range(TURNS - 1):  # another command may hold the data, or a server just start
        try:
            with opened(settings) as runtime:
                return import_records(runtime, payload, show)
        except DirectoryInUse:
            if _is_served(settings):
                break
            Event().wait(TURN_S)
    return _imported_beside(settings, payload, show)


def _is_served(settings: Settings) -> bool:
    try:
        ask(settings.data_dir, "records.store", {"chunk": ""})
    except NobodyListens:
        return False
    return True


def _imported_beside(settings: Settings, payload: Mapping[str, Any], show: Show) -> dict[str, Any]:
    beside = open_beside(settings)
    try:
        handing = _Handing(beside.store, beside.live, beside.clock, _HandedOver(settings))
        return import_records(handing, payload, show)
    finally:
        beside.store.close()


@dataclass(frozen=True, slots=True)
class _HandedOver:
    """Chunks of an import, carried out by the process that serves the data."""

    settings: Settings

    def execute(self, command: Command, actor: Actor) -> Outcome:
        if not isinstance(command, ImportRecords) or actor != IMPORTER:
            raise BugError(f"{type(command).__name__} is not handed over")
        payload = {"chunk": chunk_text(command)}
        try:
            answer = ask(self.settings.data_dir, "records.store", payload)
        except RemoteError as error:
            if error.kind == Conflict.__name__:
                raise Conflict(str(error)) from error
            raise
        return Outcome(details=answer)


@dataclass(frozen=True, slots=True)
class _Handing:
    """The parts of an import beside a server: reading here, storing there."""

    store: Store
    live: Live
    clock: Clock
    bus: _HandedOver
