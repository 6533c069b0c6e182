"""A definition's data being changed, with the edits that make the same change in its text.

The text itself is changed by `engines.source.edit`; which gesture wants what stands in the modules
beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.diagnostics import Path, format_path
from engines.errors import Conflict
from engines.source.edits import (
    Delete,
    Edit,
    InsertItem,
    InsertKey,
    MoveItem,
    MoveKey,
    MoveTo,
    RenameKey,
    SetValue,
    apply_to_data,
    at,
    has,
)


class Sketch:
    """Collects edits while applying each to the data, so that the next sees it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data: Mapping[str, Any] = data
        self.edits: list[Edit] = []
        self.touched: list[Path] = []

    def has(self, path: Path) -> bool:
        """Whether something stands at `path`."""
        return has(self.data, path)

    def get(self, path: Path) -> Any:
        """What stands at `path`. Raises Conflict when it is gone."""
        if not has(self.data, path):
            raise missing(path)
        return at(self.data, path)

    def set(self, path: Path, value: Any) -> None:
        """Replace the value at `path`, or put it there with the maps that lead to it."""
        if self.has(path):
            self._note(SetValue(path, value), path)
            return
        depth = next(size for size in range(1, len(path) + 1) if not self.has(path[:size]))
        for step in reversed(path[depth:]):
            value = {_key(step, path): value}
        self.insert_key(path[: depth - 1], _key(path[depth - 1], path), value)

    def insert_key(self, parent: Path, key: str, value: Any, *, before: str | None = None) -> None:
        """Put `key: value` into a map. Raises Conflict when the key is taken."""
        target = self._map(parent)
        if key in target:
            raise _taken((*parent, key))
        place = before if before in target else None
        self._note(InsertKey(parent, key, value, place), (*parent, key))

    def insert_item(self, parent: Path, index: int | None, value: Any) -> None:
        """Put an item into a list; at the end without `index`."""
        size = len(self._list(parent))
        place = size if index is None else min(index, size)
        # An item at the end moves no other: it meets nobody else's change of this list.
        touched = (*parent, place) if index is None else parent
        self._note(InsertItem(parent, place, value), touched)

    def delete(self, path: Path) -> None:
        """Take out what stands at `path`."""
        self.get(path)
        is_item = isinstance(path[-1], int)
        self._note(Delete(path), path[:-1] if is_item else path)

    def rename_key(self, path: Path, key: str) -> None:
        """Give the entry at `path` another key, in its place."""
        self.get(path)
        if key in self._map(path[:-1]):
            raise _taken((*path[:-1], key))
        self._note(RenameKey(path, key), path, (*path[:-1], key))

    def move_key(self, path: Path, before: str | None) -> None:
        """Move the entry at `path` within its map; to the end without `before`."""
        self.get(path)
        target = self._map(path[:-1])
        if before == path[-1] or (before is not None and before not in target):
            return
        self._note(MoveKey(path, before), path)

    def move_item(self, path: Path, parent: Path, index: int) -> None:
        """Move a list's item to another place of it, or of another list.

        `index` counts in the target as it is once the item has been taken out.
        """
        self.get(path)
        size = len(self._list(parent))
        if path[:-1] == parent:
            self._note(MoveItem(parent, _index(path), min(index, size - 1)), parent)
            return
        target = _after_removal(parent, path)
        self._note(MoveTo(path, target, min(index, size)), path[:-1], parent)

    def _note(self, edit: Edit, *touched: Path) -> None:
        self.data = apply_to_data(self.data, edit)
        self.edits.append(edit)
        self.touched.extend(touched)

    def _map(self, path: Path) -> dict[str, Any]:
        found = self.get(path)
        if not isinstance(found, dict):
            raise Conflict(f"{format_path(path)} is no map", {"path": list(path)})
        return found

    def _list(self, path: Path) -> list[Any]:
        found = self.get(path)
        if not isinstance(found, list):
            raise Conflict(f"{format_path(path)} is no list", {"path": list(path)})
        return found


def missing(path: Path) -> Conflict:
    """Refusal of a gesture whose target somebody took away."""
    return Conflict(f"{format_path(path)} is no longer there", {"path": list(path)})


def list_items(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text that is an item of a list below `data`, with its path, last one first.

    Last first, so that taking one out moves none that is still to come.
    """
    if isinstance(data, list):
        for index in reversed(range(len(data))):
            if isinstance(data[index], str):
                yield (*path, index), data[index]
            else:
                yield from list_items(data[index], (*path, index))
    elif isinstance(data, dict):
        for key in reversed(data):
            yield from list_items(data[key], (*path, key))


def _taken(path: Path) -> Conflict:
    return Conflict(f"{format_path(path)} is there already", {"path": list(path)})


def _after_removal(parent: Path, removed: Path) -> Path:
    """`parent` once the item at `removed` is gone: later items of that list have moved up."""
    depth = len(removed) - 1
    if len(parent) <= depth or parent[:depth] != removed[:depth]:
        return parent
    step, taken = parent[depth], _index(removed)
    if not isinstance(step, int) or step < taken:
        return parent
    if step == taken:
        raise Conflict("A block cannot be moved into itself", {"path": list(removed)})
    return (*parent[:depth], step - 1, *parent[depth + 1 :])


def _index(path: Path) -> int:
    step = path[-1]
    if not isinstance(step, int):
        raise Conflict(f"{format_path(path)} is no item of a list", {"path": list(path)})
    return step


def _key(step: str | int, path: Path) -> str:
    if not isinstance(step, str):
        raise missing(path)
    return step
