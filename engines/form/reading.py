"""Answers as text: characters, blanks, digits of any script.

Not here: what a control makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import is_normalized, normalize
from zoneinfo import ZoneInfo

from engines.form.problems import Refused

# Control characters, lone surrogates, line separators and the two overrides that make a text read
# otherwise than it is stored. Joiners and isolates stay: Persian, Arabic and emoji need them.
_WRONG_IN_A_LINE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ufffe\uffff\ud800-\udfff]"
)
_WRONG_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufffe\uffff\ud800-\udfff]")

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_ARABIC_DIGITS = {
    **{0x0660 + digit: str(digit) for digit in range(10)},
    **{0x06F0 + digit: str(digit) for digit in range(10)},
    0x066B: ".",  # the Arabic decimal point
    0x2212: "-",
}

_MOST = 10**30  # no number is so large

# No answer is longer, whatever the field allows; looked at before anything else.
LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How the person wrote: their zone (for times without one) and their locale."""

    zone: ZoneInfo
    locale: str = ""


NEUTRAL = Reading(ZoneInfo("UTC"))


def is_blank(raw: object) -> bool:
    """Whether an answer says nothing: absent, an empty list, or only white space."""
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or raw in ([], {})


def are_plain(texts: Sequence[str]) -> bool:
    """Whether all of these are lines that stay as they are, none of them blank."""
    # Looked at in one piece: a blank joins with nothing, and what is printable is not wrong.
    together = " ".join(texts)
    is_normal = together.isascii() or is_normalized("NFC", together)
    return is_normal and together.isprintable() and all(map(str.strip, texts))


def are_all(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    """Whether a pattern takes every text: one of lines, repeated and each of them ended."""
    together = "\n".join((*texts, ""))
    return together.count("\n") == len(texts) and pattern.fullmatch(together) is not None


def line(raw: object) -> str:
    """The answer as one line of NFC text."""
    if not isinstance(raw, str):
        raise Refused("not_text")
    if len(raw) > LONGEST_TEXT:
        raise Refused("too_long", max=LONGEST_TEXT)
    if raw.isascii() and raw.isprintable():
        return raw
    if _WRONG_IN_A_LINE.search(raw):
        raise Refused("wrong_characters")
    return normalize("NFC", raw)


def lines(raw: object) -> str:
    """The answer as NFC text of one or more lines, ended by a single line feed each."""
    if not isinstance(raw, str):
        raise Refused("not_text")
    if len(raw) > LONGEST_TEXT:
        raise Refused("too_long", max=LONGEST_TEXT)
    unix = raw.replace("\r\n", "\n").replace("\r", "\n")
    if _WRONG_IN_LINES.search(unix):
        raise Refused("wrong_characters")
    return normalize("NFC", unix)


def number(raw: object) -> int | Decimal:
    """The answer as an exact number, in ASCII, full-width or Arabic digits.

    Grouping signs are refused, because 1.234 means two different things in two countries.
    """
    if isinstance(raw, bool):
        raise Refused("not_a_number")
    if isinstance(raw, int | Decimal | float):
        return _exact(raw)
    if not isinstance(raw, str) or len(raw) > 80:
        raise Refused("not_a_number")
    text = raw.strip()
    if not text.isascii():
        text = normalize("NFKC", text).translate(_ARABIC_DIGITS)
    if not _NUMBER.fullmatch(text):
        raise Refused("not_a_number")
    return Decimal(text) if "." in text else int(text)


def _exact(raw: float | Decimal) -> int | Decimal:
    if isinstance(raw, int):
        if abs(raw) >= _MOST:
            raise Refused("not_a_number")
        return raw
    # A float comes from JSON or a spreadsheet; its shortest form is what the person wrote.
    exact = Decimal(repr(raw)) if isinstance(raw, float) else raw
    # Out of sight by its exponent alone: 1E+999999999 must never be written out.
    if not exact.is_finite() or abs(exact.adjusted()) > 40:
        raise Refused("not_a_number")
    return exact


def whole(raw: object) -> int:
    """The answer as a whole number; 5.00 is whole, 5.5 is not."""
    exact = raw if type(raw) is int and abs(raw) < _MOST else number(raw)
    if isinstance(exact, int):
        return exact
    if exact != exact.to_integral_value():
        raise Refused("not_whole")
    return int(exact)
