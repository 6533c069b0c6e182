"""Gestures on any part of a definition by its path: what the generated property editors send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.operations.sketch import Sketch
from engines.diagnostics import Path
from engines.errors import Conflict
from engines.source.words import as_written

Json = Any  # None, bool, int, Decimal, str, list or dict of these


@dataclass(frozen=True, slots=True)
class SetOption:
    """Give an option a value, or take it out (None), with the maps that lead to it."""

    path: Path
    value: Json

    def make(self, sketch: Sketch) -> None:
        if self.value is not None:
            sketch.set(self.path, self.value)
        elif sketch.has(self.path):
            sketch.delete(self.path)


@dataclass(frozen=True, slots=True)
class SetText:
    """Write a text in one locale; an empty one is taken out.

    A text written once for all locales becomes a map as soon as a second locale says something.
    """

    path: Path
    locale: str
    text: str

    def make(self, sketch: Sketch) -> None:
        written = sketch.get(self.path) if sketch.has(self.path) else None
        if isinstance(written, dict):
            self._into_map(sketch, written)
        elif self._is_only_locale(sketch, written):
            SetOption(self.path, self.text or None).make(sketch)
        elif self.text:
            sketch.set(self.path, {_first_locale(sketch): written, self.locale: self.text})

    def _into_map(self, sketch: Sketch, written: Mapping[str, Any]) -> None:
        if self.text:
            sketch.set((*self.path, self.locale), self.text)
        elif self.locale in written:
            sketch.delete(self.path if len(written) == 1 else (*self.path, self.locale))

    def _is_only_locale(self, sketch: Sketch, written: Any) -> bool:
        return written is None or self.locale in {_first_locale(sketch), ""}


@dataclass(frozen=True, slots=True)
class InsertKey:
    """Add a named part to a map, before another or at the end."""

    parent: Path
    key: str
    value: Json
    before: str | None = None

    def make(self, sketch: Sketch) -> None:
        if sketch.has(self.parent):
            sketch.insert_key(self.parent, self.key, self.value, before=self.before)
        else:
            sketch.set((*self.parent, self.key), self.value)


@dataclass(frozen=True, slots=True)
class InsertItem:
    """Add an item to a list; at the end without `index`."""

    parent: Path
    value: Json
    index: int | None = None

    def make(self, sketch: Sketch) -> None:
        if sketch.has(self.parent):
            sketch.insert_item(self.parent, self.index, self.value)
        else:
            sketch.set(self.parent, [self.value])


@dataclass(frozen=True, slots=True)
class Delete:
    """Take out what stands at a path."""

    path: Path

    def make(self, sketch: Sketch) -> None:
        sketch.delete(self.path)


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give a part another id where nothing else names it yet."""

    path: Path
    key: str

    def make(self, sketch: Sketch) -> None:
        sketch.rename_key(self.path, self.key)


@dataclass(frozen=True, slots=True)
class MoveKey:
    """Move a part within its map, before another or to the end."""

    path: Path
    before: str | None = None

    def make(self, sketch: Sketch) -> None:
        sketch.move_key(self.path, self.before)


@dataclass(frozen=True, slots=True)
class MoveItem:
    """Move an item to another place of its list or of another list.

    `index` counts in the target as it is once the item has been taken out.
    """

    path: Path
    parent: Path
    index: int

    def make(self, sketch: Sketch) -> None:
        sketch.move_item(self.path, self.parent, self.index)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Copy a part behind itself under another id."""

    path: Path
    key: str

    def make(self, sketch: Sketch) -> None:
        value = as_written(sketch.get(self.path))
        siblings = sketch.get(self.path[:-1])
        if not isinstance(siblings, dict):
            raise Conflict("only named parts can be duplicated", {"path": list(self.path)})
        names = list(siblings)
        behind = names.index(str(self.path[-1])) + 1
        before = names[behind] if behind < len(names) else None
        sketch.insert_key(self.path[:-1], self.key, value, before=before)


def _first_locale(sketch: Sketch) -> str:
    locales = sketch.data.get("locales")
    return str(locales[0]) if isinstance(locales, list) and locales else "en"
