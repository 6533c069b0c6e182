"""What a trial run would have sent, kept to be looked at: nothing leaves, whatever the channel.

Not here: what is sent in earnest (`runtime/channels`), and how the recording is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.ports import Clock, DeliveryRow, TimerRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message at the moment it would have left."""

    at: datetime
    message: DeliveryRow


@dataclass(frozen=True, slots=True)
class Failed:
    """A timer whose work was refused, or a call that was; nothing of it was stored."""

    at: datetime
    ref: str
    error: str


class Recording:
    """Takes messages as channels would, and notes what timers and calls failed at."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._messages: list[Recorded] = []
        self._failures: list[Failed] = []

    @property
    def messages(self) -> tuple[Recorded, ...]:
        """What would have left, oldest first."""
        return tuple(self._messages)

    @property
    def failures(self) -> tuple[Failed, ...]:
        """What failed, oldest first."""
        return tuple(self._failures)

    def deliver(self, message: DeliveryRow) -> None:
        """Keep one message in place of sending it."""
        self._messages.append(Recorded(self._clock.now(), message))

    def fail(self, what: str, error: str) -> None:
        """Note that something failed now."""
        self._failures.append(Failed(self._clock.now(), what, error))

    def watching(self, fire: Callable[[TimerRow], None]) -> Callable[[TimerRow], None]:
        """`fire`, with every failure noted before it is raised on."""

        def watched(timer: TimerRow) -> None:
            try:
                fire(timer)
            except Exception as error:
                self.fail(timer.ref, str(error))
                raise

        return watched
