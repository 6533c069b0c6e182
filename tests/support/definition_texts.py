"""Texts as authors write them: any mix of blocks and braces, quotes, comments and empty lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from engines.diagnostics import Path
from engines.source.words import key_text, literal_lines, scalar_text
from tests.support.definitions import keys, words


@dataclass
class Commented:
    """A text, and the path of the entry each of its comments belongs to."""

    text: str = ""
    comments: list[tuple[Path, str]] = field(default_factory=list)


def paths_of(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of the data with its value, the root first."""
    yield path, data
    steps = data.items() if isinstance(data, dict) else enumerate(data or ())
    for step, value in steps if isinstance(data, dict | list) else ():
        yield from paths_of(value, (*path, step))


@dataclass
class _Author:
    """Writes data down, asking `choose` about each matter of taste."""

    choose: Callable[[list[Any]], Any]
    written: Commented

    def block(self, data: Any, column: int, path: Path) -> list[str]:
        lines: list[str] = []
        steps = data.items() if isinstance(data, dict) else enumerate(data)
        for step, value in steps:
            lines.extend(self._entry(step, value, column, (*path, step)))
        return lines

    def _entry(self, step: str | int, value: Any, column: int, path: Path) -> list[str]:
        pad = " " * column
        head = f"{pad}-" if isinstance(step, int) else f"{pad}{key_text(step)}:"
        above = [""] if self._is(1) else []
        above += [f"{pad}{self._comment(path, 'above')}"] if self._is(3) else []
        beside = f"  {self._comment(path, 'beside')}" if self._is(3) else ""
        if not isinstance(value, dict | list) or not value or self._is(3):
            return [*above, *self._short(head, value, column, beside)]
        is_dashed = isinstance(step, int) and not beside and not self._is(2)
        width = 2 if is_dashed else self.choose([2, 4])
        inner = self.block(value, column + width, path)
        if is_dashed and inner[0].strip()[:1] not in ("#", ""):
            return [*above, f"{head} {inner[0].lstrip(' ')}", *inner[1:]]
        return [*above, f"{head}{beside}", *inner]

    def _short(self, head: str, value: Any, column: int, beside: str) -> list[str]:
        literal = literal_lines(value) if isinstance(value, str) else None
        if literal is not None and self._is(5):
            pad = " " * (column + 2)
            body = [f"{pad}{line}" if line else "" for line in literal[1:]]
            return [f"{head} {literal[0]}{beside}", *body]
        if value is None and self._is(5):
            return [f"{head}{beside}"]
        return [f"{head} {self._flow(value, in_flow=False)}{beside}"]

    def _flow(self, value: Any, *, in_flow: bool) -> str:
        gap = self.choose([", ", ",", ",\n          "]) if value else ""
        if isinstance(value, dict):
            inside = gap.join(
                f"{key_text(key)}: {self._flow(one, in_flow=True)}" for key, one in value.items()
            )
            return f"{{{inside}}}"
        if isinstance(value, list):
            return f"[{gap.join(self._flow(one, in_flow=True) for one in value)}]"
        if isinstance(value, str) and self._is(2) and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return scalar_text(value, in_flow=in_flow, as_read=True, keep_quotes=self._is(5))

    def _comment(self, path: Path, place: str) -> str:
        comment = f"# {place} {len(self.written.comments)}."
        self.written.comments.append((path, comment))
        return comment

    def _is(self, tenths: int) -> bool:
        return bool(self.choose([False] * (10 - tenths) + [True] * tenths))


@st.composite
def _commented(draw: st.DrawFn) -> Commented:
    data = draw(
        st.dictionaries(keys, _values, min_size=1, max_size=4)
        | st.lists(_values, min_size=1, max_size=3)
    )
    written = Commented()
    author = _Author(lambda choices: draw(st.sampled_from(choices)), written)
    lines = author.block(data, 0, ())
    written.text = "\n".join(lines) + "\n"
    return written


_values = st.recursive(
    st.none() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
commented_texts = _commented()
