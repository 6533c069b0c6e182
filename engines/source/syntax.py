"""Turns the YAML parsers' complaints into sentences that say what to write.

Both parsers (libyaml and the pure one) word the same mistake differently; both are known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from engines.diagnostics import Problems


@dataclass(frozen=True, slots=True)
class _Wording:
    pattern: re.Pattern[str]
    message: str
    hint: str
    # A thing never closed is best shown where it was opened.
    at_opening: bool = False


def _wording(pattern: str, message: str, hint: str, *, at_opening: bool = False) -> _Wording:
    return _Wording(re.compile(pattern), message, hint, at_opening)


# The first pattern found in "context: problem" speaks.
_WORDINGS = (
    _wording(
        "mapping values are not allowed",
        "a second ': ' stands where no key can begin",
        "Put quotes around a text that contains ': ', or check the indentation.",
    ),
    _wording(
        "quoted scalar.*(unexpected end of stream|end of document|document indicator)",
        "the quote opened here is never closed",
        "Close it with the same quote.",
        at_opening=True,
    ),
    _wording(
        "(simple key|could not find expected ':')",
        "this line is neither a key nor a value",
        "Write 'key: value', or indent the line under the text it belongs to.",
        at_opening=True,
    ),
    _wording(
        "unknown escape|escape sequence|did not find expected hexdecimal|invalid Unicode",
        "the backslash begins no known escape",
        "Write '\\\\' for a backslash, or use single quotes.",
    ),
    _wording(
        "flow sequence",
        "the list opened here with '[' is not well formed",
        "Put ',' between its items and ']' at its end; quote a text that holds ',' or ']'.",
        at_opening=True,
    ),
    _wording(
        "flow mapping",
        "the map opened here with '{' is not well formed",
        "Put ',' between its entries and '}' at its end; quote a text that holds ',' or '}'.",
        at_opening=True,
    ),
    _wording(
        "cannot start any token",
        "a text cannot begin with this character",
        "Put quotes around the text.",
    ),
    _wording(
        "block sequence entries are not allowed",
        "a list cannot begin here",
        "Begin '- ' on a line of its own.",
    ),
    _wording(
        "block (mapping|collection|sequence)|document start|block end|expected key",
        "the indentation does not fit the lines above",
        "Indent all keys of one map, and all dashes of one list, equally.",
    ),
    _wording(
        "block scalar",
        "the lines of this text are not well indented",
        "Indent them all deeper than their key.",
    ),
    _wording(
        "alias|anchor",
        "a text cannot begin with '*' or '&'",
        "Put quotes around the text.",
    ),
    _wording(
        "tag",
        "a text cannot begin with '!'",
        "Put quotes around the text.",
    ),
)
_OTHER = _wording("", "this is not YAML that can be read", "Compare it with a neighbouring line.")


def report_syntax(error: yaml.MarkedYAMLError, text: str, problems: Problems) -> None:
    """Add the one problem of a text that the parser gave up on."""
    said = f"{error.context or ''}: {error.problem or ''}"
    wording = next((one for one in _WORDINGS if one.pattern.search(said)), _OTHER)
    mark = error.problem_mark or error.context_mark
    if wording.at_opening and error.context_mark is not None:
        mark = error.context_mark
    at = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    seen = _line_shown(text, at[0])
    problems.add("S006", (), f"{wording.message}: {seen}", hint=wording.hint, at=at)


def _line_shown(text: str, line: int) -> str:
    lines = text.splitlines()
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    return repr(shown if len(shown) <= 60 else f"{shown[:57]}…")
