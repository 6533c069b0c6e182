"""Masks: a value shown without the part that would tell whose it is. Not here: who sees it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.values import RoleId

SIGN = "*"

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Hides a part of the value from those who may only see it masked.",
    "properties": {
        "start": {
            "type": "integer",
            "minimum": 1,
            "description": "Characters hidden at the start",
        },
        "middle": {
            "type": "integer",
            "minimum": 1,
            "description": "Characters hidden in the middle",
        },
        "end": {"type": "integer", "minimum": 1, "description": "Characters hidden at the end"},
        "all": {"type": "boolean", "description": "Hide every character"},
        "unless": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Roles that see the whole value",
        },
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Mask:
    """Which characters are hidden, and from whom not."""

    start: int = 0
    middle: int = 0
    end: int = 0
    hides_all: bool = False
    unless: frozenset[RoleId] = frozenset()


def mask_of(data: Mapping[str, Any]) -> Mask:
    """The mask an author wrote: `{middle: 4, unless: [head]}`."""
    start, middle, end = (int(data.get(key) or 0) for key in ("start", "middle", "end"))
    return Mask(
        start,
        middle,
        end,
        hides_all=data.get("all") is True or not start + middle + end,
        unless=frozenset(RoleId(str(role)) for role in data.get("unless") or ()),
    )


def apply(mask: Mask, text: str) -> str:
    """`text` with the masked characters starred: `13812345678` is `138****5678`.

    A text too short to keep anything of is starred as a whole, its length cut to eight.
    """
    hidden = mask.start + mask.middle + mask.end
    if mask.hides_all or len(text) <= hidden:
        return SIGN * min(len(text), 8)
    before = (len(text) - mask.middle) // 2
    shown = [not _is_hidden(mask, index, before, len(text)) for index in range(len(text))]
    return "".join(sign if keep else SIGN for sign, keep in zip(text, shown, strict=True))


def _is_hidden(mask: Mask, index: int, before: int, length: int) -> bool:
    in_middle = mask.middle > 0 and before <= index < before + mask.middle
    return index < mask.start or in_middle or index >= length - mask.end
