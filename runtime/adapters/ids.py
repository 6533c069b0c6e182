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
_STEP_BITS = 19  # ids of one step of a trial; the rest of the counter numbers its steps
_FIRST = (1 << _COUNTER_BITS - 2) - 1  # where the counter of a millisecond may begin
_TAIL_BYTES = 6
_TAIL_DIGITS = 11
_TAILS_AT_ONCE = 64  # a call of the system costs more than an id
_LAST_DIGIT = 0xF  # of the counter, which stands alone before the tail
_HEX = "0123456789abcdef"


class RandomIds:
    """UUIDv7 ids that rise within this process, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millis = 0
        self._until = _EPOCH  # until when ids carry it
        self._counter = 0
        self._front = ""  # all that ids with the same counter but for its last digit share
        self._tails: list[str] = []

    def new(self) -> str:
        now = self._clock.now()
        with self._lock:
            if now >= self._until:
                self._reach(now)
            return self._next()

    def many(self, count: int) -> list[str]:
        now = self._clock.now()
        with self._lock:
            if now >= self._until:
                self._reach(now)
            if count > len(self._tails):
                self._tails[:0] = _tails(max(count, _TAILS_AT_ONCE))
            first = (self._counter & _LAST_DIGIT) + 1
            if not count or first + count > len(_HEX):
                return [self._next() for _ in range(count)]
            self._counter += count  # they share their front
            front, tails = self._front, self._tails[-count:]
            del self._tails[-count:]
            digits = _HEX[first : first + count]
            return [f"{front}{digit}{tail}" for digit, tail in zip(digits, tails, strict=True)]

    def token(self) -> str:
        return token_urlsafe(32)

    def _next(self) -> str:
        self._counter = counter = self._counter + 1
        digit = counter & _LAST_DIGIT
        if not digit:
            self._front = _front(self._millis, counter)
        if not self._tails:
            self._tails = _tails(_TAILS_AT_ONCE)
        return f"{self._front}{_HEX[digit]}{self._tails.pop()}"

    def _reach(self, now: datetime) -> None:
        """Count anew from `now`, for a millisecond."""
        self._millis = millis = (now - _EPOCH) // _MILLISECOND
        self._until = now + _MILLISECOND
        if not self._tails:
            self._tails = _tails(_TAILS_AT_ONCE)
        self._counter = counter = int(self._tails.pop(), 16) & _FIRST
        self._front = _front(millis, counter)


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
            return _uuid7(millis, self._counter)

    def many(self, count: int) -> list[str]:
        return [self.new() for _ in range(count)]

    def token(self) -> str:
        return token_urlsafe(32)


def _front(millis: int, counter: int) -> str:
    """The counter's 30 bits stand around the version and the variant; all but their last four."""
    head = f"{millis >> 16:08x}-{millis & 0xFFFF:04x}"
    return f"{head}-7{counter >> 18:03x}-{0x8000 | counter >> 4 & 0x3FFF:04x}-"


def _tails(count: int) -> list[str]:
    """The random ends of so many ids."""
    digits = urandom(_TAIL_BYTES * count).hex()
    return [digits[at : at + _TAIL_DIGITS] for at in range(0, len(digits), 2 * _TAIL_BYTES)]


def _uuid7(millis: int, counter: int) -> str:
    """An id without chance in it."""
    return f"{_front(millis, counter)}{_HEX[counter & _LAST_DIGIT]}{0:0{_TAIL_DIGITS}x}"
