"""Durations as they are written in definitions: `30s`, `30m`, `4h`, `3d`, `1w`, together `1d12h`.

Not here: durations in working hours, which need a calendar.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

DURATION_PATTERN: Final = r"^([0-9]{1,6}[wdhms])+$"  # for the JSON Schema

_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WHOLE = re.compile(DURATION_PATTERN)
_PART = re.compile(r"([0-9]{1,6})([wdhms])")
_LONGEST: Final = timedelta(days=36_525)  # a hundred years: beyond it dates leave the calendar


def parse_duration(text: str) -> timedelta:
    """The length of time that `1d12h` stands for; raises ValueError with a sentence."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration")
    parts = _PART.findall(text)
    units = [unit for _, unit in parts]
    if sorted(units, key=list(_SECONDS).index) != units or len(set(units)) != len(units):
        raise ValueError(f"{text!r} names its units out of order or twice")
    length = timedelta(seconds=sum(int(count) * _SECONDS[unit] for count, unit in parts))
    if length > _LONGEST:
        raise ValueError(f"{text!r} is longer than a hundred years")
    return length


def format_duration(length: timedelta) -> str:
    """The shortest way to write `length` in whole seconds: `1d12h`; `0s` for none."""
    rest = int(length.total_seconds())
    parts: list[str] = []
    for unit, seconds in _SECONDS.items():
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
