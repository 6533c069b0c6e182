"""A thread that does the same again and again; lanes that hand due jobs to their own threads.

What the jobs are stands in `work`; which rounds a process makes, in `embedded` and `queued`.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

SHORTEST_S = 0.005  # of a rest

Job = TypeVar("Job")

_log = logging.getLogger(__name__)


def unknown() -> float:
    """Nothing says when there is something to do next."""
    return math.inf


class Rounds:
    """A turn, and a rest when the turn found nothing to do; until stopped, whatever happens."""

    def __init__(
        self,
        name: str,
        turn: Callable[[], int],
        longest_s: float,
        due_in_s: Callable[[], float] = unknown,
    ) -> None:
        """`turn` says how much it did, `due_in_s` when there is more; a rest is `longest_s`."""
        self._turn = turn
        self._longest_s = longest_s
        self._due_in_s = due_in_s
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """End a rest, if something is due by now."""
        self._woken.set()

    def stop(self) -> None:
        """Return when the last turn is over."""
        self._stopped.set()
        self._woken.set()
        if self._thread.ident is not None:  # a command that only acts never started it
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                if self._turn() == 0:
                    self._rest()
            except Exception:  # noqa: BLE001  (the edge: rounds outlive an absent store)
                _log.exception("a round could not be made")
                self._stopped.wait(self._longest_s)

    def _rest(self) -> None:
        """Woken for a timer of tomorrow it only looks and rests on."""
        left_s = min(self._due_in_s(), self._longest_s)
        while not self._stopped.is_set() and self._woken.wait(max(left_s, SHORTEST_S)):
            self._woken.clear()
            left_s = min(self._due_in_s(), self._longest_s)
            if left_s <= 0:
                return


class Lane(Generic[Job]):
    """Due jobs of one sort in threads of their own, so that no other sort holds them up."""

    def __init__(
        self,
        name: str,
        claim: Callable[[int], Sequence[Job]],
        do: Callable[[Job], None],
        threads: int,
    ) -> None:
        self._claim = claim
        self._do = do
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    def turn(self) -> int:
        """Hand out some due jobs, once a thread is free; how many."""
        self._free.acquire()
        self._free.release()
        jobs = self._claim(self._threads)
        for job in jobs:
            self._free.acquire()
            self._pool.submit(self._do, job).add_done_callback(self._done)
        return len(jobs)

    def stop(self) -> None:
        """Return when the jobs that were handed out are done."""
        self._pool.shutdown(wait=True)

    def _done(self, job: Future[None]) -> None:
        self._free.release()
        error = job.exception()
        if error is not None:  # its row keeps the lease, the sweep takes it up again
            _log.error("a job could not be completed", exc_info=error)
