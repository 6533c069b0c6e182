"""Changes to indented maps and lists, line by line; comments go with the entry they belong to."""

from __future__ import annotations

from engines.source.extents import Extent, extents, is_blank, is_comment
from engines.source.nodes import ListNode, MapNode
from engines.source.read import Source


def entry_at(source: Source, node: MapNode | ListNode, step: str | int) -> Extent:
    """The lines of one entry."""
    return next(one for one in _extents(source, node) if one.step == step)


def column_of(source: Source, node: MapNode | ListNode) -> int:
    """The column of a block's keys or dashes."""
    return _extents(source, node)[0].column


def body(source: Source, node: MapNode | ListNode, step: str | int) -> list[str]:
    """The lines of an entry as they would stand on lines of their own."""
    entry = entry_at(source, node, step)
    lines = source.text.split("\n")[entry.first : entry.last + 1]
    if entry.is_inline:
        lines[0] = " " * entry.column + lines[0][entry.column :]
    return lines


def is_spaced(source: Source, node: MapNode | ListNode, step: str | int | None) -> bool:
    """Whether an empty line keeps this entry (None: the last) apart from its neighbour."""
    found = _extents(source, node)
    place = next((index for index, one in enumerate(found) if one.step == step), len(found) - 1)
    lines = source.text.split("\n")
    place = max(place, 1)
    return place < len(found) and is_blank(lines[found[place].first - 1])


def inserted(
    source: Source,
    node: MapNode | ListNode,
    before: str | int | None,
    entry: list[str],
    *,
    spaced: bool,
) -> str:
    """The text with the lines of an entry put in front of another, or behind the last.

    `spaced` keeps it apart by an empty line.
    """
    lines = source.text.split("\n")
    found = _extents(source, node)
    gap = [""] if spaced else []
    if before is None:
        last = found[-1].last
        return _joined(lines[: last + 1], [*gap, *entry], lines[last + 1 :])
    following = next(one for one in found if one.step == before)
    if following.is_inline:
        column = following.column
        head = lines[following.head]
        first = head[:column] + entry[0][column:]
        rest = [*entry[1:], *gap, " " * column + head[column:]]
        return _joined(lines[: following.head], [first, *rest], lines[following.head + 1 :])
    return _joined(lines[: following.first], [*entry, *gap], lines[following.first :])


def deleted(source: Source, node: MapNode | ListNode, step: str | int) -> str:
    """The text without an entry; one other entry at least must stay."""
    lines = source.text.split("\n")
    found = _extents(source, node)
    place = next(index for index, one in enumerate(found) if one.step == step)
    entry = found[place]
    if entry.is_inline:
        return _deleted_inline(lines, entry, found[place + 1])
    above, below = lines[: entry.first], lines[entry.last + 1 :]
    is_last_line = not below or (is_blank(below[0]) and len(below) == 1)
    if above and is_blank(above[-1]) and (is_last_line or is_blank(below[0])):
        above = above[:-1]
    return _joined(above, [], below)


def replaced(source: Source, entry: Extent, value: list[str]) -> str:
    """The text with other lines from an entry's head to the end of its content."""
    lines = source.text.split("\n")
    first = lines[entry.head][: entry.column] + value[0].lstrip(" ")
    return _joined(lines[: entry.head], [first, *value[1:]], lines[entry.content_last + 1 :])


def shifted(lines: list[str], delta: int) -> list[str]:
    """Lines indented by `delta` more (or less)."""
    if delta >= 0:
        return [" " * delta + line if line else line for line in lines]
    return [line[-delta:] if is_blank(line[:-delta]) else line.lstrip(" ") for line in lines]


def _extents(source: Source, node: MapNode | ListNode) -> list[Extent]:
    return extents(source.text.split("\n"), source.text, node)


def _deleted_inline(lines: list[str], entry: Extent, following: Extent) -> str:
    """The next entry takes the place on the line of the dash."""
    prefix = lines[entry.head][: entry.column]
    between = lines[entry.last + 1 : following.head]
    if any(is_comment(line) for line in between):
        rest = [*between, lines[following.head]]
        return _joined(lines[: entry.head], [prefix.rstrip(), *rest], lines[following.head + 1 :])
    head = prefix + lines[following.head][following.column :]
    return _joined(lines[: entry.head], [head], lines[following.head + 1 :])


def _joined(*parts: list[str]) -> str:
    text = "\n".join(line for part in parts for line in part)
    return text if text.endswith("\n") else f"{text}\n"
