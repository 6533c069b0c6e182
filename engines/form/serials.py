"""Numbers by pattern: `T{yy}{mm}-{00001}` becomes T2603-00042. Counting is the runtime's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_PART = re.compile(r"\{([^{}]*)\}")
_DATES = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_DIGITS = re.compile(r"0{0,11}1")
LONGEST_PATTERN = 60


@dataclass(frozen=True, slots=True)
class SerialPattern:
    """A pattern taken apart: what stands before and behind the number, and its digits."""

    before: str  # with the parts of a date still in it
    digits: int
    behind: str

    def period(self, today: date) -> str:
        """What the count belongs to: `T2603-` counts apart from `T2604-`."""
        return f"{_dated(self.before, today)}#{_dated(self.behind, today)}"

    def text(self, number: int, today: date) -> str:
        """The serial of a count."""
        before, behind = _dated(self.before, today), _dated(self.behind, today)
        return f"{before}{number:0{self.digits}d}{behind}"


def parse_pattern(text: str) -> SerialPattern:
    """The pattern; raises ValueError with a sentence."""
    if len(text) > LONGEST_PATTERN or not text.isprintable():
        raise ValueError(f"it must be one line of at most {LONGEST_PATTERN} characters")
    counters = [part for part in _PART.finditer(text) if _DIGITS.fullmatch(part[1])]
    for part in _PART.finditer(text):
        if part[1] not in _DATES and not _DIGITS.fullmatch(part[1]):
            raise ValueError(f"{part[0]} is neither a part of a date nor a count")
    if len(counters) != 1:
        raise ValueError(f"it counts {len(counters)} times, not once")
    counter = counters[0]
    before, behind = text[: counter.start()], text[counter.end() :]
    if any(sign in _PART.sub("", before + behind) for sign in "{}"):
        raise ValueError("a brace is not closed")
    return SerialPattern(before, len(counter[1]), behind)


def _dated(text: str, today: date) -> str:
    return _PART.sub(lambda part: today.strftime(_DATES[part[1]]), text)
