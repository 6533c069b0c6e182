"""The catalogues of all types as plain data, for `dougong catalog` and the reference pages.

The types say all this of themselves; nothing here knows one by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from engines.assignee.catalog import source_types
from engines.flow.catalog import node_schema, node_types
from engines.form.catalog import offered_types
from engines.report.catalog import chart_types
from engines.rules.catalog import action_types
from engines.values import LocaleText

Entry = dict[str, Any]


class _Labelled(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def label(self) -> LocaleText: ...

    @property
    def example(self) -> Mapping[str, Any]: ...


def type_entries(which: str) -> list[Entry]:
    """Every type of one set: its word, title, options and an example."""
    return SETS[which]()


def _fields() -> list[Entry]:
    return [
        {**_entry(kind, kind.schema, kind.needs), "group": kind.group}
        for kind in offered_types().values()
    ]


def _nodes() -> list[Entry]:
    found = []
    for kind in node_types().values():
        schema = node_schema(kind)
        options = {name: one for name, one in schema["properties"].items() if name != "type"}
        needed = [name for name in schema["required"] if name != "type"]
        found.append({**_entry(kind, options, needed), "group": kind.group})
    return found


def _actions() -> list[Entry]:
    return [
        {
            **_entry(kind, kind.schema.get("properties", {}), kind.schema.get("required", ())),
            "group": kind.group,
        }
        for kind in action_types().values()
    ]


def _charts() -> list[Entry]:
    return [
        {**_entry(kind, kind.schema, ()), "group": kind.group} for kind in chart_types().values()
    ]


def _assignees() -> list[Entry]:
    return [
        {**_entry(kind, {kind.name: kind.value_schema, **kind.options}, (kind.name,)), "group": ""}
        for kind in source_types().values()
    ]


SETS: Mapping[str, Callable[[], list[Entry]]] = MappingProxyType(
    {
        "fields": _fields,
        "nodes": _nodes,
        "actions": _actions,
        "charts": _charts,
        "assignees": _assignees,
    }
)


def _entry(kind: _Labelled, options: Mapping[str, Any], needed: Iterable[str]) -> Entry:
    wanted = set(needed)
    return {
        "type": kind.name,
        "title": kind.label.in_locale("en"),
        "options": [
            _option(name, schema, is_needed=name in wanted) for name, schema in options.items()
        ],
        "example": dict(kind.example),
    }


def _option(name: str, schema: Mapping[str, Any], *, is_needed: bool) -> Entry:
    return {
        "name": name,
        "title": schema.get("title", ""),
        "about": schema.get("description", ""),
        "takes": _takes(schema),
        "is_needed": is_needed,
    }


def _takes(schema: Mapping[str, Any]) -> str:
    """What may be written, in a few words: `text`, `whole number`, `one of any, all`."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{one}`" for one in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1].replace("_", " ")
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_takes(one) for one in schema["anyOf"]))
    kinds = schema.get("type", "any")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    return " or ".join(_WORDS.get(name, name) for name in names if name != "null")


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "map",
    "array": "list",
}
