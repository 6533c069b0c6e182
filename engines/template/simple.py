"""Templates that only put facts between texts, as names of records do: rendered without Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from jinja2 import nodes as n

from engines.template.limits import MAX_OUTPUT
from engines.template.problems import RenderError
from engines.template.shown import shown

# texts, and the keys that lead to a fact: ("Order ", ("record", "number"))
Parts: TypeAlias = tuple[str | tuple[str, ...], ...]

_SHOWN: Final = (str, bool, int, Decimal, timedelta, type(None))


def simple_parts(template: n.Template) -> Parts | None:
    """The parts of a vetted template, or None when it does more than put facts between texts."""
    parts: list[str | tuple[str, ...]] = []
    for output in template.body:
        if not isinstance(output, n.Output):
            return None
        for node in output.nodes:
            part = node.data if isinstance(node, n.TemplateData) else _keys(node)
            if part is None:
                return None
            parts.append(part)
    return tuple(parts)


def rendered_parts(parts: Parts, data: Mapping[str, Any]) -> str:
    """The text of simple parts; raises RenderError as Jinja's way does."""
    text = "".join([one if isinstance(one, str) else _shown(one, data) for one in parts])
    if len(text) > MAX_OUTPUT:
        raise RenderError(f"the text is longer than {MAX_OUTPUT} characters")
    return text


def _shown(keys: tuple[str, ...], data: Mapping[str, Any]) -> str:
    value: Any = data
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if type(value) is str else shown(value)


def _keys(node: n.Node) -> tuple[str, ...] | None:
    """("record", "buyer.name") of a vetted look-up."""
    match node:
        case n.Name(name="_flat"):
            return ()
        case n.Name(name=name) if not name.startswith("_"):
            return (name,)
        case n.Getitem(node=base, arg=n.Const(value=str() as key)):
            before = _keys(base)
            return None if before is None else (*before, key)
        case _:
            return None
