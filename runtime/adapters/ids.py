"""Ids and secrets: UUIDv7 in rising order, tokens of 256 bits of the machine's randomness."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from os import urandom
from secrets import randbits, token_urlsafe

from runtime.ports import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_COUNTER_BITS = 12 + 18  # rand_a and the head of rand_b count within a millisecond
_TAIL_BITS = 44
_STEP_BITS = 19  # ids of one step of a trial; the rest of the counter numbers its steps
_TAIL = (1 << _TAIL_BITS) - 1


class RandomIds:
    """UUIDv7 ids that rise within this process, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millis = 0
        self._counter = 0

    def new(self) -> str:
        millis = (self._clock.now() - _EPOCH) // _MILLISECOND
        with self._lock:
            if millis > self._millis:
                self._millis, self._counter = millis, randbits(_COUNTER_BITS - 2)
            else:
                self._counter += 1
            millis, counter = self._millis, self._counter
        return _uuid7(millis, counter, int.from_bytes(urandom(6)) & _TAIL)

    def token(self) -> str:
        return token_urlsafe(32)


class CountedIds:
    """UUIDv7 ids that a trial gives again when the same steps are taken again.

    They are counted within each step, so an attempt that was refused leaves no gap behind. Unique
    within one trial only, which is all of its world.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counter = 0

    def begin(self, step: int) -> None:
        """Count anew for a step; later steps have higher numbers."""
        with self._lock:
            self._counter = step << _STEP_BITS

    def new(self) -> str:
        millis = (self._clock.now() - _EPOCH) // _MILLISECOND
        with self._lock:
            self._counter += 1
            return _uuid7(millis, self._counter, 0)

    def token(self) -> str:
        return token_urlsafe(32)


def _uuid7(millis: int, counter: int, tail: int) -> str:
    high = counter >> 18
    low = (counter & 0x3FFFF) << _TAIL_BITS | tail
    value = millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
