"""Background work of a runtime whose clock stands: none. Who moves the clock calls `JobWork`."""

from __future__ import annotations


class JobsByHand:
    """Runs nothing by itself, so that everything happens in the order of its due time."""

    def start(self) -> None:
        return

    def stop(self) -> None:
        return

    def wake(self) -> None:
        return
