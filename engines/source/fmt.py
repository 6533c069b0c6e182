"""Formats a text: indentation, spacing and quotes made canonical, comments and order kept.

Blocks stay blocks; what stands in braces stays so while it fits on a line.
"""

from __future__ import annotations

import re

from engines.source.extents import content_end, is_blank, is_comment
from engines.source.layout import Piece, document_lines
from engines.source.nodes import ListNode, MapNode, Node, ScalarNode
from engines.source.read import Source, read_yaml
from engines.source.words import key_text, literal_lines, looks_typed, scalar_text

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")


def fmt(text: str) -> str:
    """The text well formatted; unchanged where a comment stands where we could not keep it.

    Raises DefinitionError when it cannot be read.
    """
    source = read_yaml(text.replace("\r\n", "\n"))
    piece = _Formatter(source).document()
    formatted = "\n".join(document_lines(piece)) + "\n"
    again = read_yaml(formatted)
    is_same = repr(again.data) == repr(source.data)
    return formatted if is_same and _comments(again) == _comments(source) else text


class _Formatter:
    """Turns nodes into pieces in the order of the text, and hands each its comments.

    `_line` is the last line whose content has been taken; what lies between it and the next head
    are comments and empty lines.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._lines = source.text.split("\n")
        self._line = -1
        # The entries that lead to the one taken last, with their columns.
        self._open: list[tuple[int, Piece]] = []

    def document(self) -> Piece:
        root = self._piece(self._source.root)
        rest = self._gap(len(self._lines), 0)
        root.below.extend(_without_edges(rest))
        return root

    def _piece(self, node: Node) -> Piece:
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if node.is_flow:
            return self._flow(node)
        piece = Piece("map" if isinstance(node, MapNode) else "list", wants_block=True)
        column = node.column
        heads = self._heads(node)
        for number, (key, line, below) in enumerate(heads):
            above = self._gap(line, column)
            if number == 0 and not piece.above:
                above = _without_edges(above, tail=False)
            child = self._entry(below, line, column)
            child.above = above
            if isinstance(node, MapNode):
                piece.entries.append((key_text(key), child))
            else:
                piece.items.append(child)
        return piece if heads else self._flow(node)

    def _heads(self, node: MapNode | ListNode) -> list[tuple[str, int, Node]]:
        if isinstance(node, MapNode):
            return [(key, at.line, below) for key, (at, below) in node.entries.items()]
        return [("", self._dash_line(node, item), item) for item in node.items]

    def _dash_line(self, node: ListNode, item: Node) -> int:
        line, column = item.line, node.column
        while self._lines[line][column : column + 1] != "-" or (
            line != node.line and not is_blank(self._lines[line][:column])
        ):
            line -= 1
        return line

    def _entry(self, node: Node, line: int, column: int) -> Piece:
        """The piece of a value under the key or dash on `line`."""
        self._line = max(self._line, line)
        is_below = not isinstance(node, ScalarNode) and not node.is_flow
        holder = Piece("scalar")
        while self._open and self._open[-1][0] >= column:
            self._open.pop()
        self._open.append((column, holder))
        beside = self._comment_after_head(line, column) if node.line > line else ""
        piece = self._piece(node)
        if not is_below:
            end = content_end(self._text, node)
            self._line = max(self._line, self._text.count("\n", 0, end))
            beside = beside or self._comment_behind(node, end)
        piece.beside = beside
        piece.below.extend(holder.below)
        self._adopt(holder, piece, column)
        return piece

    def _adopt(self, holder: Piece, piece: Piece, column: int) -> None:
        """Let comments still to come find the piece that stood open as `holder`."""
        for number, (at, one) in enumerate(self._open):
            if one is holder and at == column:
                self._open[number] = (column, piece)

    def _comment_after_head(self, line: int, column: int) -> str:
        rest = self._lines[line][column:]
        found = re.search(r"(?:[:-])\s+(#.*)$", rest)
        return found[1].rstrip() if found else ""

    def _comment_behind(self, node: Node, end: int) -> str:
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            header = self._lines[node.line][node.column :]
            found = _COMMENT.search(header)
        else:
            found = _COMMENT.search(self._text[end - 1 :].split("\n", 1)[0][1:])
        return found.group().rstrip() if found else ""

    def _gap(self, line: int, column: int) -> list[str]:
        """Comments and empty lines above `line`; those that stand deeper go to entries before."""
        gap = [one.rstrip() for one in self._lines[self._line + 1 : line] if _is_gap(one)]
        self._line = max(self._line, line - 1)
        deep = [number for number, one in enumerate(gap) if is_comment(one) and _in(one) > column]
        split = deep[-1] + 1 if deep else 0
        for one in gap[:split]:
            self._holder_of(_in(one) if one else None).below.append(one.strip())
        return _squeezed([one.strip() for one in gap[split:]])

    def _holder_of(self, column: int | None) -> Piece:
        """The innermost open entry that stands no deeper than a comment."""
        fitting = [piece for at, piece in self._open if column is None or at <= column]
        return fitting[-1] if fitting else self._open[0][1]

    def _flow(self, node: MapNode | ListNode) -> Piece:
        piece = Piece("map" if isinstance(node, MapNode) else "list")
        previous: Piece | None = None
        cursor = node.index
        for key, start, below in _flow_entries(node):
            child = self._piece(below)
            self._give_comments(cursor, start, previous, child)
            cursor, previous = below.end, child
            if isinstance(node, MapNode):
                piece.entries.append((key_text(key), child))
            else:
                piece.items.append(child)
        self._give_comments(cursor, node.end, previous, None)
        return piece

    def _give_comments(
        self, start: int, end: int, previous: Piece | None, following: Piece | None
    ) -> None:
        """Comments between two entries in braces: behind the one, or above the other."""
        for number, line in enumerate(self._text[start:end].split("\n")):
            found = _COMMENT.search(line)
            if found is None:
                continue
            comment = found.group().rstrip()
            if previous is not None and number == 0 and not previous.beside:
                previous.beside = comment
            elif following is not None:
                following.above.append(comment)
            elif previous is not None:
                previous.below.append(comment)


def _flow_entries(node: MapNode | ListNode) -> list[tuple[str, int, Node]]:
    if isinstance(node, MapNode):
        return [(key, at.index, below) for key, (at, below) in node.entries.items()]
    return [("", item.index, item) for item in node.items]


def _scalar(node: ScalarNode) -> Piece:
    value = node.data
    is_quoted = node.style in ("'", '"') and value is not None and looks_typed(value)
    return Piece(
        "scalar",
        in_flow=scalar_text(value, in_flow=True, as_read=True, keep_quotes=is_quoted),
        in_block=scalar_text(value, in_flow=False, as_read=True, keep_quotes=is_quoted),
        literal=literal_lines(value) if value is not None else None,
    )


def _is_gap(line: str) -> bool:
    return is_blank(line) or is_comment(line)


def _in(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _squeezed(lines: list[str]) -> list[str]:
    """Several empty lines made one."""
    return [one for n, one in enumerate(lines) if one or n == 0 or lines[n - 1]]


def _without_edges(lines: list[str], *, tail: bool = True) -> list[str]:
    start = 1 if lines and not lines[0] and not tail else 0
    end = len(lines)
    while tail and end > start and not lines[end - 1]:
        end -= 1
    return lines[start:end]


def _comments(source: Source) -> list[str]:
    """Every comment of a text, sorted: all that begins with # outside its scalars."""
    found: list[str] = []
    cursor = 0
    for start, end in sorted(_scalar_spans(source.root, source.text)):
        found.extend(_COMMENT.findall(source.text[cursor:start]))
        header = source.text[start:end].split("\n", 1)[0]
        if source.text[start : start + 1] in ("|", ">"):
            found.extend(_COMMENT.findall(header))
        cursor = end
    found.extend(_COMMENT.findall(source.text[cursor:]))
    return sorted(one.rstrip() for one in found)


def _scalar_spans(root: Node, text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            spans.append((node.index, max(node.index, content_end(text, node))))
        elif isinstance(node, MapNode):
            for key, below in node.entries.values():
                waiting.extend((key, below))
        else:
            waiting.extend(node.items)
    return spans
