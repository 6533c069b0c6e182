"""Which lines of a text belong to which entry of a block, comments included.

An entry owns the comment lines directly above it in its own column, and those below it that stand
deeper. Comments set apart by an empty line belong to nobody and stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engines.source.nodes import ListNode, MapNode, Node, ScalarNode


@dataclass(frozen=True, slots=True)
class Extent:
    """An entry of a block map or an item of a block list, in lines counted from 0.

    `first` to `last` are all its lines; `head` is the line of its key or dash, in `column`;
    `content_last` is the last one that is not a comment. An inline entry shares its head line with
    what holds it: `- key: value`.
    """

    step: str | int
    column: int
    first: int
    head: int
    content_last: int
    last: int
    is_inline: bool


def content_end(text: str, node: Node) -> int:
    """Index just behind the last letter of a node."""
    if isinstance(node, ScalarNode):
        return _scalar_end(text, node)
    if node.is_flow:
        return node.end
    last = _last_child(node)
    return node.end if last is None else content_end(text, last)


def extents(lines: list[str], text: str, node: MapNode | ListNode) -> list[Extent]:
    """The entries of a block collection, in order."""
    found: list[Extent] = []
    for step, line, column, value in _heads(lines, node):
        content_last = max(line, text.count("\n", 0, content_end(text, value)))
        is_inline = lines[line][:column].strip() != ""
        floor = found[-1].last + 1 if found else 0
        first = line if is_inline else _first_line(lines, line, column, floor)
        last = _last_line(lines, content_last, column)
        found.append(Extent(step, column, first, line, content_last, last, is_inline))
    return found


def is_blank(line: str) -> bool:
    """Whether a line holds nothing."""
    return not line.strip()


def is_comment(line: str) -> bool:
    """Whether a line holds a comment only."""
    return line.lstrip(" ").startswith("#")


def _scalar_end(text: str, node: ScalarNode) -> int:
    end = node.end
    if node.style not in ("|", ">"):
        return end
    header = text[node.index : end].split("\n", 1)[0].split("#", 1)[0]
    if "+" in header:
        return end - 1 if text[end - 1 : end] == "\n" else end
    return node.index + len(text[node.index : end].rstrip())


def _last_child(node: MapNode | ListNode) -> Node | None:
    if isinstance(node, ListNode):
        return node.items[-1] if node.items else None
    return next(reversed(node.entries.values()))[1] if node.entries else None


def _heads(
    lines: list[str], node: MapNode | ListNode
) -> Iterator[tuple[str | int, int, int, Node]]:
    if isinstance(node, MapNode):
        for key, (key_node, value) in node.entries.items():
            yield key, key_node.line, key_node.column, value
        return
    column = node.column
    for index, item in enumerate(node.items):
        line = item.line
        while lines[line][column : column + 1] != "-" or not _begins(lines, line, column, node):
            line -= 1
        yield index, line, column, item


def _begins(lines: list[str], line: int, column: int, node: ListNode) -> bool:
    """Whether nothing but the list's own lead-in stands left of the column."""
    return line == node.line or is_blank(lines[line][:column])


def _first_line(lines: list[str], line: int, column: int, floor: int) -> int:
    while line > floor and is_comment(lines[line - 1]) and _indent(lines[line - 1]) == column:
        line -= 1
    return line


def _last_line(lines: list[str], line: int, column: int) -> int:
    last = line
    for number in range(line + 1, len(lines)):
        if is_comment(lines[number]) and _indent(lines[number]) > column:
            last = number
        elif not is_blank(lines[number]):
            break
    return last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
