"""One contract for both executors: in the process on SQLite, by Procrastinate on PostgreSQL.

Long because the contract is one: what it asks of both stands together.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from engines.values import AppId
from runtime.adapters.clock import SettableClock
from runtime.adapters.keys import new_master_keys
from runtime.jobs.backoff import LONGEST, MAX_ATTEMPTS
from runtime.jobs.embedded import EmbeddedJobs
from runtime.jobs.leases import LEASE_S, LONGEST_S, RENEW_S
from runtime.jobs.queued import DeferredDeliveries, QueuedJobs
from runtime.jobs.work import JobWork
from runtime.ports import DeliveryRow, Jobs, TimerRow, Undeliverable, Unit
from runtime.store.postgres import PostgresStore
from runtime.store.sqlite import SqliteStore
from tests.support.stores import START, AnyStore, CountingIds
from tests.support.waiting import wait_until

APP = AppId("desk")
PATIENCE_S = 60.0
THREADS = 4  # of either executor, where nothing else is said
# Due within one second; `make soak` takes ten thousand.
BURST = int(os.environ.get("DOUGONG_BURST", "300"))
BURST_S = 60.0 + BURST / 20


@dataclass
class Site:
    """A store with its executor, and what reached the outside."""

    store: AnyStore
    clock: SettableClock
    new_jobs: Callable[[JobWork], Jobs]
    sent: list[DeliveryRow] = field(default_factory=list)
    fired: list[TimerRow] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    may_send: threading.Event = field(default_factory=threading.Event)  # else receivers hang
    may_fire: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_send.set()
        self.may_fire.set()

    def work(self) -> JobWork:
        return JobWork(self.store, self.clock, self._fire, self._deliver)

    def _deliver(self, row: DeliveryRow) -> None:
        self.sent.append(row)
        assert self.may_send.wait(PATIENCE_S)
        if self.refusals:
            raise self.refusals.pop(0)

    def _fire(self, timer: TimerRow) -> None:
        self.fired.append(timer)
        assert self.may_fire.wait(PATIENCE_S)
        if self.refusals:
            raise self.refusals.pop(0)

    @contextmanager
    def running(self) -> Iterator[Jobs]:
        jobs = self.new_jobs(self.work())
        jobs.start()
        try:
            yield jobs
        finally:
            jobs.stop()

    def queue(self, row: DeliveryRow) -> None:
        assert self.store.run(lambda unit: unit.queue.add_delivery(row))

    def state(self, id_: str) -> str:
        with self.store.read() as reader:
            row = reader.queue.delivery(id_)
        return row.state if row is not None else "gone"


@pytest.fixture(params=["embedded", "queued"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(START)
    made = embedded_site if request.param == "embedded" else queued_site
    found = made(request, tmp_path, clock)
    found.store.migrate()
    yield found
    found.store.close()


def embedded_site(_: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock) -> Site:
    store = SqliteStore(
        tmp_path / "data.sqlite", clock=clock, ids=CountingIds(), wrap=new_master_keys()
    )
    return Site(store, clock, EmbeddedJobs)


def queued_site(request: pytest.FixtureRequest, _: Path, clock: SettableClock) -> Site:
    url = request.getfixturevalue("migrated_url")
    store = PostgresStore(
        url, clock=clock, ids=CountingIds(), wrap=new_master_keys(), defer=DeferredDeliveries()
    )
    return Site(store, clock, lambda work: QueuedJobs(url, work))


def test_a_queued_message_is_delivered_once(site: Site) -> None:
    with site.running() as jobs:
        site.queue(a_delivery("d1"))
        jobs.wake()
        wait_until(lambda: site.state("d1") == "sent")

    assert [(one.id, one.subject, one.attempts) for one in site.sent] == [("d1", "Hello", 1)]


def test_a_message_queued_while_nothing_ran_is_delivered_later(site: Site) -> None:
    site.queue(a_delivery("d1"))

    with site.running():
        wait_until(lambda: site.state("d1") == "sent")

    assert len(site.sent) == 1


def test_a_failed_delivery_is_repeated_later_with_its_key(site: Site) -> None:
    site.refusals.append(OSError("no route"))
    with site.running() as jobs:
        site.queue(a_delivery("d1"))
        jobs.wake()
        wait_until(lambda: failed_once(site, "d1"))
        site.clock.advance(LONGEST)
        wait_until(lambda: site.state("d1") == "sent")

    assert [(one.key, one.attempts) for one in site.sent] == [("key-d1", 1), ("key-d1", 2)]


def test_a_delivery_that_cannot_help_is_given_up_at_once(site: Site) -> None:
    site.refusals.append(Undeliverable("no such address"))
    with site.running():
        site.queue(a_delivery("d1"))
        wait_until(lambda: site.state("d1") == "dead")

    with site.store.read() as reader:
        assert [one.last_error for one in reader.queue.dead_letters()] == ["no such address"]


def test_a_repeated_dead_letter_keeps_its_key(site: Site) -> None:
    site.refusals.append(Undeliverable("no such address"))
    with site.running() as jobs:
        site.queue(a_delivery("d1"))
        wait_until(lambda: site.state("d1") == "dead")
        site.store.run(lambda unit: unit.queue.repeat("d1", unit.now))
        jobs.wake()
        wait_until(lambda: site.state("d1") == "sent")

    assert [one.key for one in site.sent] == ["key-d1", "key-d1"]


def test_a_timer_fires_when_it_is_due_and_not_before(site: Site) -> None:
    due_at = START + timedelta(hours=4)
    site.store.run(lambda unit: unit.instances.start_timer(APP, None, "late", due_at))
    with site.running():
        site.queue(a_delivery("d1"))
        wait_until(lambda: site.state("d1") == "sent")  # a turn has passed
        fired_early = list(site.fired)
        site.clock.advance(timedelta(hours=5))
        wait_until(lambda: bool(site.fired))
        wait_until(lambda: is_idle(site))

    assert fired_early == []
    assert [(one.ref, one.generation) for one in site.fired] == [("late", 1)]


def test_a_timer_that_always_fails_is_parked_with_its_reason(site: Site) -> None:
    site.refusals += [ValueError("broken")] * MAX_ATTEMPTS
    site.store.run(lambda unit: unit.instances.start_timer(APP, None, "bad", START))
    work = site.work()

    for _ in range(MAX_ATTEMPTS + 1):
        work.run_due()
        site.clock.advance(LONGEST)

    with site.store.read() as reader:
        parked = reader.queue.parked_timers()
    assert [(one.ref, one.last_error) for one in parked] == [("bad", "broken")]
    assert len(site.fired) == MAX_ATTEMPTS


def test_a_lost_lease_refuses_the_completion(site: Site) -> None:
    site.queue(a_delivery("d1"))
    claimed = site.store.run(lambda unit: unit.queue.claim_delivery("d1", unit.now, -1.0))
    again = site.store.run(lambda unit: unit.queue.claim_delivery("d1", unit.now, 60.0))
    assert claimed is not None
    assert again is not None

    done = [
        site.store.run(lambda unit, lease=lease: unit.queue.delivered(lease, unit.now))
        for lease in (claimed[1], again[1])
    ]

    assert done == [False, True]


def test_a_message_that_is_being_sent_is_nobody_elses(site: Site) -> None:
    site.queue(a_delivery("d1"))
    work = site.work()
    claimed = work.claim_deliveries(1)
    let_time_pass(site, work, RENEW_S)

    work.renew()

    assert site.work().claim_deliveries(1) == ()
    work.send(claimed[0])
    assert (site.state("d1"), len(site.sent)) == ("sent", 1)


def test_a_message_of_a_killed_worker_is_taken_up_when_its_lease_ends(site: Site) -> None:
    site.queue(a_delivery("d1"))
    killed = site.work()
    killed.claim_deliveries(1)
    let_time_pass(site, killed, LEASE_S)

    taken = site.work().claim_deliveries(1)

    assert [row.attempts for row, _ in taken] == [2]


def test_a_message_that_hangs_is_renewed_no_more(site: Site) -> None:
    site.queue(a_delivery("d1"))
    work = site.work()
    claimed = work.claim_deliveries(1)
    let_time_pass(site, work, LONGEST_S)

    work.renew()
    work.send(claimed[0])

    assert (site.state("d1"), site.sent) == ("due", [])


def test_a_message_whose_lease_was_lost_is_left_to_who_has_it(site: Site) -> None:
    site.queue(a_delivery("d1"))
    slept = site.work()
    claimed = slept.claim_deliveries(1)
    let_time_pass(site, slept, LEASE_S)
    taken = site.work().claim_deliveries(1)

    slept.renew()
    slept.send(claimed[0])

    assert site.sent == []
    assert len(taken) == 1


def test_receivers_that_hang_hold_up_no_timer(site: Site) -> None:
    site.may_send.clear()
    for number in range(2 * THREADS):
        site.queue(a_delivery(f"d{number}"))
    with site.running() as jobs:
        jobs.wake()
        wait_until(lambda: len(site.sent) >= THREADS)
        site.store.run(lambda unit: unit.instances.start_timer(APP, None, "late", START))
        jobs.wake()
        wait_until(lambda: bool(site.fired))
        hung = [site.state(f"d{number}") for number in range(2 * THREADS)]
        site.may_send.set()

    assert hung == ["due"] * 2 * THREADS
    assert [one.ref for one in site.fired] == ["late"]


def test_timers_that_take_long_hold_up_no_message(site: Site) -> None:
    site.may_fire.clear()
    start_timers(site, 2 * THREADS)
    site.clock.advance(timedelta(seconds=1))
    with site.running() as jobs:
        wait_until(lambda: len(site.fired) >= THREADS)
        site.queue(a_delivery("d1"))
        jobs.wake()
        wait_until(lambda: site.state("d1") == "sent")
        begun = len(site.fired)
        site.may_fire.set()

    assert begun == THREADS


def test_timers_due_in_one_second_each_fire_once(site: Site) -> None:
    start_timers(site, BURST)
    site.clock.advance(timedelta(seconds=1))

    with site.running():
        wait_until(lambda: is_idle(site), BURST_S)

    assert sorted(one.ref for one in site.fired) == sorted(f"t{number}" for number in range(BURST))


def test_the_log_is_sealed_while_jobs_run(site: Site) -> None:
    from engines.messages import SystemChanged

    event = SystemChanged("signed_in", "ann")
    with site.running():
        site.store.run(lambda unit: unit.events.append(APP, 0, [event], actor=None, via="system"))
        wait_until(lambda: sealed(site) == 1)

    with site.store.read() as reader:
        assert reader.events.verify().problems == ()


def a_delivery(id_: str) -> DeliveryRow:
    return DeliveryRow(
        id=id_,
        app=APP,
        channel="mail",
        target="ann@example.org",
        subject="Hello",
        body="Text",
        key=f"key-{id_}",
        form=None,
        record=None,
        state="due",
        attempts=0,
        next_at=START,
        created_at=START,
    )


def let_time_pass(site: Site, work: JobWork, seconds: float) -> None:
    """For the clock, and for leases in the store: those of `work` are at their end."""
    site.clock.advance(timedelta(seconds=seconds + 1))
    leases = work.held.older(site.clock.monotonic_s(), 0)
    assert site.store.run(lambda unit: unit.queue.renew(leases, -1.0)) == tuple(leases)


def start_timers(site: Site, count: int) -> None:
    """So many, due within a second from now."""

    def start(unit: Unit) -> None:
        for number in range(count):
            due_at = START + timedelta(seconds=1) / count * number
            unit.instances.start_timer(APP, None, f"t{number}", due_at)

    site.store.run(start)


def failed_once(site: Site, id_: str) -> bool:
    with site.store.read() as reader:
        row = reader.queue.delivery(id_)
    return row is not None and row.last_error == "no route"


def is_idle(site: Site) -> bool:
    with site.store.read() as reader:
        return reader.queue.next_due() is None


def sealed(site: Site) -> int:
    with site.store.read() as reader:
        return len(reader.events.after(0, 10))
