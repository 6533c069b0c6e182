"""Batches: many units on one SQLite connection, in one COMMIT.

One that fails is undone alone; a COMMIT that fails fails them all. Units run without savepoints,
which keep a copy of every page: a unit mostly fails before it has written anything. When one has
written and fails, all is undone and the others are done again. What units only add waits for the
commit (`sqlite_driver`); when that fails, all are done again one by one, for it to be known whose
it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runtime.ports import Unavailable
from runtime.store.definitions import LIVE_ONES
from runtime.store.sqlite_driver import SqliteDriver
from runtime.store.sqlite_errors import unavailable
from runtime.store.unit import Shared, StoredReader, StoredUnit
from runtime.turns import Turns, Waiting

MAX_BATCH = 64  # units in one COMMIT
MAX_BATCH_S = 0.02

Work = Callable[[StoredUnit], Any]


@dataclass(slots=True, eq=False)
class Job:
    """One unit on its way through the writer."""

    work: Work
    waiting: Waiting | None = None  # the thread that waits for it, if it is another one
    had_turn: bool = False  # whose thread goes on with a turn
    result: Any = None
    error: BaseException | None = None
    calls: list[Callable[[], None]] = field(default_factory=list)
    is_dirty: bool = False  # failed, and may have changed what SQLite does not count


class Batches:
    """Runs jobs on one connection, batch by batch. Used by one thread at a time."""

    def __init__(
        self,
        reader: StoredReader,
        driver: SqliteDriver,
        shared: Shared,
        turns: Turns | None = None,
    ) -> None:
        self._reader = reader
        self._let_others_run = turns.give_away if turns is not None else bool
        self._session = reader.session
        self._driver = driver  # of the session
        self._raw: sqlite3.Connection = reader.session.raw
        self._shared = shared
        self._was_lent = False  # in this batch
        self._live: dict[str, Any] = {}  # live versions, which only units of ours change

    def run(self, first: Job, more: Callable[[], Job | None] | None = None) -> list[Job]:
        """Run and commit a batch; every job of it has its result or its error.

        `more` gives the next one that waits; without it the first is alone.
        """
        self._driver.waits = more is not None
        if self._is_open():  # whoever had the turn was interrupted before the COMMIT
            self._roll_back()
        began_s = self._shared.clock.monotonic_s()
        jobs: list[Job] = []
        job: Job | None = first
        while job is not None:
            jobs.append(job)
            if not self._is_open() and not self._begin(jobs):
                return jobs
            self._one(jobs)
            is_full = len(jobs) >= MAX_BATCH
            is_late = self._shared.clock.monotonic_s() - began_s >= MAX_BATCH_S
            job = None if is_full or is_late or more is None else more()
        self._commit(jobs)
        self._session.steady = None
        self._tell_changes()
        return jobs

    def _tell_changes(self) -> None:
        """Say what may have changed: after the COMMIT, and before anybody is answered."""
        self._shared.answers.changed(self._driver.written)
        self._driver.written.clear()
        if self._was_lent:
            self._shared.answers.all_changed()
            self._was_lent = False

    def _begin(self, jobs: list[Job]) -> bool:
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            self._session.steady, self._live = self._live, {}
        except sqlite3.Error as error:
            self._fail(jobs, error)
            return False
        return True

    def _one(self, jobs: list[Job]) -> None:
        """Do the last of the jobs; when it fails, leave what the others did as it was."""
        job = jobs[-1]
        self._do(job)
        if job.error is None:
            return
        if not self._is_open():
            self._lose(jobs)
        elif self._driver.is_torn:
            job.error = None
            self._do_again(jobs)
        elif job.is_dirty or self._driver.has_written:
            self._do_again(jobs[:-1])
        else:
            self._driver.forget_unit()

    def _do(self, job: Job) -> None:
        now = self._shared.clock.now()
        unit = StoredUnit(self._reader, now, self._shared.ids)
        self._driver.begin_unit()
        self._session.begin_unit(now)
        try:
            job.result = job.work(unit)
            self._session.finish()
            job.calls = unit.calls
        except BaseException as error:  # noqa: BLE001  (it is the caller's: raised again there)
            job.error = unavailable(error) or error
            job.is_dirty = self._session.is_lent
        finally:
            self._was_lent |= self._session.is_lent
            self._session.begin_unit(None)

    def _do_again(self, jobs: list[Job]) -> None:
        """Undo all, of which a part is not wanted, and do these once more, each by itself."""
        self._roll_back()
        done = [job for job in jobs if job.error is None]
        if not done:
            return
        self._shared.forget_cached()  # what the others may have read from what is undone
        if not self._begin(done):
            return
        for job in done:
            job.result, job.calls = None, []
            self._raw.execute("SAVEPOINT unit")
            self._do(job)
            self._write_out(job)
            if not self._is_open():
                self._lose(done)
                return
            if job.error is not None:
                self._driver.forget_all()
                self._raw.execute("ROLLBACK TO unit")
                self._session.steady = {}
            self._raw.execute("RELEASE unit")

    def _lose(self, jobs: list[Job]) -> None:
        """SQLite gave up the whole transaction, as it does when the disk is full."""
        self._driver.forget_all()
        self._shared.forget_cached()
        error = next((job.error for job in reversed(jobs) if job.error is not None), None)
        for job in jobs:
            job.error = job.error or error or Unavailable("the transaction was lost")
            job.calls = []

    def _commit(self, jobs: list[Job]) -> None:
        if not self._is_open():
            return
        try:
            self._driver.write_out()
        except Exception as error:  # noqa: BLE001  (what no row can hold is no error of SQLite's)
            if self._is_open():
                self._do_again(jobs)
            else:
                jobs[-1].error = jobs[-1].error or unavailable(error) or error
                self._lose(jobs)
        if not self._is_open():
            return
        self._let_others_run()  # while the disk works
        try:
            self._raw.execute("COMMIT")
        except sqlite3.Error as error:
            if self._is_open():
                self._roll_back()
            self._shared.forget_cached()
            self._fail(jobs, error)
            return
        steady = self._session.steady
        if steady and LIVE_ONES in steady and not self._was_lent:
            self._live = {LIVE_ONES: steady[LIVE_ONES]}

    def _write_out(self, job: Job) -> None:
        """Write what waits of a job that went well so far."""
        if job.error is not None:
            return
        try:
            self._driver.write_out()
        except Exception as error:  # noqa: BLE001  (it is the caller's: raised again there)
            self._fail([job], error)

    def _is_open(self) -> bool:
        return self._raw.in_transaction

    def _roll_back(self) -> None:
        self._raw.execute("ROLLBACK")
        self._driver.forget_all()

    def _fail(self, jobs: list[Job], error: BaseException) -> None:
        for job in jobs:
            job.error = job.error or unavailable(error) or error
            job.calls = []
