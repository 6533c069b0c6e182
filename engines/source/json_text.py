"""Builds the tree of a JSON text: numbers and booleans stay the text they are written as.

A scanner of our own, because the standard one keeps no places and nests by recursion.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NoReturn

from engines.diagnostics import Problems
from engines.source.compose import MAX_DEPTH, MAX_NODES, StopReading
from engines.source.nodes import ListNode, MapNode, Node, Place, ScalarNode

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
      (?P<mark>[{}\[\],:])
    | (?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")
    | (?P<word>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.ASCII,
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def compose_json(text: str, problems: Problems) -> Node | None:
    """The tree of a JSON text, or None when it is blank; adds to `problems`."""
    return _JsonComposer(text, problems).compose()


@dataclass(slots=True)
class _Frame:
    node: MapNode | ListNode
    path: tuple[str | int, ...]
    key: ScalarNode | None = None


class _JsonComposer:
    """Consumes tokens with an explicit stack."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._line_starts = [0] + [found.end() for found in re.finditer("\n", text)]
        self._stack: list[_Frame] = []
        self._root: Node | None = None
        self._count = 0
        self._index = 0

    def compose(self) -> Node | None:
        kind, sign, start = self._next()
        if kind == "end":
            return None
        while True:
            self._value(kind, sign, start)
            if not self._separator():
                return self._root
            kind, sign, start = self._next()

    def _value(self, kind: str, sign: str, start: Place) -> None:
        """Take one value; an opened collection that is not empty waits for its first one."""
        if kind == "mark" and sign in "{[":
            self._open(sign, start)
        elif kind == "text":
            self._place(_scalar(start, self._index, self._unquote(sign, start), '"'))
        elif kind == "word":
            data = None if sign == "null" else sign
            self._place(_scalar(start, self._index, data))
        else:
            self._fail("a value is missing here", "Write a value, or remove the ','.", start)

    def _open(self, sign: str, start: Place) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._problems.add(
                "S014",
                (),
                f"maps and lists are nested deeper than {MAX_DEPTH}",
                hint="Look for a bracket that is never closed.",
                at=(start.line + 1, start.column + 1),
            )
            raise StopReading
        node: MapNode | ListNode = (
            MapNode(start.index, start.line, start.column, start.index, is_flow=True)
            if sign == "{"
            else ListNode(start.index, start.line, start.column, start.index, is_flow=True)
        )
        path = self._path()
        self._place(node)
        self._stack.append(_Frame(node, path))

    def _separator(self) -> bool:
        """Read up to the next value; whether there is one."""
        while self._stack:
            frame = self._stack[-1]
            is_fresh = not (frame.node.data or frame.key)
            kind, sign, start = self._next()
            if sign == ("}" if isinstance(frame.node, MapNode) else "]") and kind == "mark":
                frame.node.end = self._index
                self._stack.pop()
                continue
            if not is_fresh:
                self._demand(",", kind, sign, start)
            elif kind != "end":
                self._index = start.index
            if isinstance(frame.node, MapNode):
                self._key(frame)
            return True
        kind, _, start = self._next()
        if kind != "end":
            self._fail("the text goes on after its end", "Remove what follows.", start)
        return False

    def _key(self, frame: _Frame) -> None:
        kind, sign, start = self._next()
        if kind != "text":
            self._fail("a key must stand here in double quotes", 'Write "key": value.', start)
        frame.key = _scalar(start, self._index, self._unquote(sign, start), '"')
        kind, sign, start = self._next()
        self._demand(":", kind, sign, start)

    def _place(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            self._problems.add(
                "S013",
                self._path(),
                f"the file holds more than {MAX_NODES} values",
                hint="Split it into several apps.",
                at=(node.line + 1, node.column + 1),
            )
            raise StopReading
        if not self._stack:
            self._root = node
            return
        frame = self._stack[-1]
        if isinstance(frame.node, ListNode):
            frame.node.data.append(node.data)
            frame.node.items.append(node)
            return
        self._place_entry(frame, frame.node, node)

    def _place_entry(self, frame: _Frame, target: MapNode, node: Node) -> None:
        assert frame.key is not None  # noqa: S101  (the grammar read a key before each value)
        key = frame.key.data or ""
        if key in target.data:
            first = target.entries[key][0].line + 1
            self._problems.add(
                "S010",
                (*frame.path, key),
                f"the key {key!r} already stands on line {first}",
                hint="Remove one of the two, or rename it.",
                at=(frame.key.line + 1, frame.key.column + 1),
            )
            return
        target.data[key] = node.data
        target.entries[key] = (frame.key, node)

    def _next(self) -> tuple[str, str, Place]:
        found = _TOKEN.match(self._text, self._index)
        if found is None:
            blank = re.compile(r"\s*").match(self._text, self._index)
            start = blank.end() if blank else self._index
            self._fail("this is not JSON", "Quote texts with double quotes.", self._spot(start))
        kind = found.lastgroup or "end"
        self._index = found.end()
        return kind, found[kind], self._spot(found.start(kind))

    def _unquote(self, sign: str, start: Place) -> str:
        try:
            value = str(json.loads(sign))
        except ValueError:
            self._fail(
                "the backslash begins no known escape", "Write '\\\\' for a backslash.", start
            )
        if _CONTROL.search(value):
            self._problems.add(
                "S004",
                self._path(),
                "the text holds an escaped control character",
                hint="Only \\t and \\n may stand in a text.",
                at=(start.line + 1, start.column + 1),
            )
        return value

    def _demand(self, wanted: str, kind: str, sign: str, start: Place) -> None:
        if (kind, sign) != ("mark", wanted):
            self._fail(f"'{wanted}' is missing here", f"Write '{wanted}' before it.", start)

    def _fail(self, message: str, hint: str, start: Place) -> NoReturn:
        at = (start.line + 1, start.column + 1)
        self._problems.add("S018", (), message, hint=hint, at=at)
        raise StopReading

    def _path(self) -> tuple[str | int, ...]:
        if not self._stack:
            return ()
        frame = self._stack[-1]
        if isinstance(frame.node, ListNode):
            return (*frame.path, len(frame.node.items))
        return (*frame.path, frame.key.data or "") if frame.key else frame.path

    def _spot(self, index: int) -> Place:
        line = bisect_right(self._line_starts, index) - 1
        return Place(index, line, index - self._line_starts[line])


def _scalar(start: Place, end: int, data: str | None, quote: str = "") -> ScalarNode:
    return ScalarNode(start.index, start.line, start.column, end, data, quote)
