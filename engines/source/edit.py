"""Changes a definition's text as an author would: comments, order and style stay as they are.

One label changed is one line changed. Every result is read again and compared with the same edit
done to the data; where an unusual style defeats a precise change, the smallest part around it that
can be is written anew. For YAML texts; the kinds of edit stand in `edits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, assert_never

from engines.diagnostics import Path
from engines.errors import BugError, DefinitionError
from engines.source import edit_block, edit_flow
from engines.source.difference import smaller_edits
from engines.source.dump import dump, dump_entry, dump_flow, dump_item
from engines.source.edits import (
    Delete,
    DeleteItem,
    Edit,
    InsertItem,
    InsertKey,
    MoveItem,
    MoveKey,
    MoveTo,
    RenameKey,
    SetValue,
    apply_to_data,
    as_words,
    at,
    insertion,
    inverse,
)
from engines.source.fmt import fmt
from engines.source.nodes import ListNode, MapNode, Node, ScalarNode, descend
from engines.source.read import Source, read_yaml
from engines.source.replace import is_in_flow, replaced_value
from engines.source.words import key_text

__all__ = [
    "Delete",
    "DeleteItem",
    "Edit",
    "InsertItem",
    "InsertKey",
    "MoveItem",
    "MoveKey",
    "MoveTo",
    "RenameKey",
    "SetValue",
    "apply_edits",
    "apply_to_data",
    "inverse",
]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, in order; each names paths as the ones before it left them.

    Raises DefinitionError when `text` cannot be read, BugError when an edit does not fit it.
    """
    has_windows_breaks = "\r\n" in text
    source = read_yaml(text.replace("\r\n", "\n"))
    for edit in edits:
        for step in smaller_edits(source.data, edit):
            source = _edited(source, step)
    return source.text.replace("\n", "\r\n") if has_windows_breaks else source.text


def _edited(source: Source, edit: Edit) -> Source:
    expected = as_words(apply_to_data(source.data, edit))
    for attempt in _attempts(source, edit, expected):
        try:
            result = read_yaml(attempt())
        except DefinitionError:
            continue  # an unusual style defeated this attempt; the next one rewrites more
        # As text, because maps that differ in order only are equal.
        if repr(result.data) == repr(expected):
            return result
    raise BugError(f"the text cannot take {edit!r}")


def _attempts(source: Source, edit: Edit, expected: Any) -> Iterator[Callable[[], str]]:
    """The precise change, then ever larger parts written anew."""
    if isinstance(edit, MoveTo):
        yield partial(_moved_body, source, edit)
        yield partial(_moved_value, source, edit)
    else:
        yield partial(_precise, source, edit)
    path = _place(edit)
    while path:
        if descend(source.root, path)[1] == len(path):
            yield partial(replaced_value, source, path, at(expected, path), as_read=True)
        path = path[:-1]
    if not isinstance(edit, MoveTo):
        yield partial(_precise_when_tidy, source, edit)
    yield partial(dump, expected, as_read=True)


def _precise_when_tidy(source: Source, edit: Edit) -> str:
    return _precise(read_yaml(fmt(source.text)), edit)


def _precise(source: Source, edit: Edit) -> str:  # noqa: PLR0911  (one a kind of edit)
    match edit:
        case SetValue(path, value):
            return _set(source, path, value)
        case InsertKey(parent, key, value, before):
            return _insert_key(source, parent, key, value, before)
        case InsertItem(parent, index, value):
            return _insert_item(source, parent, index, value)
        case Delete(path):
            return _delete(source, path)
        case DeleteItem(parent, index):
            return _delete(source, (*parent, index))
        case RenameKey(path, key):
            return _rename(source, path, key)
        case MoveKey(path, before):
            return _move(source, path, before)
        case MoveItem(parent, index, to):
            length = len(at(source.data, parent))
            behind = to if to <= index else to + 1
            return _move(source, (*parent, index), behind if behind < length else None)
        case MoveTo():
            raise BugError("a move between parents is done in two halves")
        case _:
            assert_never(edit)


def _set(source: Source, path: Path, value: Any) -> str:
    _, depth = descend(source.root, path)
    if depth == len(path):
        return replaced_value(source, path, value)
    step = path[-1]
    if isinstance(step, int):
        return _insert_item(source, path[:-1], step, value)
    return _insert_key(source, path[:-1], step, value, None)


def _insert_key(source: Source, parent: Path, key: str, value: Any, before: str | None) -> str:
    node = _node(source, parent)
    if not isinstance(node, MapNode) or not node.entries:
        return replaced_value(source, parent, {key: value})
    if node.is_flow:
        place = len(node.entries) if before is None else list(node.entries).index(before)
        return edit_flow.inserted(source.text, node, place, f"{key_text(key)}: {dump_flow(value)}")
    lines = dump_entry(key, value, edit_block.column_of(source, node))
    spaced = edit_block.is_spaced(source, node, before)
    return edit_block.inserted(source, node, before, lines, spaced=spaced)


def _insert_item(source: Source, parent: Path, index: int, value: Any) -> str:
    node = _node(source, parent)
    if not isinstance(node, ListNode) or not node.items:
        return replaced_value(source, parent, [value])
    if node.is_flow:
        return edit_flow.inserted(source.text, node, index, dump_flow(value))
    lines = dump_item(value, edit_block.column_of(source, node))
    before = index if index < len(node.items) else None
    spaced = edit_block.is_spaced(source, node, before)
    return edit_block.inserted(source, node, before, lines, spaced=spaced)


def _delete(source: Source, path: Path) -> str:
    node, steps = _container(source, path[:-1])
    if len(steps) == 1:
        return replaced_value(source, path[:-1], {} if isinstance(node, MapNode) else [])
    if node.is_flow:
        return edit_flow.deleted(source.text, node, steps.index(path[-1]))
    return edit_block.deleted(source, node, path[-1])


def _rename(source: Source, path: Path, key: str) -> str:
    node = _node(source, path[:-1])
    if not isinstance(node, MapNode):
        raise BugError(f"only a map's entry can be renamed, not {path}")
    key_node, _ = node.entries[str(path[-1])]
    start, end = key_node.index, key_node.end
    return source.text[:start] + key_text(key) + source.text[end:]


def _move(source: Source, path: Path, before: str | int | None) -> str:
    node, steps = _container(source, path[:-1])
    if before == path[-1] or len(steps) == 1:
        return source.text
    if node.is_flow:
        order = [place for place, step in enumerate(steps) if step != path[-1]]
        place = len(order) if before is None else order.index(steps.index(before))
        order.insert(place, steps.index(path[-1]))
        return edit_flow.moved(source.text, node, order)
    lines = edit_block.body(source, node, path[-1])
    rest = read_yaml(edit_block.deleted(source, node, path[-1]))
    remaining, _ = _container(rest, path[:-1])
    if isinstance(before, int) and isinstance(path[-1], int) and before > path[-1]:
        before -= 1
    spaced = edit_block.is_spaced(source, node, path[-1])
    return edit_block.inserted(rest, remaining, before, lines, spaced=spaced)


def _moved_value(source: Source, edit: MoveTo) -> str:
    rest = _edited(source, Delete(edit.path))
    return _precise(rest, insertion(edit, at(source.data, edit.path)))


def _moved_body(source: Source, edit: MoveTo) -> str:
    """The entry's own lines at their new place, when both places are blocks of the same kind.

    The text unchanged where they are not.
    """
    node, steps = _container(source, edit.path[:-1])
    if node.is_flow or len(steps) == 1 or is_in_flow(source, edit.path[:-1]):
        return source.text
    lines = edit_block.body(source, node, edit.path[-1])
    rest = read_yaml(edit_block.deleted(source, node, edit.path[-1]))
    target = _node(rest, edit.parent)
    if isinstance(target, ScalarNode) or type(target) is not type(node) or target.is_flow:
        return source.text
    if not target.data or (isinstance(node, MapNode) and edit.key != edit.path[-1]):
        return source.text
    column = edit_block.column_of(source, node)
    lines = edit_block.shifted(lines, edit_block.column_of(rest, target) - column)
    before: str | int | None = edit.before
    if isinstance(edit.key, int):
        before = edit.key if edit.key < len(target.data) else None
    spaced = edit_block.is_spaced(rest, target, before)
    return edit_block.inserted(rest, target, before, lines, spaced=spaced)


def _node(source: Source, path: Path) -> Node:
    return descend(source.root, path)[0]


def _container(source: Source, path: Path) -> tuple[MapNode | ListNode, list[str | int]]:
    node = _node(source, path)
    if isinstance(node, ScalarNode):
        raise BugError(f"nothing stands inside {path}")
    steps: list[str | int] = list(node.entries if isinstance(node, MapNode) else [])
    return node, steps or list(range(len(node.data)))


def _place(edit: Edit) -> Path:
    """The innermost part of the text the edit is about."""
    match edit:
        case SetValue(path) | RenameKey(path) | MoveKey(path) | Delete(path):
            return path[:-1]
        case InsertKey(parent) | InsertItem(parent) | DeleteItem(parent) | MoveItem(parent):
            return parent
        case MoveTo(path, parent):
            shared = [a for a, b in zip(path[:-1], parent, strict=False) if a == b]
            return path[: len(shared)]
        case _:
            assert_never(edit)
