"""The one writer of a SQLite database.

Several connections writing fight for the lock and starve each other; a single thread that takes
whatever is waiting commits it all with one sync of the disk (`batches`). Each unit is answered
after COMMIT.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from engines.errors import BugError
from runtime.ports import Unavailable
from runtime.store.batches import Batches, Job, Work
from runtime.turns import Turns, waiting_here


class Writer:
    """The one writing connection: a thread works on what waits for it.

    It runs last of all, when everybody who could run waits for it, so that they share one COMMIT
    and nobody takes the interpreter from another. A thread that comes again with nobody in
    between, as an import does, works itself while nothing waits: two changes of thread cost more
    than a small unit.
    """

    def __init__(self, open_batches: Callable[[], Batches], turns: Turns) -> None:
        self._batches = open_batches()
        self._turns = turns
        self._connection = threading.Lock()  # held by who works on it
        self._owner = 0  # the thread that does
        self._last = 0  # the thread that came last
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._loop, name="dougong-writer", daemon=True)
        self._thread.start()

    def run(self, work: Work) -> Job:
        """The job, done and committed. Blocks until then."""
        me, before = threading.get_ident(), self._last
        if self._owner == me:
            raise BugError("a unit of work was opened inside another one")
        if self._is_closed:
            raise Unavailable("the store is closed")
        job, self._last = Job(work), me
        if before == me and self._jobs.empty() and self._connection.acquire(blocking=False):
            self._run_here(job)
            return job
        job.waiting = mine = waiting_here()
        job.had_turn = self._turns.has_one()
        self._jobs.put(job)
        self._turns.give_away()  # only now: who is called next may be the writer
        self._turns.wait(mine)
        return job

    def close(self) -> None:
        """Finish what waits and stop."""
        self._is_closed = True
        self._jobs.put(None)
        self._thread.join()

    def _run_here(self, job: Job) -> None:
        had_turn = self._turns.has_one()
        self._work(job)
        if had_turn:
            self._turns.take_again()

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._connection.acquire()
            self._turns.take_last()
            done = self._work(job, self._waiting)
            self._turns.give_away()
            self._answer(done)
        with self._connection:
            pass  # whoever is at it may finish
        left: list[Job] = []
        while (job := self._waiting()) is not None:
            job.error = Unavailable("the store is closed")
            left.append(job)
        self._answer(left)

    def _work(self, job: Job, more: Callable[[], Job | None] | None = None) -> list[Job]:
        self._owner = threading.get_ident()
        try:
            return self._batches.run(job, more)
        finally:
            self._owner = 0
            self._connection.release()

    def _answer(self, jobs: list[Job]) -> None:
        """Let the threads of these jobs go on."""
        waiting = [(job.waiting, job.had_turn) for job in jobs if job.waiting is not None]
        self._turns.go_on(one for one, had_turn in waiting if had_turn)
        for one, had_turn in waiting:
            if not had_turn:
                one.call.release()

    def _waiting(self) -> Job | None:
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:
            return None
        if job is None:
            self._jobs.put(None)  # the end comes after this batch
        return job


class DirectWriter:
    """The same batches of one, in the caller's thread: for a database in memory."""

    def __init__(self, batches: Batches, lock: threading.RLock) -> None:
        self._batches = batches
        self._lock = lock
        self._is_busy = False

    def run(self, work: Work) -> Job:
        """The job, done and committed."""
        with self._lock:
            if self._is_busy:
                raise BugError("a unit of work was opened inside another one")
            self._is_busy = True
            try:
                return self._batches.run(Job(work))[0]
            finally:
                self._is_busy = False

    def close(self) -> None:
        """Nothing waits."""
