"""Jobs on PostgreSQL by Procrastinate: any number of worker processes on any number of hosts.

A delivery is deferred in the transaction that queued it, so its job is there exactly when the row
is; a periodic sweep takes up what was lost and what is tried again. Timers have no job of their
own: like the seal of the log they are looked for every second, in threads of their own, so that a
receiver that hangs holds none up. When the database goes away Procrastinate's worker ends; it is
started again until the database is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Sequence
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Status

from runtime.jobs.leases import RENEW_S
from runtime.jobs.rounds import Lane, Rounds
from runtime.jobs.work import JobWork

QUEUE = "dougong"
DELIVER = "dougong.deliver"
EVERY_SECOND = "* * * * * */1"
LOOK_S = 1.0  # for due timers, and for what to seal
SWEPT = 10  # messages in one claim: what waits for its turn is held by nobody else
POLL_S = 5.0  # when no notification came
STOP_S = 30.0
AGAIN_S = 1.0  # after the database went away
EVERY_TEN_MINUTES = "*/10 * * * *"

_log = logging.getLogger(__name__)


class DeferredDeliveries:
    """Defers a delivery's job on the connection, and in the transaction, that wrote the row."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())  # never opened: it has no connection

    def __call__(self, connection: Any, deliveries: Sequence[str]) -> None:
        task = self._app.configure_task(DELIVER, queue=QUEUE, connection=connection)
        arguments: list[dict[str, Any]] = [{"delivery": one} for one in deliveries]
        task.batch_defer(*arguments)


class QueuedJobs:
    """`Jobs` of one worker process."""

    def __init__(self, url: str, work: JobWork, threads: int = 4) -> None:
        self._url = url
        self._work = work
        self._threads = threads
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        self._timers = Lane("dougong-timer", work.claim_timers, work.fire, threads)
        self._looking = Rounds("dougong-timers", self._timers.turn, LOOK_S)
        self._sealing = Rounds("dougong-sealer", work.seal_some, LOOK_S)
        self._renewing = Rounds("dougong-leases", work.renew, RENEW_S)
        self._thread = threading.Thread(target=self._run, name="dougong-worker", daemon=True)

    def start(self) -> None:
        for rounds in (self._looking, self._sealing, self._renewing):
            rounds.start()
        self._thread.start()
        self._ready.wait()

    def wake(self) -> None:
        """Nothing to do: the database notifies."""

    def stop(self) -> None:
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):  # it ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        if self._thread.ident is not None:  # a web process never started it
            self._thread.join()
            self._looking.stop()
            self._timers.stop()
            self._sealing.stop()
            self._renewing.stop()
            self._work.seal()

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._work_until_stopped())

    async def _work_until_stopped(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._ready.set()
        while True:
            try:
                await self._work_while_connected()
                _log.warning("the job queue ended; it is started again")
            except Exception as error:  # noqa: BLE001  the edge: work goes on when the store is back
                _log.warning("the job queue is away: %s", error)
            await asyncio.sleep(AGAIN_S)

    async def _work_while_connected(self) -> None:
        connector = PsycopgConnector(conninfo=self._url, max_size=self._threads + 2)
        app = _app(connector, self._work)
        async with app.open_async():
            await _forget_lost(app)
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._threads,
                fetch_job_polling_interval=POLL_S,
                shutdown_graceful_timeout=STOP_S,
                install_signal_handlers=False,
                delete_jobs="always",
            )


def _app(connector: BaseConnector, work: JobWork) -> App:
    app = App(connector=connector)

    @app.task(name=DELIVER, queue=QUEUE)
    def deliver(delivery: str) -> None:
        claimed = work.claim_delivery(delivery)
        if claimed is not None:
            work.send(claimed)

    @app.periodic(cron=EVERY_SECOND)
    @app.task(name="dougong.sweep", queue=QUEUE, queueing_lock="dougong.sweep", pass_context=False)
    def sweep(timestamp: int) -> None:
        del timestamp
        work.send_due(SWEPT, LOOK_S)

    @app.periodic(cron=EVERY_TEN_MINUTES)
    @app.task(name="dougong.forget_lost", queue=QUEUE, queueing_lock="dougong.forget_lost")
    async def forget_lost(timestamp: int) -> None:
        del timestamp
        await _forget_lost(app)

    return app


async def _forget_lost(app: App) -> None:
    """Take out jobs of workers that were killed: a job carries an id, the row itself is swept."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
