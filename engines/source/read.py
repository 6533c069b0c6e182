"""Text to data, with the line of every path and every limit a hostile text must meet.

Knows nothing of schemas: every scalar is a text, an empty one None. Reads no files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from engines.diagnostics import Path, Problems
from engines.errors import DefinitionError
from engines.source.compose import StopReading, compose
from engines.source.json_text import compose_json
from engines.source.nodes import Data, MapNode, Mark, Node, ScalarNode, descend
from engines.source.syntax import report_syntax

MAX_BYTES = 1_000_000
MAX_REPORTED = 20

_CONTROL = re.compile(
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INDENT_TAB = re.compile(r"^[ ]*\t+[^\s#]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its data, and where each part of it stands.

    `data` is shared with the tree, not copied: do not change it. Data of an old format is upgraded
    by `replace(source, data=...)`; what keeps its path keeps its line.
    """

    name: str
    text: str
    root: Node
    data: Data

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column, from 1, of the key at `path`, or of its nearest ancestor."""
        node, depth = descend(self.root, path)
        if depth == 0:
            return _from_one(self.root)
        parent, _ = descend(self.root, path[: depth - 1])
        if isinstance(parent, MapNode):
            return _from_one(parent.entries[str(path[depth - 1])][0])
        return _from_one(node)


def read_source(text: str | bytes, name: str) -> Source:
    """The tree of a YAML text, or of a JSON text when the name ends so or it begins with `{`.

    Raises DefinitionError with everything wrong in the text, as far as it can be read.
    """
    problems = Problems()
    empty = Source(name, "", ScalarNode(0, 0, 0, 0, None), None)
    try:
        decoded = _decode(text, problems)
        root = _compose(decoded, name, problems)
    except StopReading:
        raise DefinitionError(problems.sorted(empty)) from None
    if root is None:
        problems.add("S016", (), "the file is empty", hint="Begin with 'format: 1'.")
    if problems or root is None:
        raise DefinitionError(problems.sorted(empty))
    return Source(name, decoded, root, root.data)


def read_yaml(text: str) -> Source:
    """The tree of a YAML text that may begin with `{`; for the editors of this package."""
    return read_source(text, "definition.yaml")


def _decode(text: str | bytes, problems: Problems) -> str:
    size_bytes = len(text) if isinstance(text, bytes) else len(text.encode(errors="replace"))
    if size_bytes > MAX_BYTES:
        problems.add(
            "S001",
            (),
            f"the file has {size_bytes:,} bytes; at most {MAX_BYTES:,} are read",
            hint="Split it into several apps.",
        )
        raise StopReading
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        problems.add(
            "S002",
            (),
            f"byte 0x{text[error.start]:02x} is not UTF-8",
            hint="Save the file in the encoding UTF-8.",
            at=_line_and_column(before, len(before)),
        )
        raise StopReading from error


def _compose(text: str, name: str, problems: Problems) -> Node | None:
    is_json = _is_json(text, name)
    _refuse_characters(text, problems, is_json=is_json)
    return compose_json(text, problems) if is_json else _compose_yaml(text, problems)


def _is_json(text: str, name: str) -> bool:
    if name.endswith((".yaml", ".yml")):
        return False
    return name.endswith(".json") or text.lstrip().startswith("{")


def _refuse_characters(text: str, problems: Problems, *, is_json: bool) -> None:
    if text.startswith("\ufeff"):
        problems.add(
            "S003",
            (),
            "the file begins with a byte order mark",
            hint="Save it as UTF-8 without one.",
            at=(1, 1),
        )
        raise StopReading
    for found in _first(_CONTROL, text):
        problems.add(
            "S004",
            (),
            f"the control character U+{ord(found.group()[0]):04X} may not stand here",
            hint="Remove it.",
            at=_line_and_column(text, found.start()),
        )
    if not is_json:
        _refuse_tabs(text, problems)
    if problems:
        raise StopReading


def _refuse_tabs(text: str, problems: Problems) -> None:
    if "\t" not in text:
        return
    for found in _first(_INDENT_TAB, text):
        problems.add(
            "S005",
            (),
            "a tab indents this line",
            hint="Indent with two spaces a level.",
            at=_line_and_column(text, text.index("\t", found.start())),
        )


def _compose_yaml(text: str, problems: Problems) -> Node | None:
    try:
        return compose(text, problems)
    except yaml.MarkedYAMLError as error:
        report_syntax(error, text, problems)
        raise StopReading from error


def _first(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    matches = pattern.finditer(text)
    return [found for found, _ in zip(matches, range(MAX_REPORTED), strict=False)]


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, index) + 1
    return (text.count("\n", 0, index) + 1, index - line_start + 1)


def _from_one(mark: Mark) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1)
