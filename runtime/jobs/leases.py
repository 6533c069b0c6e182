"""The leases this process holds, renewed for as long as their messages are being sent.

So a lease is short: what a killed process held is taken up soon, and what a live one is still
sending to a slow receiver is taken up by nobody. Which rows are claimed stands in `work`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from runtime.ports import Lease

LEASE_S = 15.0  # at most so long does a killed process keep its work from the others
RENEW_S = 4.0  # several chances before a lease ends
LONGEST_S = 600.0  # who has not sent a message by then hangs; another may try, under the same key


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
