"""Jobs inside the serving process, over the same rows: for the embedded store.

Timers and messages have threads of their own: a receiver that hangs holds up no timer. Another
seals the log every second. A lost wake-up costs one sweep.
"""

from __future__ import annotations

from runtime.jobs.leases import RENEW_S
from runtime.jobs.rounds import Lane, Rounds
from runtime.jobs.work import JobWork

SWEEP_S = 1.0
SEAL_S = 1.0


class EmbeddedJobs:
    """`Jobs` in threads of this process."""

    def __init__(self, work: JobWork, threads: int = 4) -> None:
        self._work = work
        timers = Lane("dougong-timer", work.claim_timers, work.fire, threads)
        messages = Lane("dougong-message", work.claim_deliveries, work.send, threads)
        self._lanes = (timers, messages)
        self._claiming = (
            Rounds("dougong-timers", timers.turn, SWEEP_S, work.timer_due_in_s),
            Rounds("dougong-messages", messages.turn, SWEEP_S, work.delivery_due_in_s),
        )
        self._sealing = Rounds("dougong-sealer", work.seal_some, SEAL_S)
        self._renewing = Rounds("dougong-leases", work.renew, RENEW_S)

    def start(self) -> None:
        for rounds in (*self._claiming, self._sealing, self._renewing):
            rounds.start()

    def wake(self) -> None:
        for rounds in self._claiming:
            rounds.wake()

    def stop(self) -> None:
        for rounds in (*self._claiming, self._sealing):
            rounds.stop()
        for lane in self._lanes:
            lane.stop()
        self._renewing.stop()
        self._work.seal()
