"""Jobs inside the serving process, over the same rows: for the embedded store.

One thread claims what is due and hands it to a few others; another seals the log every second. A
lost wake-up costs one sweep.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from runtime.jobs.leases import Heartbeat
from runtime.jobs.work import JobWork

SWEEP_S = 1.0
SEAL_S = 1.0
_SHORTEST_S = 0.005

_log = logging.getLogger(__name__)


class EmbeddedJobs:
    """`Jobs` in threads of this process."""

    def __init__(self, work: JobWork, threads: int = 4) -> None:
        self._work = work
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="dougong-job")
        self._heartbeat = Heartbeat(work.renew)
        self._loops = [
            threading.Thread(target=self._loop, args=(turn, pause), name=name, daemon=True)
            for name, turn, pause in (
                ("dougong-jobs", self._claim, self._sleep),
                ("dougong-sealer", self._work.seal, lambda: self._stopped.wait(SEAL_S)),
            )
        ]

    def start(self) -> None:
        self._heartbeat.start()
        for loop in self._loops:
            loop.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        for loop in self._loops:
            if loop.ident is not None:  # a command that only acts never started it
                loop.join()
        self._pool.shutdown(wait=True)
        self._heartbeat.stop()
        self._work.seal()

    def _loop(self, turn: Callable[[], int], pause: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            try:
                is_idle = turn() == 0
            except Exception:  # noqa: BLE001  (the edge: the loop must outlive an absent store)
                _log.exception("jobs could not be claimed")
                is_idle = True
            if is_idle:
                pause()

    def _claim(self) -> int:
        """Hand out some due jobs; how many."""
        self._woken.clear()
        self._free.acquire()  # until somebody is free
        self._free.release()
        timers = self._work.claim_timers(self._threads)
        deliveries = self._work.claim_deliveries(self._threads)
        for timer in timers:
            self._hand_out(lambda one=timer: self._work.fire(one))  # type: ignore[misc]
        for claimed in deliveries:
            self._hand_out(lambda one=claimed: self._work.send(one))  # type: ignore[misc]
        return len(timers) + len(deliveries)

    def _hand_out(self, job: Callable[[], None]) -> None:
        self._free.acquire()
        self._pool.submit(job).add_done_callback(self._done)

    def _done(self, job: Future[None]) -> None:
        self._free.release()
        error = job.exception()
        if error is not None:  # its row keeps the lease, the sweep takes it up again
            _log.error("a job could not be completed", exc_info=error)

    def _sleep(self) -> None:
        """Until something is due, at most until the next sweep.

        Woken for a timer of tomorrow it only looks and sleeps on: a claim is a transaction of the
        one writer.
        """
        sweep_s = self._work.clock.monotonic_s() + SWEEP_S
        while self._woken.wait(max(self._pause_s(sweep_s), _SHORTEST_S)):
            self._woken.clear()
            if self._stopped.is_set() or self._pause_s(sweep_s) <= 0:
                return

    def _pause_s(self, sweep_s: float) -> float:
        work = self._work
        with work.store.read() as reader:
            due_at = reader.queue.next_due()
        left_s = sweep_s - work.clock.monotonic_s()
        if due_at is None:
            return left_s
        return min((due_at - work.clock.now()).total_seconds(), left_s)
