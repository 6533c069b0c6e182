"""The tree of a text: data with the place of every part. Built by `compose` and `json_text`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from engines.diagnostics import Path

# What a text holds once read: every scalar is text, an empty one None.
Data = dict[str, "Data"] | list["Data"] | str | None


class Mark(Protocol):
    """A place in a text, all counted from 0; the YAML parsers bring their own class for it."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Our own `Mark`."""

    index: int
    line: int
    column: int


# Nodes are places themselves: they begin at `index`, `line` and `column` and end before the index
# `end`. Slotted but not frozen, and of plain numbers, because a large file has tens of thousands:
# with a place object at both ends of each, reading it took twice as long.
@dataclass(slots=True)
class ScalarNode:
    """A text or nothing; `style` is its quote, `|`, `>` or empty for plain."""

    index: int
    line: int
    column: int
    end: int
    data: str | None
    style: str = ""


@dataclass(slots=True)
class MapNode:
    """A map: its data and, by key, the key's node and the value's node."""

    index: int
    line: int
    column: int
    end: int
    is_flow: bool
    data: dict[str, Data] = field(default_factory=dict)
    entries: dict[str, tuple[ScalarNode, Node]] = field(default_factory=dict)


@dataclass(slots=True)
class ListNode:
    """A list: its data and the nodes of its items."""

    index: int
    line: int
    column: int
    end: int
    is_flow: bool
    data: list[Data] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


Node = ScalarNode | MapNode | ListNode


def child(node: Node, step: str | int) -> Node | None:
    """The node one step below, or None."""
    if isinstance(node, MapNode) and step in node.entries:
        return node.entries[str(step)][1]
    if isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def descend(root: Node, path: Path) -> tuple[Node, int]:
    """The deepest node on the way along `path` and the number of steps that led to it."""
    node = root
    for depth, step in enumerate(path):
        below = child(node, step)
        if below is None:
            return node, depth
        node = below
    return node, len(path)
