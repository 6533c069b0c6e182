"""Put the running product together: the only place that names concrete adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engines.app import AppDefinition
from runtime.access.reading import Reading
from runtime.accounts import Accounts
from runtime.adapters.clock import SettableClock, SystemClock
from runtime.adapters.files import EncryptedFiles
from runtime.adapters.http import GuardedHttp
from runtime.adapters.ids import CountedIds, RandomIds
from runtime.adapters.keys import MasterKeys, load_master_keys, new_master_keys
from runtime.adapters.mail import SmtpTransport, message_id, smtp_server
from runtime.adapters.passwords import Passwords
from runtime.adapters.recording import Recording
from runtime.bus import Bus
from runtime.channels.channel import Channels
from runtime.channels.connector import Connector, hand_on
from runtime.channels.in_app import InApp
from runtime.channels.mail import Mail
from runtime.commands import SYSTEM, FireTimer, TakeAnswer
from runtime.jobs.by_hand import JobsByHand
from runtime.jobs.embedded import EmbeddedJobs
from runtime.jobs.queued import DeferredDeliveries, QueuedJobs
from runtime.jobs.work import JobWork
from runtime.live import Live
from runtime.ports import (
    CallAnswer,
    Clock,
    DeliveryRow,
    Files,
    IdSource,
    Jobs,
    Store,
    TimerRow,
)
from runtime.publish import Gate, Publisher
from runtime.settings import Settings
from runtime.store.postgres import PostgresStore, has_keys
from runtime.store.sqlite import SqliteStore

DATABASE_FILE = "dougong.sqlite"
FILES_DIRECTORY = "files"
_JOB_ROUNDS = 3  # threads of a worker beside those that do jobs: look, seal, renew


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything a process works with; `close` ends it in order."""

    settings: Settings
    clock: Clock
    ids: IdSource
    store: Store
    files: Files
    live: Live
    work: JobWork
    jobs: Jobs
    bus: Bus
    reading: Reading
    accounts: Accounts

    def close(self) -> None:
        """Stop background work, then the store; what was acknowledged is durable."""
        self.jobs.stop()
        self.store.close()


def open_runtime(
    settings: Settings,
    *,
    clock: Clock | None = None,
    gates: tuple[Gate, ...] = (),
    migrates: bool = True,
) -> Runtime:
    """The product on the settings' database; background work is not started yet.

    Brings the database to the newest schema, or without `migrates` raises WrongSchema when it is
    not there. `gates` are asked before every publish (`runtime.publish`).
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = clock or SystemClock()
    ids = RandomIds(clock)
    keys = load_master_keys(settings.key_file, create=migrates and not _has_data(settings))
    store = _store(settings, clock, ids, keys)
    try:
        if migrates:
            store.migrate()
        else:
            store.require_schema()
    except BaseException:
        store.close()
        raise
    live = Live()
    late = _LateBus()
    work = JobWork(store, clock, late.fire, _channels(settings, late).deliver)
    jobs = _jobs(settings, work)
    bus = late.bus = Bus(store, live, Publisher(store, live, gates), jobs)
    return Runtime(
        settings=settings,
        clock=clock,
        ids=ids,
        store=store,
        files=EncryptedFiles(settings.data_dir / FILES_DIRECTORY, keys),
        live=live,
        work=work,
        jobs=jobs,
        bus=bus,
        reading=Reading(store, live, clock),
        accounts=Accounts(store, clock, ids, Passwords(store.turns)),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What a command reads while another process serves the data. Nothing here may write."""

    clock: Clock
    store: Store
    live: Live


def open_beside(settings: Settings) -> Beside:
    """The data of an organisation that another process serves. Raises WrongSchema."""
    clock = SystemClock()
    store = _store(settings, clock, RandomIds(clock), load_master_keys(settings.key_file))
    store.require_schema()
    return Beside(clock, store, Live())


@dataclass(frozen=True, slots=True)
class Trial:
    """The same parts on a database in memory, under a clock that stands until it is moved.

    Nothing of it outlives `close`, and nothing leaves: messages end in `recording`.
    """

    clock: SettableClock
    ids: CountedIds
    recording: Recording
    store: Store
    live: Live
    work: JobWork
    bus: Bus
    reading: Reading

    def answer(self, call: DeliveryRow, answer: CallAnswer) -> None:
        """Let another program answer a call that was recorded. Raises as the channel does."""
        hand_on(call, answer, partial(_take_answer, self.bus))

    def close(self) -> None:
        """Forget everything."""
        self.store.close()


def open_trial(at: datetime, definition: AppDefinition | None = None) -> Trial:
    """An empty organisation in memory at a moment of its own; for the sandbox and replay.

    The same steps lead to the same ids. With `definition`, the only one that will be published
    is compiled already: many trials of it compile it once.
    """
    clock = SettableClock(at)
    ids = CountedIds(clock)
    recording = Recording(clock)
    store = SqliteStore(None, clock=clock, ids=ids, wrap=new_master_keys())
    store.migrate()
    live, publisher = _of_trial(store, definition)
    late = _LateBus()
    work = JobWork(store, clock, recording.watching(late.fire), recording.deliver)
    bus = late.bus = Bus(store, live, publisher, JobsByHand())
    reading = Reading(store, live, clock)
    return Trial(clock, ids, recording, store, live, work, bus, reading)


def _of_trial(store: Store, definition: AppDefinition | None) -> tuple[Live, Publisher]:
    if definition is None:
        live = Live()
        return live, Publisher(store, live)
    live = Live(lambda _, number: replace(definition, version=number))
    return live, Publisher(store, live, compile=lambda _, __: definition)


class _LateBus:
    """Jobs fire timers through the bus, and the bus wakes jobs: one of them is told later."""

    bus: Bus

    def fire(self, timer: TimerRow) -> None:
        self.bus.execute(FireTimer(timer.app, timer.id, timer.generation), SYSTEM)

    def take_answer(self, call: DeliveryRow, values: Mapping[str, Any], message: str) -> None:
        _take_answer(self.bus, call, values, message)


def _take_answer(bus: Bus, call: DeliveryRow, values: Mapping[str, Any], message: str) -> None:
    if call.form is not None and call.record is not None:
        answer = TakeAnswer(call.app, call.form, call.record, values, message, call.key)
        bus.execute(answer, SYSTEM)


def restore_database(settings: Settings, source: Path) -> None:
    """Fill the empty PostgreSQL database of the settings with the tables of a backup."""
    clock = SystemClock()
    keys = load_master_keys(settings.key_file)
    store = PostgresStore(settings.database_url, clock=clock, ids=RandomIds(clock), wrap=keys)
    try:
        store.restore(str(source))
    finally:
        store.close()


def _has_data(settings: Settings) -> bool:
    """Whether something is there already that only the key it was written with opens."""
    if any((settings.data_dir / FILES_DIRECTORY).glob("*/*")):
        return True
    if settings.is_embedded:
        return (settings.data_dir / DATABASE_FILE).exists()
    return has_keys(settings.database_url)


def _store(settings: Settings, clock: Clock, ids: IdSource, keys: MasterKeys) -> Store:
    if settings.is_embedded:
        path = settings.data_dir / DATABASE_FILE
        # SQLite would let everybody read it, and gives its journal the mode of the file
        path.touch(mode=0o600)
        return SqliteStore(path, clock=clock, ids=ids, wrap=keys)
    return PostgresStore(
        settings.database_url,
        clock=clock,
        ids=ids,
        wrap=keys,
        pool_size=max(settings.threads, 2 * settings.job_threads + _JOB_ROUNDS),
        defer=DeferredDeliveries(),
    )


def _jobs(settings: Settings, work: JobWork) -> Jobs:
    if settings.is_embedded:
        return EmbeddedJobs(work, settings.job_threads)
    return QueuedJobs(settings.database_url, work, settings.job_threads)


def _channels(settings: Settings, late: _LateBus) -> Channels:
    transport = None
    if settings.mail_url:
        transport = SmtpTransport(smtp_server(settings.mail_url), settings.sender)
    domain = urlsplit(settings.base_url).hostname or "localhost"
    mail = Mail(transport, lambda key: message_id(key, domain), settings.base_url)
    caller = GuardedHttp(settings.connector_hosts)
    return Channels([InApp(), mail, Connector(caller, settings.secrets, late.take_answer)])
