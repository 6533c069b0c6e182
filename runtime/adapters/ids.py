"""Ids and secrets: UUIDv7 in rising order, tokens of 256 bits of the machine's randomness."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from os import urandom
from secrets import token_urlsafe

from runtime.ports import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_COUNTER_BITS = 12 + 18  # rand_a and the head of rand_b count within a millisecond
_TAIL_BITS = 44
_STEP_BITS = 19  # ids of one step of a trial; the rest of the counter numbers its steps
_TAIL = (1 << _TAIL_BITS) - 1
_FIRST = (1 << _COUNTER_BITS - 2) - 1  # where the counter of a millisecond may begin
_TAIL_BYTES = 6
_TAIL_DIGITS = 11
_TAILS_AT_ONCE = 64  # a call of the system costs more than an id


class RandomIds:
    """UUIDv7 ids that rise within this process, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millis = 0
        self._counter = 0
        self._head = ""  # of the ids of this millisecond
        self._random = b""

    def new(self) -> str:
        millis = (self._clock.now() - _EPOCH) // _MILLISECOND
        with self._lock:
            self._reach(millis)
            self._counter += 1
            return _uuid7(self._head, self._counter, self._drawn() & _TAIL)

    def many(self, count: int) -> list[str]:
        millis = (self._clock.now() - _EPOCH) // _MILLISECOND
        with self._lock:
            self._reach(millis)
            head, first = self._head, self._counter + 1
            self._counter += count
        digits = urandom(_TAIL_BYTES * count).hex()
        tails = (digits[at : at + _TAIL_DIGITS] for at in range(0, len(digits), 2 * _TAIL_BYTES))
        return [
            f"{head}-7{number >> 18:03x}-{0x8000 | number >> 4 & 0x3FFF:04x}-{number & 15:x}{tail}"
            for number, tail in enumerate(tails, first)
        ]

    def token(self) -> str:
        return token_urlsafe(32)

    def _drawn(self) -> int:
        """48 random bits."""
        if len(self._random) < _TAIL_BYTES:
            self._random = urandom(_TAIL_BYTES * _TAILS_AT_ONCE)
        drawn, self._random = self._random[:_TAIL_BYTES], self._random[_TAIL_BYTES:]
        return int.from_bytes(drawn)

    def _reach(self, millis: int) -> None:
        if millis > self._millis:
            self._millis, self._counter = millis, self._drawn() & _FIRST
            self._head = _head(millis)


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
            return _uuid7(_head(millis), self._counter, 0)

    def many(self, count: int) -> list[str]:
        return [self.new() for _ in range(count)]

    def token(self) -> str:
        return token_urlsafe(32)


def _head(millis: int) -> str:
    return f"{millis >> 16:08x}-{millis & 0xFFFF:04x}"


def _uuid7(head: str, counter: int, tail: int) -> str:
    """The counter's 30 bits stand around the version and the variant, the tail behind them."""
    middle = 0x8000 | counter >> 4 & 0x3FFF
    return f"{head}-7{counter >> 18:03x}-{middle:04x}-{(counter & 0xF) << _TAIL_BITS | tail:012x}"
