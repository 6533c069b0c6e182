"""One due timer or delivery from claim to completion; the same on every executor.

The claim counts the attempt before the work begins, so that a job which kills its process is
parked in the end. A completion is refused when the lease was lost: another worker has it then.
A message's lease is renewed while it is being sent; a timer's is not, its generation keeps one
that was fired twice from acting twice.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from runtime.jobs.backoff import MAX_ATTEMPTS, delay
from runtime.jobs.leases import LEASE_S, LONGEST_S, RENEW_S, HeldLeases
from runtime.ports import Clock, DeliveryRow, Lease, NotYet, Store, TimerRow, Undeliverable

WAIT = timedelta(minutes=10)  # of a message that cannot leave for now
SEAL_BLOCKS = 20  # of one turn

_log = logging.getLogger(__name__)

Delivery = tuple[DeliveryRow, Lease]


@dataclass(frozen=True, slots=True)
class JobWork:
    """What to do, given by `bootstrap`: `fire_timer` and `deliver` raise when they fail."""

    store: Store
    clock: Clock
    fire_timer: Callable[[TimerRow], None]
    deliver: Callable[[DeliveryRow], None]
    held: HeldLeases = field(default_factory=HeldLeases)

    def claim_timers(self, limit: int) -> tuple[TimerRow, ...]:
        """Due timers, ours for a while."""
        now = self.clock.now()
        return self.store.run(lambda unit: unit.queue.due_timers(now, limit, LEASE_S))

    def claim_deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """Due deliveries, ours for a while."""
        now = self.clock.now()
        claimed = self.store.run(lambda unit: unit.queue.due_deliveries(now, limit, LEASE_S))
        self.held.add((lease for _, lease in claimed), self.clock.monotonic_s())
        return claimed

    def claim_delivery(self, delivery: str) -> Delivery | None:
        """One delivery, if it is due and nobody works on it."""
        now = self.clock.now()
        claimed = self.store.run(lambda unit: unit.queue.claim_delivery(delivery, now, LEASE_S))
        if claimed is not None:
            self.held.add((claimed[1],), self.clock.monotonic_s())
        return claimed

    def renew(self) -> int:
        """Hold what is still being sent, and give up what hangs or was lost; nothing is left."""
        now_s = self.clock.monotonic_s()
        hanging = self.held.older(now_s, LONGEST_S)
        ours = self.held.older(now_s, RENEW_S) - hanging
        kept = self.store.run(lambda unit: unit.queue.renew(ours, LEASE_S)) if ours else ours
        self.held.drop(hanging | (ours - frozenset(kept)))
        return 0

    def fire(self, timer: TimerRow) -> None:
        """Fire a claimed timer; what its command did not take out is taken out."""
        try:
            self.fire_timer(timer)
        except Exception as error:  # noqa: BLE001  (the edge: kept with the row, tried again)
            self._timer_failed(timer, error)
            return
        self.store.run(lambda unit: unit.instances.finish_timer(timer.id, timer.generation))

    def send(self, claimed: Delivery) -> None:
        """Deliver a claimed message, unless it waited here for so long that it is another's."""
        row, lease = claimed
        if lease not in self.held:
            return
        try:
            self._send(row, lease)
        finally:
            self.held.drop((lease,))

    def run_due(self, limit: int = 100) -> int:
        """Do what is due now, in this thread; how many jobs that were."""
        timers, deliveries = self.claim_timers(limit), self.claim_deliveries(limit)
        for timer in timers:
            self.fire(timer)
        for claimed in deliveries:
            self.send(claimed)
        return len(timers) + len(deliveries)

    def send_due(self, limit: int, for_s: float) -> None:
        """Deliver what is due, in this thread, until nothing is or so much time has gone."""
        until_s = self.clock.monotonic_s() + for_s
        while self.clock.monotonic_s() < until_s and (due := self.claim_deliveries(limit)):
            for claimed in due:
                self.send(claimed)

    def timer_due_in_s(self) -> float:
        """Seconds until a timer is due that nobody works on."""
        with self.store.read() as reader:
            return self._seconds_until(reader.queue.next_timer_due())

    def delivery_due_in_s(self) -> float:
        """Seconds until a delivery is due that nobody works on."""
        with self.store.read() as reader:
            return self._seconds_until(reader.queue.next_delivery_due())

    def seal(self) -> int:
        """Chain what was logged since the last time; how many events."""
        sealed = 0
        for _ in range(SEAL_BLOCKS):
            taken = self.store.run(lambda unit: unit.events.seal(unit.now))
            sealed += taken
            if taken == 0:
                break
        return sealed

    def seal_some(self) -> int:
        """Chain what was logged; nothing is left that could not wait a moment."""
        self.seal()
        return 0

    def _seconds_until(self, due_at: datetime | None) -> float:
        return math.inf if due_at is None else (due_at - self.clock.now()).total_seconds()

    def _send(self, row: DeliveryRow, lease: Lease) -> None:
        try:
            self.deliver(row)
        except Exception as error:  # noqa: BLE001  (the edge: kept with the row, tried again)
            self._delivery_failed(row, lease, error)
            return
        now = self.clock.now()
        self.store.run(lambda unit: unit.queue.delivered(lease, now))

    def _timer_failed(self, timer: TimerRow, error: Exception) -> None:
        is_last = timer.attempts >= MAX_ATTEMPTS
        next_at = None if is_last else self.clock.now() + delay(timer.attempts, timer.id)
        _log.warning("timer %s failed (attempt %s): %s", timer.ref, timer.attempts, error)
        self.store.run(lambda unit: unit.queue.timer_failed(timer, str(error), next_at))

    def _delivery_failed(self, row: DeliveryRow, lease: Lease, error: Exception) -> None:
        if isinstance(error, NotYet):
            later = self.clock.now() + WAIT
            self.store.run(lambda unit: unit.queue.failed(lease, str(error), later))
            return
        is_last = row.attempts >= MAX_ATTEMPTS or isinstance(error, Undeliverable)
        next_at = None if is_last else self.clock.now() + delay(row.attempts, row.key)
        _log.warning("delivery %s failed (attempt %s): %s", row.id, row.attempts, error)
        self.store.run(lambda unit: unit.queue.failed(lease, str(error), next_at))
