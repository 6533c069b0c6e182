"""The closed set of gestures, and their JSON: `{"op": "set_text", "path": [...], ...}`.

What each does stands in its own module; unknown gestures, keys and shapes are refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeAlias, cast

from builder.operations.flow import (
    AddNode,
    ConnectNodes,
    DisconnectNodes,
    MoveNodes,
    RemoveNode,
    RenameNode,
)
from builder.operations.form import (
    AddBlock,
    AddField,
    DuplicateField,
    MoveInLayout,
    RemoveBlock,
    RemoveField,
    RenameField,
)
from builder.operations.paste import PasteBlock, PasteField, PasteNode
from builder.operations.tree import (
    Delete,
    Duplicate,
    InsertItem,
    InsertKey,
    MoveItem,
    MoveKey,
    RenameKey,
    SetOption,
    SetText,
)
from engines.diagnostics import Path
from engines.errors import FieldErrors, FieldProblem

Operation: TypeAlias = (
    AddBlock
    | AddField
    | AddNode
    | ConnectNodes
    | Delete
    | DisconnectNodes
    | Duplicate
    | DuplicateField
    | InsertItem
    | InsertKey
    | MoveInLayout
    | MoveItem
    | MoveKey
    | MoveNodes
    | PasteBlock
    | PasteField
    | PasteNode
    | RemoveBlock
    | RemoveField
    | RemoveNode
    | RenameField
    | RenameKey
    | RenameNode
    | SetOption
    | SetText
)

OPERATIONS: Mapping[str, type[Operation]] = {
    "add_block": AddBlock,
    "add_field": AddField,
    "add_node": AddNode,
    "connect_nodes": ConnectNodes,
    "delete": Delete,
    "disconnect_nodes": DisconnectNodes,
    "duplicate": Duplicate,
    "duplicate_field": DuplicateField,
    "insert_item": InsertItem,
    "insert_key": InsertKey,
    "move_in_layout": MoveInLayout,
    "move_item": MoveItem,
    "move_key": MoveKey,
    "move_nodes": MoveNodes,
    "paste_block": PasteBlock,
    "paste_field": PasteField,
    "paste_node": PasteNode,
    "remove_block": RemoveBlock,
    "remove_field": RemoveField,
    "remove_node": RemoveNode,
    "rename_field": RenameField,
    "rename_key": RenameKey,
    "rename_node": RenameNode,
    "set_option": SetOption,
    "set_text": SetText,
}

_NAMES = {kind: name for name, kind in OPERATIONS.items()}
_SENTENCES = {
    "unknown_operation": "This is not a gesture of the designer.",
    "unknown_key": "The gesture knows no such key.",
    "required": "The gesture needs this key.",
    "wrong_shape": "The gesture cannot take this value here.",
}
_MAX_DEPTH = 60
_MAX_TEXT = 100_000


def read_operation(data: object, at: str = "operation") -> Operation:
    """A gesture from its JSON. Raises FieldErrors naming every key that is wrong."""
    if not isinstance(data, dict) or data.get("op") not in OPERATIONS:
        raise FieldErrors([_problem(f"{at}.op", "unknown_operation")])
    kind = OPERATIONS[data["op"]]
    known = {one.name: one for one in fields(kind)}
    problems = [
        _problem(f"{at}.{key}", "unknown_key") for key in data if key not in known and key != "op"
    ]
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in data:
            code = _refusal(one, data[name])
            values[name] = _as_path(one, data[name])
        else:
            code = "required" if one.default is MISSING else ""
        if code:
            problems.append(_problem(f"{at}.{name}", code))
    if problems:
        raise FieldErrors(problems)
    return kind(**values)


def write_operation(operation: Operation) -> dict[str, Any]:
    """The JSON that `read_operation` reads."""
    written: dict[str, Any] = {"op": name_of(operation)}
    for one in fields(operation):
        value = getattr(operation, one.name)
        written[one.name] = list(value) if isinstance(value, tuple) else value
    return written


def name_of(operation: Operation) -> str:
    """`set_text`: the word for the gesture in JSON and in the history."""
    return _NAMES[type(operation)]


def _problem(path: str, code: str) -> FieldProblem:
    # Programs read this, not people: the sentence needs no catalogue.
    return FieldProblem(path, code, {"message": _SENTENCES[code]})


def _refusal(one: Field[Any], value: object) -> str:
    check = _CHECKS[str(one.type)]
    return "" if check(value) else "wrong_shape"


def _as_path(one: Field[Any], value: Any) -> Any:
    is_path = str(one.type).startswith("Path")
    return tuple(value) if is_path and isinstance(value, list) else value


def _is_path(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _MAX_DEPTH and all(map(_is_step, value))


def _is_step(step: object) -> bool:
    if isinstance(step, bool):
        return False
    return (isinstance(step, str) and 0 < len(step) <= 200) or (
        isinstance(step, int) and 0 <= step < 50_000
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_TEXT and "\x00" not in value


def _is_id(value: object) -> bool:
    return _is_text(value) and 0 < len(cast(str, value)) <= 200


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1_000_000


def _optional(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or check(value)


# By the annotation of the dataclass's field, as written there.
_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "Path": _is_path,
    "Path | None": _optional(_is_path),
    "str": _is_text,
    "str | None": _optional(_is_id),
    "int": _is_number,
    "int | None": _optional(_is_number),
    "bool": lambda value: isinstance(value, bool),
    "Json": lambda value: True,
}

__all__ = ["OPERATIONS", "Operation", "Path", "name_of", "read_operation", "write_operation"]
