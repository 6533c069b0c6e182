"""The kinds of edit, what each does to data, and which edit takes it back.

How they change a text stands in `edit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from engines.diagnostics import Path, format_path
from engines.errors import BugError


@dataclass(frozen=True, slots=True)
class SetValue:
    """Replace the value at `path`, or append it where only its map or list is there."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class InsertKey:
    """Put a new entry into a map, before another or at the end."""

    parent: Path
    key: str
    value: Any
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Take out an entry of a map or an item of a list."""

    path: Path


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give the entry at `path` another key, in its place."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class MoveKey:
    """Move an entry within its map, before another or to the end."""

    path: Path
    before: str | None = None


@dataclass(frozen=True, slots=True)
class InsertItem:
    """Put an item into a list so that it has `index` afterwards."""

    parent: Path
    index: int
    value: Any


@dataclass(frozen=True, slots=True)
class DeleteItem:
    """Take an item out of a list."""

    parent: Path
    index: int


@dataclass(frozen=True, slots=True)
class MoveItem:
    """Move an item within its list so that it has index `to` afterwards."""

    parent: Path
    index: int
    to: int


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Move an entry or item into another map (under `key`) or list (at index `key`).

    `parent` and `key` count in the data as it is once the moved part has been taken out.
    """

    path: Path
    parent: Path
    key: str | int
    before: str | None = None


Edit = (
    SetValue
    | InsertKey
    | Delete
    | RenameKey
    | MoveKey
    | InsertItem
    | DeleteItem
    | MoveItem
    | MoveTo
)


def apply_to_data(data: Any, edit: Edit) -> Any:  # noqa: PLR0911  (one a kind of edit)
    """The data after the edit; what is not touched is shared, nothing is changed in place.

    Raises BugError when the edit does not fit the data.
    """
    match edit:
        case SetValue(path, value):
            return _replaced(data, path, value)
        case InsertKey(parent, key, value, before):
            target = at(data, parent)
            entries = {} if target is None else target  # a bare `key:` takes its first entry
            return _replaced(data, parent, _with_key(entries, key, value, before))
        case Delete(path):
            return _replaced(data, path[:-1], _without(at(data, path[:-1]), path[-1]))
        case RenameKey(path, key):
            olds = at(data, path[:-1])
            renamed = {key if old == path[-1] else old: value for old, value in olds.items()}
            return _replaced(data, path[:-1], renamed)
        case MoveKey(path, before):
            rest = _without(at(data, path[:-1]), path[-1])
            moved = _with_key(rest, str(path[-1]), at(data, path), before)
            return _replaced(data, path[:-1], moved)
        case InsertItem(parent, index, value):
            items = at(data, parent) or []
            return _replaced(data, parent, [*items[:index], value, *items[index:]])
        case DeleteItem(parent, index):
            return apply_to_data(data, Delete((*parent, index)))
        case MoveItem(parent, index, to):
            moved = at(data, (*parent, index))
            rest = apply_to_data(data, DeleteItem(parent, index))
            return apply_to_data(rest, InsertItem(parent, to, moved))
        case MoveTo(path):
            rest = apply_to_data(data, Delete(path))
            return apply_to_data(rest, insertion(edit, at(data, path)))
        case _:
            assert_never(edit)


def insertion(move: MoveTo, value: Any) -> InsertKey | InsertItem:
    """The second half of a move: putting the value where it goes."""
    if isinstance(move.key, int):
        return InsertItem(move.parent, move.key, value)
    return InsertKey(move.parent, move.key, value, move.before)


def inverse(edit: Edit, data: Any) -> Edit:  # noqa: PLR0911  (one a kind of edit)
    """The edit that takes `edit` back; `data` is what it is going to be applied to.

    Equal in data; comments inside a deleted part do not come back.
    """
    match edit:
        case SetValue(path, _):
            is_new = path != () and not has(data, path)
            return Delete(path) if is_new else SetValue(path, at(data, path))
        case InsertKey(parent, key, _, _):
            is_bare = at(data, parent) is None
            return SetValue(parent, None) if is_bare else Delete((*parent, key))
        case Delete(path):
            return _restored(data, path)
        case RenameKey(path, key):
            return RenameKey((*path[:-1], key), str(path[-1]))
        case MoveKey(path, _):
            return MoveKey(path, _next_key(at(data, path[:-1]), str(path[-1])))
        case InsertItem(parent, index, _):
            items = at(data, parent)
            is_bare = items is None
            return (
                SetValue(parent, None)
                if is_bare
                else DeleteItem(parent, min(index, len(items or ())))
            )
        case DeleteItem(parent, index):
            return InsertItem(parent, index, at(data, (*parent, index)))
        case MoveItem(parent, index, to):
            return MoveItem(parent, to, index)
        case MoveTo(path, parent, key):
            return _moved_back(data, path, (*parent, key))
        case _:
            assert_never(edit)


def at(data: Any, path: Path) -> Any:
    """What stands at `path`. Raises BugError when nothing does."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError) as error:
            raise BugError(f"an edit names {format_path(path)}, which is not there") from error
    return data


def has(data: Any, path: Path) -> bool:
    """Whether something stands at `path`."""
    for step in path:
        is_there = isinstance(data, dict) and step in data
        is_there = is_there or (
            isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        )
        if not is_there:
            return False
        data = data[step]
    return True


def as_words(value: Any) -> Any:
    """Typed data as a text holds it: every scalar a word."""
    if isinstance(value, dict):
        return {key: as_words(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_words(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else value


def _replaced(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, dict) and isinstance(step, str) and (step in data or not rest):
        return {**data, step: _replaced(data.get(step), rest, value)}
    if isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data) + (not rest):
        below = data[step] if step < len(data) else None
        return [*data[:step], _replaced(below, rest, value), *data[step + 1 :]]
    raise BugError(f"an edit names {format_path(path)}, which is not there")


def _with_key(target: dict[str, Any], key: str, value: Any, before: str | None) -> dict[str, Any]:
    if key in target:
        raise BugError(f"an edit inserts {key!r}, which is there already")
    entries = list(target.items())
    place = len(entries) if before is None else list(target).index(before)
    return dict([*entries[:place], (key, value), *entries[place:]])


def _without(container: Any, step: str | int) -> Any:
    if isinstance(container, dict) and step in container:
        return {key: value for key, value in container.items() if key != step}
    if isinstance(container, list) and isinstance(step, int) and 0 <= step < len(container):
        return [*container[:step], *container[step + 1 :]]
    raise BugError(f"an edit deletes {step!r}, which is not there")


def _restored(data: Any, path: Path) -> Edit:
    parent, step = path[:-1], path[-1]
    value = at(data, path)
    if isinstance(step, int):
        return InsertItem(parent, step, value)
    return InsertKey(parent, step, value, _next_key(at(data, parent), step))


def _moved_back(data: Any, path: Path, target: Path) -> Edit:
    parent, step = path[:-1], path[-1]
    before = None if isinstance(step, int) else _next_key(at(data, parent), step)
    # Where the move took an item out or put one in, the way back counts accordingly.
    return MoveTo(target, parent, step, before)


def _next_key(target: dict[str, Any], key: str) -> str | None:
    keys = list(target)
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else None
