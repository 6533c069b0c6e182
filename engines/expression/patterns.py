"""Patterns of `matches`: what RE2 and a browser's RegExp read alike, and their compiled forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import re2

MAX_PATTERN: Final = 500
_QUANTIFIER: Final = re2.compile(r"\{[0-9]{1,3}(,([0-9]{1,3})?)?\}")
_SAME_ESCAPES: Final = frozenset("dwDWbB^$\\.*+?()[]{}|/tnr")
_SPACE: Final = r"\t\n\f\r "  # what RE2 takes for \s; a browser takes more
# Whatever could take the end of a line: then two lines might pass as one text.
_MAY_END_A_LINE: Final = re2.compile(r"[\x00-\x1f]|\\[sSDWtnr]|\[\^")
_IN_CLASS: Final = frozenset("dwDW^$\\.*+?()[]{}|/tnr-")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that whole texts are held against; `browser` is the same for RegExp with `u`."""

    browser: str
    _whole: Any  # a bound method of RE2: text -> match or None
    _quick: Any  # the same question asked of a set of one, which counts no characters
    _lines: Any  # the same asked of many texts, each of them a line; None where one may hold more

    def match_all(self, texts: Collection[str]) -> bool:
        """Whether it holds for each of these; False also when that takes a closer look."""
        if self._lines is not None:
            together = "\n".join((*texts, ""))
            if together.count("\n") == len(texts) and self._lines(together):
                return True
        return all(map(self._quick, texts))

    def matches(self, text: str) -> bool:
        """Whether the pattern holds for the whole text."""
        # A set also says no when its automaton grows too large: only its yes is an answer.
        return bool(self._quick(text)) or self._whole(text) is not None


def compile_pattern(pattern: str) -> Pattern:
    """The compiled pattern; raises ValueError with a sentence for what is not taken."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN} characters")
    browser = _for_browser(pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"the pattern cannot be read: {_words(error)}") from error
    lines = None if _MAY_END_A_LINE.search(pattern) else _quick(f"(?:(?:{pattern})\n)*", options)
    quick = _quick(pattern, options)
    return Pattern(f"^(?:{browser})$", compiled.fullmatch, quick, lines)


def _quick(pattern: str, options: Any) -> Any:
    alone = re2.Set.FullMatchSet(options)
    alone.Add(pattern)
    alone.Compile()
    return alone.Match


def _for_browser(pattern: str) -> str:
    out: list[str] = []
    place = 0
    while place < len(pattern):
        taken = _class(pattern, place) if pattern[place] == "[" else _atom(pattern, place)
        out.append(taken[0])
        place = taken[1]
    return "".join(out)


def _atom(pattern: str, place: int) -> tuple[str, int]:
    sign = pattern[place]
    if sign == "\\":
        return _escape(pattern, place)
    if sign == ".":
        return "[^\\n]", place + 1
    if sign == "{":
        match = _QUANTIFIER.match(pattern, place)
        if match is None:
            raise ValueError("write \\{ for a brace that does not count")
        return match.group(0), match.end()
    if sign in "]}":
        raise ValueError(f"write \\{sign} for a bracket that closes nothing")
    if pattern.startswith("(?", place) and not pattern.startswith("(?:", place):
        raise ValueError("groups are (…) or (?:…); nothing else may follow (?")
    return sign, place + 1


def _escape(pattern: str, place: int) -> tuple[str, int]:
    letter = pattern[place + 1 : place + 2]
    if letter == "s":
        return f"[{_SPACE}]", place + 2
    if letter == "S":
        return f"[^{_SPACE}]", place + 2
    if letter and letter in _SAME_ESCAPES:
        return f"\\{letter}", place + 2
    if letter == "-":
        return "-", place + 2
    raise ValueError(f"\\{letter} is not taken. Use \\d \\w \\s \\b and escaped signs")


def _class(pattern: str, place: int) -> tuple[str, int]:
    out = ["["]
    place += 1
    if pattern.startswith("^", place):
        out.append("^")
        place += 1
    first = place
    while place < len(pattern) and (pattern[place] != "]" or place == first):
        sign = pattern[place]
        if sign in "[]":
            raise ValueError(f"write \\{sign} for a bracket inside [ ]")
        if sign == "\\":
            letter = pattern[place + 1 : place + 2]
            out.append(_class_escape(letter))
            place += 2
            continue
        out.append(sign)
        place += 1
    if place >= len(pattern):
        raise ValueError("a [ is not closed")
    return "".join(out) + "]", place + 1


def _class_escape(letter: str) -> str:
    if letter == "s":
        return _SPACE
    if letter and letter in _IN_CLASS:
        return f"\\{letter}"
    raise ValueError(f"\\{letter} is not taken inside [ ]")


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode() if isinstance(reason, bytes) else str(reason)
