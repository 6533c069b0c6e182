"""How one scalar is written: plain where it can be, quoted where it must be, `|` when it is long.

Values typed by a schema or a designer are written so that any YAML reader sees the same type;
words as they were read have no type yet and stay plain wherever we read them back unchanged.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

Scalar = str | bool | int | Decimal | None

_UNSAFE_ANYWHERE = re.compile(
    r": |:$| #|[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|^\s|\s$"
)
_UNSAFE_START = re.compile(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?![A-Za-z0-9_])|---|\.\.\.")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}:?]")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}

# What readers of YAML 1.2 or 1.1 take for something else than text.
_NOTHING = re.compile(r"~|null|Null|NULL|")
_CORE = re.compile(
    r"true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_OLD = re.compile(
    r"y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|=|<<|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
)


def key_text(key: str) -> str:
    """A map's key; `on` and `no` stay plain, for YAML 1.2 knows them as text."""
    looks_typed = _NOTHING.fullmatch(key) or _CORE.fullmatch(key) or key == "<<"
    is_plain = not looks_typed and _is_safe(key, in_flow=True)
    return key if is_plain else _quoted(key)


class Written(str):
    """A word as it stood in a definition: `true` put elsewhere is true again, not a text."""

    __slots__ = ()


def as_written(data: Any) -> Any:
    """Data read from a definition, to be written elsewhere as they stood there."""
    if isinstance(data, dict):
        return {key: as_written(one) for key, one in data.items()}
    if isinstance(data, list):
        return [as_written(one) for one in data]
    return Written(data) if isinstance(data, str) else data


def scalar_text(value: Scalar, *, in_flow: bool, as_read: bool, keep_quotes: bool = False) -> str:
    """A scalar on one line; `keep_quotes` keeps a text quoted that could be taken for a number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    must_quote = _NOTHING.fullmatch(value) is not None
    if keep_quotes or not (as_read or isinstance(value, Written)):
        must_quote = must_quote or looks_typed(value)
    return value if not must_quote and _is_safe(value, in_flow=in_flow) else _quoted(value)


def literal_lines(text: str) -> list[str] | None:
    """`|` or `|-` and the lines below it, or None when the text cannot be written so."""
    body = text.removesuffix("\n")
    is_plain_block = (
        "\n" in text
        and not body.startswith((" ", "\n"))
        and not body.endswith("\n")
        and body != ""
        and not re.search(
            r"[^\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
            r"\U00010000-\U0010ffff]",
            body,
        )
    )
    if not is_plain_block:
        return None
    return ["|" if text.endswith("\n") else "|-", *body.split("\n")]


def looks_typed(text: str) -> bool:
    """Whether some YAML reader would take the plain text for a number, a date, true or nothing."""
    return any(pattern.fullmatch(text) for pattern in (_NOTHING, _CORE, _OLD))


def _is_safe(text: str, *, in_flow: bool) -> bool:
    if not text or _UNSAFE_ANYWHERE.search(text) or _UNSAFE_START.match(text):
        return False
    return not (in_flow and _UNSAFE_IN_FLOW.search(text))


def _quoted(text: str) -> str:
    """Double quotes; single ones where they save escaping."""
    escaped = _ESCAPED.sub(_escape, text)
    troubles = set(_ESCAPED.findall(text))
    if troubles and troubles <= {'"', "\\"} and "'" not in text:
        return f"'{text}'"
    return f'"{escaped}"'


def _escape(found: re.Match[str]) -> str:
    letter = found.group()
    return _SHORT_ESCAPES.get(letter) or f"\\u{ord(letter):04x}"
