"""A typed tree as JSON for the browser's evaluator (`runtime/ui/expression/`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, assert_never

from engines.expression import tree as ir
from engines.expression.patterns import Pattern
from engines.expression.tree import Node
from engines.expression.types import (
    Choice,
    LinkType,
    ListOf,
    MoneyType,
    RecordType,
    Scalar,
    TreeType,
    Type,
)
from engines.values import Value

Json: TypeAlias = dict[str, Any]


def tree_to_json(node: Node) -> Json:  # noqa: PLR0911  one line a node
    """`{"op": "compare", "sign": "==", "left": {…}, "right": {…}}` and the like."""
    match node:
        case ir.Literal():
            return {"op": "literal", "value": value_to_json(node.value), "type": tag(node.type)}
        case ir.Path():
            return {"op": "path", "root": node.root, "key": node.key, "type": tag(node.type)}
        case ir.Part():
            return {
                "op": "part",
                "of": tree_to_json(node.value),
                "name": node.name,
                "type": tag(node.type),
            }
        case ir.Pluck():
            return {"op": "pluck", "of": tree_to_json(node.rows), "name": node.name}
        case ir.Items():
            return {"op": "list", "of": _all(node.elements)}
        case ir.Negative():
            return {"op": "negative", "of": tree_to_json(node.value)}
        case ir.Not():
            return {"op": "not", "of": tree_to_json(node.value)}
        case ir.Logic():
            return {"op": "and" if node.is_and else "or", "of": _all(node.operands)}
        case _:
            return _wide(node)


def _wide(node: ir.Arithmetic | ir.Compare | ir.Conditional | ir.Call | ir.Decide) -> Json:
    match node:
        case ir.Arithmetic() | ir.Compare():
            return {
                "op": "arithmetic" if isinstance(node, ir.Arithmetic) else "compare",
                "sign": node.operator.value,
                "left": tree_to_json(node.left),
                "right": tree_to_json(node.right),
            }
        case ir.Conditional():
            parts = (node.condition, node.then, node.otherwise)
            return {"op": "if", "of": _all(parts)}
        case ir.Call():
            return _call(node)
        case ir.Decide():
            return {"op": "decide", "table": node.table, "type": tag(node.type)}
        case _:
            assert_never(node)


def _call(node: ir.Call) -> Json:
    found: Json = {
        "op": "call",
        "name": node.function.name,
        "of": _all(node.arguments),
        "on_null": node.function.on_null.value,
    }
    if isinstance(node.prepared, Pattern):
        found["prepared"] = node.prepared.browser
    elif isinstance(node.prepared, frozenset):
        found["prepared"] = sorted(node.prepared)
    return found


def tag(kind: Type) -> Any:
    """The type as the browser reads values by it: "date", ["list", "text"], ["row", {…}]."""
    match kind:
        case Scalar():
            return kind.name
        case Choice() | TreeType() | LinkType():
            return "text"
        case MoneyType():
            return "money"
        case ListOf():
            return ["list", tag(kind.element)]
        case RecordType():
            return ["row", {name: tag(inner) for name, inner in kind.fields.items()}]
        case _:
            assert_never(kind)


def value_to_json(value: Value) -> Any:
    """A plain value as JSON: numbers as text, instants in UTC, durations in microseconds."""
    match value:
        case None | bool() | str():
            return value
        case int() | Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return str(value // timedelta(microseconds=1))
        case list():
            return [value_to_json(one) for one in value]
        case _:
            return {str(key): value_to_json(one) for key, one in value.items()}


def _all(nodes: tuple[Node, ...]) -> list[Json]:
    return [tree_to_json(node) for node in nodes]
