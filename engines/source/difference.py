"""Splits the setting of a whole map or list into edits of only what differs in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.diagnostics import Path
from engines.source.edits import (
    Delete,
    DeleteItem,
    Edit,
    InsertItem,
    InsertKey,
    MoveKey,
    SetValue,
    as_words,
    at,
    has,
)


def smaller_edits(data: Any, edit: Edit) -> Iterator[Edit]:
    """`edit`, or edits of its parts that come to the same, so that comments of the rest stay."""
    if not isinstance(edit, SetValue) or not has(data, edit.path):
        yield edit
        return
    yield from _differences(edit.path, at(data, edit.path), edit.value)


def _differences(path: Path, old: Any, new: Any) -> Iterator[Edit]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        yield from _map_differences(path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _list_differences(path, old, new)
    elif repr(old) != repr(as_words(new)):
        yield SetValue(path, new)


def _map_differences(path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
    for key in old:
        if key not in new:
            yield Delete((*path, key))
    for key, value in new.items():
        if key in old:
            yield from _differences((*path, key), old[key], value)
    order = [key for key in old if key in new]
    following: str | None = None
    for key in reversed(new):
        if key not in order:
            yield InsertKey(path, key, new[key], following)
        elif _next(order, key) != following:
            yield MoveKey((*path, key), following)
        order = _placed(order, key, following)
        following = key


def _list_differences(path: Path, old: list[Any], new: list[Any]) -> Iterator[Edit]:
    """Common items at both ends stay; what is between is set, then added to or cut."""
    words = [as_words(one) for one in new]
    shortest = min(len(old), len(new))
    start = next((i for i in range(shortest) if old[i] != words[i]), shortest)
    tail = next((i for i in range(shortest - start) if old[-1 - i] != words[-1 - i]), None)
    kept = shortest - start if tail is None else tail
    shared = shortest - kept
    for index in range(start, shared):
        yield from _differences((*path, index), old[index], new[index])
    for index in reversed(range(shared, len(old) - kept)):
        yield DeleteItem(path, index)
    for index in range(shared, len(new) - kept):
        yield InsertItem(path, index, new[index])


def _next(order: list[str], key: str) -> str | None:
    place = order.index(key) + 1
    return order[place] if place < len(order) else None


def _placed(order: list[str], key: str, before: str | None) -> list[str]:
    rest = [one for one in order if one != key]
    place = len(rest) if before is None else rest.index(before)
    return [*rest[:place], key, *rest[place:]]
