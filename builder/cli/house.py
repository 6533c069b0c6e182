"""Open an organisation's data, or ask the process that serves it: one writer at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from threading import Event
from typing import Any

from builder.cli.acts import carry_out
from builder.scenario import scenario_gate
from runtime.adapters.control import NobodyListens, ask
from runtime.adapters.lock import DirectoryInUse, DirectoryLock
from runtime.bootstrap import Runtime, open_runtime
from runtime.settings import Settings

TURNS = 100
TURN_S = 0.2


@contextmanager
def opened(settings: Settings, *, migrates: bool | None = None) -> Iterator[Runtime]:
    """The organisation, for this process alone where it is embedded.

    An embedded database is brought to the newest schema by whoever opens it; one that many share
    only with `migrates`. Raises DirectoryInUse when another process holds it, WrongSchema when
    it must be migrated first.
    """
    may_migrate = settings.is_embedded if migrates is None else migrates
    lock = DirectoryLock.taken(settings.data_dir) if settings.is_embedded else nullcontext()
    with lock:
        runtime = open_runtime(settings, gates=(scenario_gate,), migrates=may_migrate)
        try:
            yield runtime
        finally:
            runtime.close()


def call(settings: Settings, act: str, payload: Mapping[str, Any]) -> Any:
    """What an act answers, done here or by the process that serves the data.

    Waits a while for another command that holds the data, and for a server that is just starting.
    """
    for _ in range(TURNS - 1):
        try:
            return _called(settings, act, payload)
        except DirectoryInUse:
            Event().wait(TURN_S)
    return _called(settings, act, payload)


def _called(settings: Settings, act: str, payload: Mapping[str, Any]) -> Any:
    try:
        with opened(settings) as runtime:
            return carry_out(runtime, act, payload)
    except DirectoryInUse as error:
        try:
            return ask(settings.data_dir, act, payload)
        except NobodyListens:
            raise error from None
