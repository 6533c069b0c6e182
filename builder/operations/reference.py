"""Where an app names a field or a node, so that a rename reaches every place.

Works on the written data: expressions and templates are searched for the whole word only, never
parsed; what is missed is reported by the linker with a suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from builder.operations.sketch import Sketch
from engines.diagnostics import Path

# Maps whose keys are field ids, and lists whose items are: {"set": {"status": "done"}}
_KEYED_BY_FIELD = frozenset({"set", "set_value", "keep", "fields"})
_LISTS_OF_FIELDS = frozenset(
    {"columns", "fields", "search", "sort", "edit", "required", "hidden", "layout", "blocks", "by"}
)
_NAMES_A_FIELD = frozenset({"field", "value", "min", "max", "sum", "mean", "percentile"})


def rename_in_form(sketch: Sketch, form: str, old: str, new: str) -> None:
    """Rename the field in its form, in rules and flows on the form, and in reports of it."""
    for section in _sections(sketch.data, form):
        for path, word in list(_mentions(sketch.get(section), section, old)):
            if path[-1] == old and word is None:
                sketch.rename_key(path, new)
            elif word is not None:
                sketch.set(path, _renamed(word, old, new, is_id=_holds_id(path)))


def _sections(data: Mapping[str, Any], form: str) -> Iterator[Path]:
    """Parts of the app in which a bare field id or `record.` means this form."""
    for part in ("layout", "views", "access", "name", "fields"):
        if part in _map(_map(data.get("forms")).get(form)):
            yield ("forms", form, part)
    for kind, belongs in (("rules", _is_on), ("flows", _is_on), ("reports", _is_of)):
        for key, options in _map(data.get(kind)).items():
            if belongs(_map(options), form):
                yield (kind, key)


def _is_on(options: Mapping[str, Any], form: str) -> bool:
    trigger = options.get("on")
    return options.get("for") == form or any(word == form for word in _texts(trigger))


def _is_of(options: Mapping[str, Any], form: str) -> bool:
    return options.get("of") == form


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, str):
        yield data


def _mentions(data: Any, path: Path, old: str) -> Iterator[tuple[Path, str | None]]:
    """(path, text) of each text that names the field; (path, None) of each key that does.

    Keys come after what stands below them, so that their paths still hold.
    """
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _mentions(value, (*path, key), old)
        if old in data and path[-1] in _KEYED_BY_FIELD and _is_access(path):
            yield (*path, old), None
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _mentions(item, (*path, index), old)
    elif isinstance(data, str) and _renamed(data, old, "", is_id=_holds_id(path)) != data:
        yield path, data


def _is_access(path: Path) -> bool:
    """A form's own `fields` holds the definitions, which `RenameField` has renamed already."""
    return not (path[0] == "forms" and len(path) == 3)


def _holds_id(path: Path) -> bool:
    """Whether a text at `path` is a field id as such, not a sentence or an expression."""
    if path[-1] in _NAMES_A_FIELD:
        return True
    names = [step for step in path if isinstance(step, str)]
    return isinstance(path[-1], int) and names[-1] in _LISTS_OF_FIELDS


def _renamed(text: str, old: str, new: str, *, is_id: bool) -> str:
    if is_id and text.lstrip("-") == old:
        return text.replace(old, new)
    word = re.escape(old)
    in_expression = re.sub(rf"\b(record|old)\.{word}\b", rf"\1.{new}", text)
    return re.sub(rf"(\{{\{{\s*){word}\b", rf"\g<1>{new}", in_expression)


def _map(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}
