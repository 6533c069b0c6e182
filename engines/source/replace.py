"""Puts another value where one stands, in the style of the old one where that is possible."""

from __future__ import annotations

import re
from typing import Any

from engines.diagnostics import Path
from engines.source import edit_block
from engines.source.dump import dump, dump_flow, piece_of
from engines.source.extents import Extent, content_end
from engines.source.layout import Piece, value_lines
from engines.source.nodes import ListNode, MapNode, Node, ScalarNode, descend
from engines.source.read import Source

_COMMENT = re.compile(r"(?:^|\s)(#.*)$")
_NO_SINGLE_QUOTES = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def replaced_value(source: Source, path: Path, value: Any, *, as_read: bool = False) -> str:
    """The text with `value` at `path`, where something stands now."""
    if not path:
        return dump(value, as_read=as_read)
    node, _ = descend(source.root, path)
    parent, _ = descend(source.root, path[:-1])
    if isinstance(parent, ScalarNode) or is_in_flow(source, path[:-1]):
        return _spliced(
            source.text, node, _styled(node, value) or dump_flow(value, as_read=as_read)
        )
    piece = piece_of(value, as_read=as_read)
    entry = edit_block.entry_at(source, parent, path[-1])
    head = _head(source, parent, path[-1])
    lines = value_lines(" " * entry.column + head, piece, entry.column)
    if len(lines) == 1 and _is_one_line(source, node, entry):
        inline = _styled(node, value) or _inline(piece, lines[0], head)
        return _spliced(source.text, node, inline)
    comment = _comment_beside(source, node, entry)
    if comment:
        lines[0] = f"{lines[0]}  {comment}"
    return edit_block.replaced(source, entry, lines)


def is_in_flow(source: Source, path: Path) -> bool:
    """Whether the collection at `path` stands in braces or brackets, or inside some."""
    nodes = [descend(source.root, path[:length])[0] for length in range(len(path) + 1)]
    return any(not isinstance(node, ScalarNode) and node.is_flow for node in nodes)


def _styled(node: Node, value: Any) -> str | None:
    """A text in the quotes the old one had; None where it had none or they do not serve."""
    if not isinstance(value, str) or not isinstance(node, ScalarNode):
        return None
    if node.style == '"':
        written = dump_flow(f"{value}\x00")  # a letter that forces double quotes
        return written.replace("\\u0000", "")
    if node.style == "'" and not _NO_SINGLE_QUOTES.search(value):
        return "'" + value.replace("'", "''") + "'"
    return None


def _inline(piece: Piece, line: str, head: str) -> str:
    return piece.in_block if piece.kind == "scalar" else line.lstrip(" ")[len(head) + 1 :]


def _head(source: Source, parent: MapNode | ListNode, step: str | int) -> str:
    """`key:` as the author wrote the key, or the dash."""
    if isinstance(parent, ListNode):
        return "-"
    key, _ = parent.entries[str(step)]
    return f"{source.text[key.index : key.end]}:"


def _is_one_line(source: Source, node: Node, entry: Extent) -> bool:
    """Whether the value stands wholly beside its key, so that it can be swapped in place."""
    is_block = node.style in ("|", ">") if isinstance(node, ScalarNode) else not node.is_flow
    is_beside = node.line == entry.head
    return not is_block and is_beside and entry.content_last == entry.head


def _spliced(text: str, node: Node, value: str) -> str:
    start, end = node.index, node.end
    lead = " " if start == end and text[start - 1 : start] in (":", "-") else ""
    return text[:start] + lead + value + text[end:]


def _comment_beside(source: Source, node: Node, entry: Extent) -> str:
    """The comment on the line of the key, or behind a value that ends on a line of its own."""
    lines = source.text.split("\n")
    if node.line > entry.head or (isinstance(node, ScalarNode) and node.style in ("|", ">")):
        found = _COMMENT.search(lines[entry.head][entry.column :])
        return found[1] if found else ""
    end = content_end(source.text, node)
    rest = source.text[end:].split("\n", 1)[0]
    found = _COMMENT.search(rest)
    return found[1] if found else ""
