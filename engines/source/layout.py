"""Lays a document out: what stays on one line in braces, what becomes an indented block.

Works on pieces, made from data by `dump` and from a text with its comments by `fmt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_COLUMNS = 100
MAX_FLOW_HEIGHT = 2


@dataclass(slots=True)
class Piece:
    """A value ready to be written, and the comments that belong to it.

    Exactly one of `entries`, `items` and the scalar's texts is meant, as `kind` says.
    """

    kind: str  # "map", "list" or "scalar"
    entries: list[tuple[str, Piece]] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)
    in_flow: str = ""
    in_block: str = ""
    literal: list[str] | None = None
    # An author's choice of a block is kept.
    wants_block: bool = False
    above: list[str] = field(default_factory=list)
    beside: str = ""
    below: list[str] = field(default_factory=list)

    @property
    def children(self) -> list[Piece]:
        """The pieces inside."""
        return [piece for _, piece in self.entries] if self.kind == "map" else self.items


def document_lines(piece: Piece) -> list[str]:
    """The lines of a whole document."""
    lines = [*piece.above]
    if piece.kind == "scalar" or not piece.children:
        lines.append(_with_comment(flow_text(piece), piece.beside))
    else:
        lines.extend(_block(piece, 0))
    return [*lines, *piece.below]


def entry_lines(key: str, piece: Piece, indent: int) -> list[str]:
    """`key: value` in a block map whose keys stand in column `indent`."""
    pad = " " * indent
    lines = value_lines(f"{pad}{key}:", piece, indent)
    return [*_padded(piece.above, pad), *lines, *_padded(piece.below, pad)]


def item_lines(piece: Piece, indent: int) -> list[str]:
    """`- value` in a block list whose dashes stand in column `indent`."""
    pad = " " * indent
    above, below = _padded(piece.above, pad), _padded(piece.below, pad)
    if piece.kind == "scalar" or piece.beside or _fits(piece, indent + 2):
        return [*above, *value_lines(f"{pad}-", piece, indent), *below]
    first, *rest = _block(piece, indent + 2)
    if not first or first.lstrip(" ").startswith("#"):
        return [*above, f"{pad}-", first, *rest, *below]
    return [*above, f"{pad}- {first[indent + 2 :]}", *rest, *below]


def flow_text(piece: Piece) -> str:
    """The value on one line, maps and lists in brackets."""
    if piece.kind == "map":
        inside = ", ".join(f"{key}: {flow_text(one)}" for key, one in piece.entries)
        return f"{{{inside}}}"
    if piece.kind == "list":
        return f"[{', '.join(map(flow_text, piece.items))}]"
    return piece.in_flow


def value_lines(head: str, piece: Piece, indent: int) -> list[str]:
    """The value after `key:` or `-`."""
    if piece.kind == "scalar":
        if piece.literal is None:
            return [_with_comment(f"{head} {piece.in_block}", piece.beside)]
        mark, *lines = piece.literal
        pad = " " * (indent + 2)
        body = [f"{pad}{line}" if line else "" for line in lines]
        return [_with_comment(f"{head} {mark}", piece.beside), *body]
    if _fits(piece, len(head) + 1):
        return [_with_comment(f"{head} {flow_text(piece)}", piece.beside)]
    return [_with_comment(head, piece.beside), *_block(piece, indent + 2)]


def _block(piece: Piece, indent: int) -> list[str]:
    if piece.kind == "list":
        return [line for one in piece.items for line in item_lines(one, indent)]
    lines: list[str] = []
    for key, one in piece.entries:
        lines.extend(entry_lines(key, one, indent))
    return lines


def _fits(piece: Piece, column: int) -> bool:
    """Whether a map or list may stand on the line that has come to `column`."""
    if piece.kind == "scalar":
        return False
    if not piece.children:
        return True
    if piece.wants_block or any(one.literal or _is_commented(one) for one in _inside(piece)):
        return False
    if _is_table(piece):
        return False
    return _height(piece) <= MAX_FLOW_HEIGHT and column + len(flow_text(piece)) <= MAX_COLUMNS


def _is_table(piece: Piece) -> bool:
    """Whether a list's items deserve a line each: two maps, or three lists."""
    maps = sum(one.kind == "map" for one in piece.items)
    lists = sum(one.kind == "list" for one in piece.items)
    return maps > 1 or lists > 2


def _inside(piece: Piece) -> Iterator[Piece]:
    waiting = list(piece.children)
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one.children)


def _is_commented(piece: Piece) -> bool:
    return bool(piece.beside or piece.above or piece.below)


def _height(piece: Piece) -> int:
    if piece.kind == "scalar":
        return 0
    return 1 + max(map(_height, piece.children), default=0)


def _padded(lines: list[str], pad: str) -> list[str]:
    return [f"{pad}{line}" if line else "" for line in lines]


def _with_comment(line: str, comment: str) -> str:
    return f"{line}  {comment}" if comment else line
