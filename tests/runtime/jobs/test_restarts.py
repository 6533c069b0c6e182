"""The database goes away and comes back: everything goes on by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from engines.values import AppId
from runtime.adapters.clock import SystemClock
from runtime.adapters.keys import new_master_keys
from runtime.jobs.queued import DeferredDeliveries, QueuedJobs
from runtime.jobs.work import JobWork
from runtime.ports import TimerRow, Unavailable, Unit
from runtime.store.postgres import PostgresStore
from tests.runtime.jobs.test_jobs import a_delivery
from tests.support.ids import CountingIds
from tests.support.postgres import RestartableServer
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

APP = AppId("desk")
AWAY_S = 6.0  # longer than the queue's own patience


@pytest.fixture
def store(own_postgres: RestartableServer) -> Iterator[PostgresStore]:
    opened = PostgresStore(
        own_postgres.url,
        clock=SystemClock(),
        ids=CountingIds(),
        wrap=new_master_keys(),
        defer=DeferredDeliveries(),
        pool_size=4,
    )
    opened.migrate()
    yield opened
    opened.close()


def test_a_worker_goes_on_after_the_database_was_away(
    own_postgres: RestartableServer, store: PostgresStore
) -> None:
    sent: list[str] = []
    fired: list[TimerRow] = []
    work = JobWork(store, SystemClock(), fired.append, lambda row: sent.append(row.id))
    jobs = QueuedJobs(own_postgres.url, work)
    jobs.start()
    try:
        store.run(lambda unit: unit.queue.add_delivery(a_delivery("before")))
        wait_until(lambda: is_noted_as_sent(store, "before"))  # else it goes out once more

        own_postgres.stop()
        threading.Event().wait(AWAY_S)
        own_postgres.start()

        store.run(lambda unit: unit.queue.add_delivery(a_delivery("after")))
        due_at = datetime.now(UTC) + timedelta(seconds=1)  # noqa: TID251  the store's own clock
        store.run(lambda unit: unit.instances.start_timer(APP, None, "later", due_at))
        wait_until(lambda: (sent, len(fired)) == (["before", "after"], 1))
    finally:
        jobs.stop()


def is_noted_as_sent(store: PostgresStore, delivery: str) -> bool:
    with store.read() as reader:
        row = reader.queue.delivery(delivery)
    return row is not None and row.state == "sent"


def test_a_worker_started_before_the_database_works_once_it_is_there(
    own_postgres: RestartableServer, store: PostgresStore
) -> None:
    sent: list[str] = []
    store.run(lambda unit: unit.queue.add_delivery(a_delivery("waiting")))
    own_postgres.stop()
    work = JobWork(store, SystemClock(), lambda _: None, lambda row: sent.append(row.id))
    jobs = QueuedJobs(own_postgres.url, work)
    jobs.start()
    try:
        own_postgres.start()

        wait_until(lambda: sent == ["waiting"])
    finally:
        jobs.stop()


def test_what_runs_while_the_database_restarts_is_stored_or_refused_plainly(
    own_postgres: RestartableServer, store: PostgresStore
) -> None:
    stopped = threading.Event()
    acknowledged: list[str] = []
    surprises: list[BaseException] = []
    refused: list[Unavailable] = []

    def write(writer: int) -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            key = f"{writer}-{number}"
            try:
                store.run(remembered(key))
            except Unavailable as error:
                refused.append(error)
            except BaseException as error:  # noqa: BLE001  told to the test's own thread
                surprises.append(error)
            else:
                acknowledged.append(key)

    threads = [threading.Thread(target=write, args=(one,)) for one in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(acknowledged) > 50)
    own_postgres.stop()
    wait_until(lambda: bool(refused))
    own_postgres.start()
    behind = len(acknowledged)
    wait_until(lambda: len(acknowledged) > behind + 50)  # it works again without a restart of ours
    stopped.set()
    for thread in threads:
        thread.join()

    assert surprises == []
    with store.read() as reader:
        assert [key for key in acknowledged if reader.registry.run(key) is None] == []


def test_a_server_without_free_connections_is_a_plain_refusal(
    own_postgres: RestartableServer, store: PostgresStore
) -> None:
    store.close()  # its pool holds connections already
    taken = taken_connections(own_postgres.url)
    try:
        with pytest.raises(Unavailable):
            store.run(remembered("a"))
    finally:
        for one in taken:
            one.close()

    store.run(remembered("b"))


def test_jobs_of_killed_workers_do_not_pile_up(postgres_url: str) -> None:
    clock, ids = SystemClock(), CountingIds()
    store = PostgresStore(postgres_url, clock=clock, ids=ids, wrap=new_master_keys())
    store.migrate()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(LOST_JOB)
        jobs = QueuedJobs(postgres_url, JobWork(store, clock, lambda _: None, lambda _: None))
        jobs.start()
        try:
            wait_until(lambda: connection.execute(LOST_JOBS).fetchone() == (0,))
        finally:
            jobs.stop()
    store.close()


LOST_JOB = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
    "VALUES ('dougong', 'dougong.deliver', '{\"delivery\": \"d1\"}', 'doing')"
)
LOST_JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL"


def remembered(key: str) -> object:
    def work(unit: Unit) -> None:
        unit.registry.save_run(key, "test", {}, unit.now)

    return work


def taken_connections(url: str) -> list[psycopg.Connection]:
    """All the connections the server gives."""
    taken: list[psycopg.Connection] = []
    while True:
        try:
            taken.append(psycopg.connect(url))
        except psycopg.OperationalError:
            return taken
