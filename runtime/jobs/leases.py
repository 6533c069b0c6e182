"""The leases this process holds, renewed for as long as their messages are being sent.

So a lease is short: what a killed process held is taken up soon, and what a live one is still
sending to a slow receiver is taken up by nobody. Which rows are claimed stands in `work`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from runtime.ports import Lease

LEASE_S = 15.0  # at most so long does a killed process keep its work from the others
RENEW_S = 4.0  # several chances before a lease ends
LONGEST_S = 600.0  # who has not sent a message by then hangs; another may try, under the same key

_log = logging.getLogger(__name__)


class HeldLeases:
    """The leases of this process. Safe between threads."""

    def __init__(self) -> None:
        self._since_s: dict[Lease, float] = {}
        self._lock = threading.Lock()

    def __contains__(self, lease: Lease) -> bool:
        return lease in self._since_s

    def add(self, leases: Iterable[Lease], now_s: float) -> None:
        """Hold what was just claimed."""
        with self._lock:
            self._since_s.update(dict.fromkeys(leases, now_s))

    def drop(self, leases: Iterable[Lease]) -> None:
        """Hold them no longer."""
        with self._lock:
            for one in leases:
                self._since_s.pop(one, None)

    def older(self, now_s: float, than_s: float) -> frozenset[Lease]:
        """Those claimed so long ago; most messages have gone before."""
        with self._lock:
            return frozenset(
                one for one, since_s in self._since_s.items() if now_s - since_s >= than_s
            )


class Heartbeat:
    """A thread that renews again and again, whatever happens, until it is stopped."""

    def __init__(self, renew: Callable[[], None], every_s: float = RENEW_S) -> None:
        self._renew = renew
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="dougong-leases", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when no renewal goes on any more."""
        self._stopped.set()
        if self._thread.ident is not None:  # a process that only answers never started it
            self._thread.join()

    def _beat(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                self._renew()
            except Exception:  # noqa: BLE001  (the edge: the next beat may reach the store again)
                _log.exception("leases could not be renewed")
