"""A vetted syntax tree to a typed tree: names, fields, types, functions; all mistakes at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

from engines.diagnostics import did_you_mean
from engines.expression import tree as ir
from engines.expression.arithmetic import OPERATIONS
from engines.expression.calls import checked_call
from engines.expression.limits import NUMBER_LIMIT
from engines.expression.names import Names
from engines.expression.operands import check_comparison, check_condition, check_option, fits
from engines.expression.problems import Findings
from engines.expression.scope import Scope
from engines.expression.tree import Comparison, Node, Operator
from engines.expression.types import (
    BOOLEAN,
    DURATION,
    MONEY,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    ListOf,
    Scalar,
    Type,
    is_textual,
    joined,
)

_SIGNS: Final[Mapping[type[ast.operator], Operator]] = {
    ast.Add: Operator.ADD,
    ast.Sub: Operator.SUBTRACT,
    ast.Mult: Operator.MULTIPLY,
    ast.Div: Operator.DIVIDE,
    ast.FloorDiv: Operator.FLOOR_DIVIDE,
    ast.Mod: Operator.MODULO,
}
# (comparison, whether its answer is turned round)
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[Comparison, bool]]] = {
    ast.Eq: (Comparison.EQUAL, False),
    ast.NotEq: (Comparison.EQUAL, True),
    ast.Lt: (Comparison.LESS, False),
    ast.LtE: (Comparison.LESS_OR_EQUAL, False),
    ast.Gt: (Comparison.GREATER, False),
    ast.GtE: (Comparison.GREATER_OR_EQUAL, False),
    ast.In: (Comparison.IN, False),
    ast.NotIn: (Comparison.IN, True),
}
_NUMERAL: Final = re.compile(r"[0-9]+(\.[0-9]*)?")


class Checker:
    """Types one expression; `places` keeps the typed node of every name, attribute and call."""

    def __init__(self, source: str, scope: Scope) -> None:
        self.findings = Findings()
        self.places: dict[int, Node] = {}
        self._source = source
        self._names = Names(scope, self.findings)
        self._scope = scope

    def condition_or_value(self, node: ast.expr, expect: Type | None) -> Node:
        """The typed tree of the whole expression, which is to have the type `expect`."""
        value = self.value(node)
        if expect is None:
            return value
        if expect == BOOLEAN and value.type in (BOOLEAN, NULL):
            return as_condition(value)
        if not fits(value.type, expect):
            message = f"a {expect} is expected, this is a {value.type}"
            hint = "Write a comparison: … == …." if expect == BOOLEAN else None
            self.findings.note("E014", value.column, message, hint)
        check_option(expect, value, self.findings)
        return value

    def value(self, node: ast.expr) -> Node:
        """The typed node of `node`; what is wrong is noted and typed as unknown."""
        column = node.col_offset + 1
        match node:
            case ast.Constant():
                typed = self._constant(node, column)
            case ast.Name() | ast.Attribute():
                typed = self._names.as_value(self._place(node), column)
            case ast.Call():
                typed = self._call(node, column)
            case ast.List() | ast.Tuple():
                return self._items([self.value(one) for one in node.elts], column)
            case _:
                return self._operation(node, column)
        self.places[id(node)] = typed
        return typed

    def _operation(self, node: ast.expr, column: int) -> Node:
        match node:
            case ast.BoolOp():
                operands = tuple(self._condition(one) for one in node.values)
                return ir.Logic(operands, BOOLEAN, column, is_and=isinstance(node.op, ast.And))
            case ast.UnaryOp(op=ast.Not()):
                return ir.Not(self._condition(node.operand), BOOLEAN, column)
            case ast.UnaryOp():
                return self._sign(node, column)
            case ast.BinOp():
                return self._arithmetic(node, column)
            case ast.Compare():
                return self._comparison(node, column)
            case _:
                return self._conditional(cast("ast.IfExp", node), column)

    def _constant(self, node: ast.Constant, column: int) -> Node:
        value = node.value
        if value is None or isinstance(value, bool):
            return ir.Literal(value, NULL if value is None else BOOLEAN, column)
        if isinstance(value, str):
            if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
                self.findings.note("E015", column, "a text holds a character that is not allowed")
            return ir.Literal(value, TEXT, column)
        written = self._source[node.col_offset : node.end_col_offset]
        if not isinstance(value, int | float) or not _NUMERAL.fullmatch(written):
            hint = "Write digits, and a point if needed: 1250.50"
            self.findings.note("E015", column, f"{written[:40]} is no number here", hint)
            return ir.Literal(None, UNKNOWN, column)
        # by its digits: Python has made a float of it, which is not what was written
        number = int(written) if "." not in written else Decimal(written)
        if number >= NUMBER_LIMIT:
            self.findings.note("E015", column, "a number has more than 34 digits")
        return ir.Literal(number, NUMBER, column)

    def _place(self, node: ast.expr) -> Node:
        """A name or a chain of attributes; a record stays a record until it is used as a value."""
        column = node.col_offset + 1
        match node:
            case ast.Name():
                place = self._names.root(node.id, column)
            case ast.Attribute():
                place = self._names.attribute(self._place(node.value), node.attr, column)
            case _:
                return self.value(node)
        self.places[id(node)] = place
        return place

    def _items(self, elements: list[Node], column: int) -> Node:
        kind: Type = NULL
        for element in elements:
            step = joined(kind, element.type)
            if step is None:
                message = f"a list holds one type: a {element.type} stands beside a {kind}"
                self.findings.note("E021", element.column, message)
                return ir.Items(tuple(elements), ListOf(UNKNOWN), column)
            kind = step
        return ir.Items(tuple(elements), ListOf(kind), column)

    def _condition(self, node: ast.expr) -> Node:
        value = self.value(node)
        check_condition(value, self.findings)
        return value

    def _sign(self, node: ast.UnaryOp, column: int) -> Node:
        value = self.value(node.operand)
        if value.type not in (NUMBER, DURATION, NULL, UNKNOWN):
            hint = "Write ….amount." if value.type == MONEY else None
            code = "E016" if value.type == MONEY else "E009"
            self.findings.note(code, column, f"a {value.type} has no sign", hint)
            return ir.Literal(None, UNKNOWN, column)
        if isinstance(node.op, ast.UAdd):
            return value
        return ir.Negative(value, value.type, column)

    def _arithmetic(self, node: ast.BinOp, column: int) -> Node:
        sign = _SIGNS[type(node.op)]
        left, right = self.value(node.left), self.value(node.right)
        result = self._result_type(sign, left, right, column)
        return ir.Arithmetic(sign, left, right, result, column)

    def _result_type(self, sign: Operator, left: Node, right: Node, column: int) -> Type:
        kinds = [TEXT if is_textual(one.type) else one.type for one in (left, right)]
        if UNKNOWN in kinds:
            return UNKNOWN
        if NULL in kinds:
            return NULL
        found = OPERATIONS.get((sign, cast("Scalar", kinds[0]), cast("Scalar", kinds[1])))
        if found is not None:
            return found[0]
        code, hint = "E009", ""
        if MONEY in kinds:
            code, hint = "E016", "Write ….amount behind the money field."
        elif TEXT in kinds and sign is Operator.ADD:
            hint = "Write concat(…) to put text and numbers together."
        elif NUMBER in kinds and len(set(kinds)) == 2:
            hint = "Write days(…) or hours(…) round the number."
        self.findings.note(code, column, f"{left.type} {sign} {right.type} has no meaning", hint)
        return UNKNOWN

    def _comparison(self, node: ast.Compare, column: int) -> Node:
        values = [self.value(one) for one in (node.left, *node.comparators)]
        pairs = [
            self._pair(operator, values[index], values[index + 1], column)
            for index, operator in enumerate(node.ops)
        ]
        return (
            pairs[0] if len(pairs) == 1 else ir.Logic(tuple(pairs), BOOLEAN, column, is_and=True)
        )

    def _pair(self, operator: ast.cmpop, left: Node, right: Node, column: int) -> Node:
        comparison, is_turned = _COMPARISONS[type(operator)]
        check_comparison(comparison, left, right, column, self.findings)
        compared = ir.Compare(comparison, left, right, BOOLEAN, column)
        return ir.Not(compared, BOOLEAN, column) if is_turned else compared

    def _conditional(self, node: ast.IfExp, column: int) -> Node:
        condition = self._condition(node.test)
        then, otherwise = self.value(node.body), self.value(node.orelse)
        kind = joined(then.type, otherwise.type)
        if kind is None:
            message = f"the result is a {then.type} or a {otherwise.type}; it must be one type"
            self.findings.note("E020", column, message)
        return ir.Conditional(condition, then, otherwise, kind or UNKNOWN, column)

    def _call(self, node: ast.Call, column: int) -> Node:
        if not isinstance(node.func, ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else "this"
            hint = f"Write {name}(…) with the value as its first argument."
            self.findings.note("E003", column, "values have no functions of their own", hint)
            return ir.Literal(None, UNKNOWN, column)
        if node.func.id == "decide":
            return self._decide(node, column)
        arguments = tuple(self.value(one) for one in node.args)
        return checked_call(node.func.id, arguments, column, self.findings, self._scope.calendars)

    def _decide(self, node: ast.Call, column: int) -> Node:
        literal = node.args[0] if len(node.args) == 1 else None
        if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str):
            self.findings.note("E018", column, "decide() takes the id of one table in quotes")
            return ir.Literal(None, UNKNOWN, column)
        table = self._scope.tables.get(literal.value)
        if table is None:
            hint = did_you_mean(literal.value, self._scope.tables)
            self.findings.note("E018", column, f"unknown table {literal.value!r}", hint)
            return ir.Literal(None, UNKNOWN, column)
        return ir.Decide(literal.value, table, table.type, column)


def as_condition(node: Node) -> Node:
    """`node` as a condition that is true or false, never null."""
    if isinstance(node, ir.Compare | ir.Logic | ir.Not):
        return node
    return ir.Logic((node,), BOOLEAN, node.column, is_and=True)
