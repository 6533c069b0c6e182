"""Builds the tree of a YAML text from parser events, refusing what definitions do without.

Events come from libyaml where it is installed (26 times faster), else from the pure parser; the
composer is our own and iterative, because libyaml's loader dies on deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from engines.diagnostics import Path, Problems
from engines.source.nodes import Data, ListNode, MapNode, Mark, Node, ScalarNode

MAX_NODES = 50_000
MAX_DEPTH = 60

_EMPTY_WORDS = frozenset({"", "~", "null"})
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NATIVE: type[Any] | None = getattr(yaml, "CLoader", None)


class StopReading(Exception):
    """The problem just added makes reading on pointless."""


def compose(text: str, problems: Problems, *, native: bool = True) -> Node | None:
    """The tree of the only document in `text`, or None when there is none.

    Adds to `problems`; stops at the first syntax error or limit passed.
    """
    loader = _NATIVE if native and _NATIVE is not None else yaml.SafeLoader
    composer = _Composer(problems)
    composer.consume(yaml.parse(text, Loader=loader))
    return composer.root


@dataclass(slots=True)
class _Frame:
    """A collection being filled; `key` is the map key that waits for its value."""

    node: MapNode | ListNode
    path: Path
    key: ScalarNode | None = None
    wants_key: bool = True
    is_muted: bool = False


class _Composer:
    """Keeps an explicit stack of open collections; each event is one short step."""

    def __init__(self, problems: Problems) -> None:
        self.root: Node | None = None
        self._problems = problems
        self._stack: list[_Frame] = []
        self._count = 0
        self._documents = 0
        self._steps = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_map,
            yaml.SequenceStartEvent: self._open_list,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def consume(self, events: Iterator[Any]) -> None:
        """Take every event of the text."""
        steps = self._steps
        for event in events:
            step = steps.get(type(event))
            if step is not None:
                step(event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if event.version or event.tags:
            self._add("S017", event, "a '%' directive is not used here", "Remove the line.")
        if self._documents > 1:
            self._add(
                "S012",
                event,
                "a second document begins here",
                "Remove the '---' line; one file holds one app.",
            )
            raise StopReading

    def _scalar(self, event: Any) -> None:
        value: str = event.value
        style: str = event.style or ""
        if event.anchor or event.tag:
            self._refuse_decoration(event)
        if style == '"' and _CONTROL.search(value):
            self._add(
                "S004",
                event,
                "the text holds an escaped control character",
                "Only \\t and \\n may stand in a text.",
            )
        # An empty word is nothing only as a value; the key `null` is the text "null".
        is_nothing = not style and value in _EMPTY_WORDS
        data = None if is_nothing and not self._at_key() else value
        mark = event.start_mark
        end = event.end_mark.index
        self._place(ScalarNode(mark.index, mark.line, mark.column, end, data, style))

    def _open_map(self, event: Any) -> None:
        mark = event.start_mark
        node = MapNode(mark.index, mark.line, mark.column, mark.index, event.flow_style)
        self._open(event, node)

    def _open_list(self, event: Any) -> None:
        mark = event.start_mark
        node = ListNode(mark.index, mark.line, mark.column, mark.index, event.flow_style)
        self._open(event, node)

    def _open(self, event: Any, node: MapNode | ListNode) -> None:
        if event.anchor or event.tag:
            self._refuse_decoration(event)
        if len(self._stack) >= MAX_DEPTH:
            self._problems.add(
                "S014",
                (),
                f"maps and lists are nested deeper than {MAX_DEPTH}",
                hint="Look for a bracket that is never closed.",
                at=_at(event.start_mark),
            )
            raise StopReading
        path = self._path()
        is_muted = bool(self._stack) and self._stack[-1].is_muted
        is_key = self._at_key()
        self._place(node)
        self._stack.append(_Frame(node, path, is_muted=is_muted or is_key))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        frame.node.end = event.end_mark.index

    def _alias(self, event: Any) -> None:
        self._add(
            "S008",
            event,
            f"the alias '*{event.anchor}' is not used here",
            "Write the value out; a text that begins with '*' needs quotes.",
        )
        mark = event.start_mark
        self._place(ScalarNode(mark.index, mark.line, mark.column, event.end_mark.index, None))

    def _place(self, node: Node) -> None:
        """Put a finished scalar or a fresh collection where the innermost frame wants it."""
        self._count += 1
        if self._count > MAX_NODES:
            self._problems.add(
                "S013",
                self._path(),
                f"the file holds more than {MAX_NODES} values",
                hint="Split it into several apps.",
                at=_at(node),
            )
            raise StopReading
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        if isinstance(frame.node, ListNode):
            frame.node.data.append(node.data)
            frame.node.items.append(node)
        elif frame.wants_key:
            self._take_key(frame, node)
        else:
            self._take_value(frame, frame.node, node)

    def _take_key(self, frame: _Frame, node: Node) -> None:
        frame.wants_key = False
        is_word = isinstance(node, ScalarNode) and (node.data or node.style)
        frame.key = node if isinstance(node, ScalarNode) and is_word else None
        if is_word or frame.is_muted:
            return
        self._problems.add(
            "S015",
            frame.path,
            "a key must be a word",
            hint="Write 'key: value'; a value that holds braces needs quotes.",
            at=_at(node),
        )

    def _take_value(self, frame: _Frame, target: MapNode, node: Node) -> None:
        frame.wants_key = True
        if frame.key is None or frame.is_muted:
            return
        key = frame.key.data or ""
        if key == "<<" and not frame.key.style:
            self._refuse_merge(frame.path, frame.key)
        elif key in target.data:
            self._refuse_repeat(frame.path, frame.key, target.entries[key][0])
        else:
            data: Data = node.data
            target.data[key] = data
            target.entries[key] = (frame.key, node)

    def _refuse_merge(self, path: Path, key: ScalarNode) -> None:
        self._problems.add(
            "S009",
            path,
            "the merge key '<<' is not used here",
            hint="Write the keys out.",
            at=_at(key),
        )

    def _refuse_repeat(self, path: Path, key: ScalarNode, first: Mark) -> None:
        self._problems.add(
            "S010",
            (*path, key.data or ""),
            f"the key {key.data!r} already stands on line {first.line + 1}",
            hint="Remove one of the two, or rename it.",
            at=_at(key),
        )

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor:
            self._add(
                "S007",
                event,
                f"the anchor '&{event.anchor}' is not used here",
                "Remove it; a text that begins with '&' needs quotes.",
            )
        if event.tag:
            self._add(
                "S011",
                event,
                f"the tag '{_short_tag(event.tag)}' is not used here",
                "Remove it; a text that begins with '!' needs quotes.",
            )

    def _add(self, code: str, event: Any, message: str, hint: str) -> None:
        self._problems.add(code, self._path(), message, hint=hint, at=_at(event.start_mark))

    def _at_key(self) -> bool:
        frame = self._stack[-1] if self._stack else None
        return frame is not None and isinstance(frame.node, MapNode) and frame.wants_key

    def _path(self) -> Path:
        """Where the next node will stand."""
        if not self._stack:
            return ()
        frame = self._stack[-1]
        if isinstance(frame.node, ListNode):
            return (*frame.path, len(frame.node.items))
        if frame.wants_key or frame.key is None:
            return frame.path
        return (*frame.path, frame.key.data or "")


def _at(mark: Mark) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1)


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")
