"""The reference evaluator: simpleeval, hardened. It says what an expression means, and why.

It walks Python's own syntax tree with values typed at run time, so it shares the functions and
the exact arithmetic with the compiled form, and nothing of its way. Too slow for the hot path.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from simpleeval import SimpleEval

from engines.expression import tree as ir
from engines.expression.arithmetic import OPERATIONS, kind_of, negative
from engines.expression.compiled import FAILURES, part, pluck
from engines.expression.functions.lists import has
from engines.expression.limits import MAX_STEPS
from engines.expression.problems import EvaluationError
from engines.expression.sameness import same
from engines.expression.signature import OnNull
from engines.expression.tree import Operator
from engines.values import PLAIN_SCALARS, Facts, Value

MAX_TRACE: Final = 200


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One part that was evaluated: its text, the facts it saw itself, and its result.

    >>> TraceStep("record.status == 'new'", "==", (("record.status", "new"),), True)
    """

    part: str
    operator: str  # a comparison sign, or the name of a function
    seen: tuple[tuple[str, Value], ...]
    result: Value


@dataclass(frozen=True, slots=True)
class Explanation:
    """The value of an expression and the steps that led there; skipped parts leave no step."""

    value: Value
    steps: tuple[TraceStep, ...]


def explain(
    source: str, parsed: ast.expr, places: Mapping[int, ir.Node], facts: Facts
) -> Explanation:
    """Evaluate `parsed` step by step; raises EvaluationError only."""
    walker = _Reference(source, places, facts)  # one for each run: simpleeval keeps state
    try:
        value = walker.eval(source, previously_parsed=parsed)
    except EvaluationError:
        raise
    except FAILURES as error:
        message = f"the expression cannot be computed: {type(error).__name__}"
        raise EvaluationError(message) from error
    return Explanation(value, tuple(walker.steps))


def _arithmetic(sign: Operator) -> Callable[[Value, Value], Value]:
    def run(left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        kinds = (kind_of(left), kind_of(right))
        if kinds[0] is None or kinds[1] is None or (sign, *kinds) not in OPERATIONS:
            raise TypeError(f"{sign} between {type(left).__name__} and {type(right).__name__}")
        return OPERATIONS[sign, kinds[0], kinds[1]][1](left, right)

    return run


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def run(left: Value, right: Value) -> bool:
        if left is None or right is None:
            return False
        if kind_of(left) is None or kind_of(left) != kind_of(right):
            raise TypeError("values without a common order")
        return compare(left, right)

    return run


_OPERATORS: Final[Mapping[type[ast.AST], Callable[..., Value]]] = {
    ast.Add: _arithmetic(Operator.ADD),
    ast.Sub: _arithmetic(Operator.SUBTRACT),
    ast.Mult: _arithmetic(Operator.MULTIPLY),
    ast.Div: _arithmetic(Operator.DIVIDE),
    ast.FloorDiv: _arithmetic(Operator.FLOOR_DIVIDE),
    ast.Mod: _arithmetic(Operator.MODULO),
    ast.USub: negative,
    ast.UAdd: lambda value: value,
    ast.Not: lambda value: value is not True,
    ast.Eq: same,
    ast.NotEq: lambda left, right: not same(left, right),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: lambda left, right: has(right, left),
    ast.NotIn: lambda left, right: not has(right, left),
}


class _Reference(SimpleEval):  # type: ignore[misc]  # it has no types
    """simpleeval with nothing of its own left but the walk: nodes and operators are ours."""

    def __init__(self, source: str, places: Mapping[int, ir.Node], facts: Facts) -> None:
        super().__init__(operators=dict(_OPERATORS), functions={}, names={})
        self.nodes = {
            ast.Constant: self._constant,
            ast.Name: self._named,
            ast.Attribute: self._named,
            ast.Call: self._called,
            ast.List: self._listed,
            ast.Tuple: self._listed,
            ast.BoolOp: self._logic,
            ast.IfExp: self._conditional,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.Compare: self._compared,
        }
        self.steps: list[TraceStep] = []
        self._source = source
        self._places = places
        self._facts = facts
        self._left = MAX_STEPS

    def _check_disallowed_items(self, item: Value) -> None:
        # in place of simpleeval's own walk, which is exponential on lists that share parts
        if not isinstance(item, (*PLAIN_SCALARS, list, dict)):
            raise EvaluationError(f"a fact is a {type(item).__name__}, which is no plain value")

    def _eval(self, node: ast.AST) -> Value:
        self._left -= 1
        if self._left < 0:
            raise EvaluationError("the expression takes too many steps")
        return super()._eval(node)

    def _constant(self, node: ast.Constant) -> Value:
        place = self._places.get(id(node))
        return place.value if isinstance(place, ir.Literal) else node.value

    def _named(self, node: ast.Name | ast.Attribute) -> Value:
        place = self._places[id(node)]
        match place:
            case ir.Literal():
                return place.value
            case ir.Path(key=""):
                return self._facts.get(place.root)
            case ir.Path():
                return (self._facts.get(place.root) or {}).get(place.key)
            case ir.Pluck():
                return pluck(self._eval(cast("ast.Attribute", node).value), place.name)
            case _:
                return part(
                    self._eval(cast("ast.Attribute", node).value), cast("ir.Part", place).name
                )

    def _called(self, node: ast.Call) -> Value:
        place = self._places[id(node)]
        if isinstance(place, ir.Decide):
            value = place.function.evaluate(self._facts)
            return self._noted(node, "decide", value)
        call = cast("ir.Call", place)
        arguments = [self._eval(one) for one in node.args]
        return self._noted(node, call.function.name, self._run(call, arguments))

    def _run(self, call: ir.Call, arguments: list[Value]) -> Value:
        function = call.function
        if function.on_null is not OnNull.SEES and None in arguments:
            return False if function.on_null is OnNull.FALSE else None
        prepared = [] if call.prepared is None else [call.prepared]
        needs = [self._facts.get(need) for need in function.needs]
        return function.run(*prepared, *needs, *arguments)

    def _listed(self, node: ast.List | ast.Tuple) -> list[Value]:
        return [self._eval(one) for one in node.elts]

    def _logic(self, node: ast.BoolOp) -> bool:
        decides = not isinstance(node.op, ast.And)
        for one in node.values:
            if (self._eval(one) is True) is decides:
                return decides
        return not decides

    def _conditional(self, node: ast.IfExp) -> Value:
        return self._eval(node.body if self._eval(node.test) is True else node.orelse)

    def _compared(self, node: ast.Compare) -> bool:
        is_true = self._eval_compare(node) is True
        self._noted(node, _SIGNS[type(node.ops[0])], is_true)
        return is_true

    def _noted(self, node: ast.expr, sign: str, result: Value) -> Value:
        if len(self.steps) < MAX_TRACE:
            seen = {str(place): self._named(one) for one, place in self._paths_in(node)}
            text = self._source[node.col_offset : node.end_col_offset]
            self.steps.append(TraceStep(text, sign, tuple(seen.items()), result))
        return result

    def _paths_in(self, node: ast.expr) -> list[tuple[ast.Name | ast.Attribute, ir.Path]]:
        """The paths below `node`, without the steps they are made of."""
        found: list[tuple[ast.Name | ast.Attribute, ir.Path]] = []
        todo: list[ast.AST] = [node]
        while todo:
            one = todo.pop(0)
            place = self._places.get(id(one))
            if isinstance(one, ast.Name | ast.Attribute) and isinstance(place, ir.Path):
                found.append((one, place))
                continue
            todo.extend(ast.iter_child_nodes(one))
        return found


_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
