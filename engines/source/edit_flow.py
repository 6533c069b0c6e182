"""Changes inside braces and brackets, letter by letter around the entry concerned."""

from __future__ import annotations

import re

from engines.source.nodes import ListNode, MapNode

Span = tuple[int, int]


def spans(node: MapNode | ListNode) -> list[Span]:
    """Where each entry stands, from its key or value to the end of its value."""
    if isinstance(node, MapNode):
        return [(key.index, value.end) for key, value in node.entries.values()]
    return [(item.index, item.end) for item in node.items]


def inserted(text: str, node: MapNode | ListNode, place: int, entry: str) -> str:
    """The text with `entry` put in front of the one now at `place`, or behind the last."""
    found = spans(node)
    if place < len(found):
        start = found[place][0]
        return text[:start] + entry + _glue(text, found, place) + text[start:]
    end = found[-1][1]
    return text[:end] + _glue(text, found, place) + entry + text[end:]


def deleted(text: str, node: MapNode | ListNode, place: int) -> str:
    """The text without the entry at `place`; one other entry at least must stay."""
    found = spans(node)
    start, end = found[place]
    if place + 1 < len(found):
        following = found[place + 1][0]
        if "\n" not in text[end:following]:
            return text[:start] + text[following:]
        return _without_line(text, start, text.index(",", end) + 1)
    previous = found[place - 1][1]
    if "\n" not in text[previous:start]:
        return text[:previous] + text[end:]
    comma = re.compile(r"\s*,").match(text, end)
    return _without_line(text, start, comma.end() if comma else end)


def moved(text: str, node: MapNode | ListNode, order: list[int]) -> str:
    """The text with its entries in another order; what stands between them stays in place."""
    found = spans(node)
    parts = [text[: found[0][0]]]
    for slot, taken in enumerate(order):
        parts.append(text[slice(*found[taken])])
        following = found[slot + 1][0] if slot + 1 < len(found) else len(text)
        parts.append(text[found[slot][1] : following])
    return "".join(parts)


def _glue(text: str, found: list[Span], place: int) -> str:
    """What stands between two neighbours here: `, `, or a line break where each has its line."""
    if len(found) > 1:
        left = max(1, min(place, len(found) - 1))
        between = text[found[left - 1][1] : found[left][0]]
        if re.fullmatch(r"\s*,\s*", between):
            return between
    return ", "


def _without_line(text: str, start: int, end: int) -> str:
    """Cut `start` to `end`, with the line when nothing but a comment is left of it."""
    line_start = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*(#[^\n]*)?\n").match(text, end)
    if rest is not None and not text[line_start:start].strip():
        return text[:line_start] + text[rest.end() :]
    return text[:start].rstrip(" ") + text[end:]
