"""One due timer or delivery from claim to completion; the same on every executor.

The claim counts the attempt before the work begins, so that a job which kills its process is
parked in the end. A completion is refused when the lease was lost: another worker has it then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engines.errors import AppBuilderError
from runtime.jobs.backoff import MAX_ATTEMPTS, delay
from runtime.ports import Clock, DeliveryRow, Lease, NotYet, Store, TimerRow

LEASE_S = 120.0  # of a message: a slow receiver is waited for, a repeat has the same key
TIMER_LEASE_S = 20.0  # of a timer, which is one short command: its generation keeps it from two
WAIT = timedelta(minutes=10)  # of a message that cannot leave for now
SEAL_BLOCKS = 20  # of one turn

_log = logging.getLogger(__name__)

Delivery = tuple[DeliveryRow, Lease]


class Undeliverable(AppBuilderError):
    """Trying again cannot help: the address is wrong, the receiver refused for good."""


@dataclass(frozen=True, slots=True)
class JobWork:
    """What to do, given by `bootstrap`: `fire_timer` and `deliver` raise when they fail."""

    store: Store
    clock: Clock
    fire_timer: Callable[[TimerRow], None]
    deliver: Callable[[DeliveryRow], None]
    lease_s: float = LEASE_S

    def claim_timers(self, limit: int) -> tuple[TimerRow, ...]:
        """Due timers, ours for a while."""
        now, lease_s = self.clock.now(), min(self.lease_s, TIMER_LEASE_S)
        return self.store.run(lambda unit: unit.queue.due_timers(now, limit, lease_s))

    def claim_deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """Due deliveries, ours for a while."""
        now, lease_s = self.clock.now(), self.lease_s
        return self.store.run(lambda unit: unit.queue.due_deliveries(now, limit, lease_s))

    def claim_delivery(self, delivery: str) -> Delivery | None:
        """One delivery, if it is due and nobody works on it."""
        now, lease_s = self.clock.now(), self.lease_s
        return self.store.run(lambda unit: unit.queue.claim_delivery(delivery, now, lease_s))

    def fire(self, timer: TimerRow) -> None:
        """Fire a claimed timer; what its command did not take out is taken out."""
        try:
            self.fire_timer(timer)
        except Exception as error:  # noqa: BLE001  (the edge: kept with the row, tried again)
            self._timer_failed(timer, error)
            return
        self.store.run(lambda unit: unit.instances.finish_timer(timer.id, timer.generation))

    def send(self, claimed: Delivery) -> None:
        """Deliver a claimed message."""
        row, lease = claimed
        try:
            self.deliver(row)
        except Exception as error:  # noqa: BLE001  (the edge: kept with the row, tried again)
            self._delivery_failed(row, lease, error)
            return
        now = self.clock.now()
        self.store.run(lambda unit: unit.queue.delivered(lease, now))

    def run_due(self, limit: int = 100) -> int:
        """Do what is due now, in this thread; how many jobs that were."""
        timers, deliveries = self.claim_timers(limit), self.claim_deliveries(limit)
        for timer in timers:
            self.fire(timer)
        for claimed in deliveries:
            self.send(claimed)
        return len(timers) + len(deliveries)

    def seal(self) -> int:
        """Chain what was logged since the last time; how many events."""
        sealed = 0
        for _ in range(SEAL_BLOCKS):
            taken = self.store.run(lambda unit: unit.events.seal(unit.now))
            sealed += taken
            if taken == 0:
                break
        return sealed

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
