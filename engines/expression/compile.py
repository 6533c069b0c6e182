"""The door of the language: text and scope in, a checked expression out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.expression.as_json import tree_to_json
from engines.expression.check import Checker, as_condition
from engines.expression.compiled import Evaluate, compile_tree
from engines.expression.parse import parse_expression
from engines.expression.problems import Problem
from engines.expression.reference import Explanation, explain
from engines.expression.scope import PathKey, Scope
from engines.expression.sql_subset import sealed_problems, sql_problems
from engines.expression.tree import Node, paths_of
from engines.expression.types import BOOLEAN, Type
from engines.values import Facts


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `evaluate` is the compiled function of facts.

    Both it and `explain` raise EvaluationError only. `paths` are all facts it may read.
    """

    source: str
    type: Type
    tree: Node
    paths: frozenset[PathKey]
    _parsed: ast.expr = field(compare=False, repr=False)
    _places: Mapping[int, Node] = field(compare=False, repr=False)
    evaluate: Evaluate = field(init=False, compare=False, repr=False)

    def __getattr__(self, name: str) -> Evaluate:
        # Asked once: the first use fills the slot, and checking a draft needs no code at all.
        if name != "evaluate":
            raise AttributeError(name)
        made = compile_tree(self.tree)
        object.__setattr__(self, "evaluate", made)
        return made

    def explain(self, facts: Facts) -> Explanation:
        """The value with the steps that led there, by the reference evaluator."""
        found = explain(self.source, self._parsed, self._places, facts)
        if self.type == BOOLEAN and as_condition(self.tree) is self.tree:
            return Explanation(found.value is True, found.steps)
        return found

    def to_json(self) -> dict[str, Any]:
        """The tree for the browser's evaluator."""
        return tree_to_json(self.tree)

    def sealed_problems(self, is_sealed: Callable[[str], bool]) -> tuple[Problem, ...]:
        """What a database filter cannot ask of the encrypted fields, told by their flat keys."""
        return sealed_problems(self.tree, is_sealed)

    def sql_problems(
        self, is_searched: Callable[[str], bool] | None = None
    ) -> tuple[Problem, ...]:
        """The parts that a database filter does not take; empty when it takes all.

        `is_searched` tells of a text field's flat key whether a folded form of it is stored.
        """
        return sql_problems(self.tree, is_searched)


def compile_expression(text: str, scope: Scope, *, expect: Type | None = None) -> Expression:
    """The checked expression; raises ExpressionError with all that is wrong with it.

    With `expect=BOOLEAN` it is a condition: true or false, null counting as false.
    """
    parsed = parse_expression(text)
    checker = Checker(text, scope)
    tree = checker.condition_or_value(parsed, expect)
    checker.findings.raise_any()
    return Expression(text, tree.type, tree, paths_of(tree), parsed, checker.places)


def _only(tree: Node) -> tuple[Node, ...]:
    operands = getattr(tree, "operands", (tree,))
    return operands if len(operands) == 1 else ()
