"""A typed tree to a Python function: the fast evaluator.

The function's text is written from the vetted tree alone: its only words are this module's, field
keys and texts of the author stand in it as Python literals or as constants of the namespace. It
has no loops, so a tree's size bounds its steps. Why this is allowed: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, MappingProxyType
from typing import Any, Final, NoReturn, TypeAlias

from engines.expression import arithmetic, shortcuts
from engines.expression import tree as ir
from engines.expression.folding import fold
from engines.expression.functions.lists import has
from engines.expression.problems import EvaluationError
from engines.expression.sameness import same
from engines.expression.signature import OnNull
from engines.expression.tree import Comparison, Node
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    NULL,
    NUMBER,
    LinkType,
    Type,
    is_textual,
)
from engines.values import Facts, Value

Evaluate: TypeAlias = Callable[[Facts], Value]

FAILURES: Final = (
    TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError, MemoryError,
)  # fmt: skip
_NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})
_NEVER_NULL: Final = frozenset({"now", "today"})


def compile_tree(tree: Node) -> Evaluate:
    """A function of facts; raises EvaluationError only. A fact that is missing counts as null."""
    # first the direct way; when a fact is missing or of a wrong type, the careful way decides
    careful: list[Evaluate] = []

    def otherwise(facts: Facts) -> Value:
        if not careful:
            careful.append(_function(tree, is_careful=True, otherwise=_fail))
        return careful[0](facts)

    return _function(tree, is_careful=False, otherwise=otherwise)


def _function(tree: Node, *, is_careful: bool, otherwise: Callable[..., Any]) -> Evaluate:
    writer = _Writer(is_careful=is_careful)
    body, _ = writer.write(tree)
    last = "otherwise(error)" if is_careful else "otherwise(facts)"
    lines = [
        "def evaluate(facts):",
        " try:",
        *[f"  {line}" for line in writer.roots.values()],
        f"  return {body}",
        " except FAILURES as error:",
        f"  return {last}",
    ]
    module = compile("\n".join(lines), "<expression>", "exec", dont_inherit=True)
    code = next(one for one in module.co_consts if isinstance(one, CodeType))
    namespace = {**_NAMESPACE, **writer.constants, "otherwise": otherwise}
    return FunctionType(code, namespace, "evaluate")


def part(value: Value, name: str) -> Value:
    """One part of a map; null when there is no map or no such part."""
    return value.get(name) if isinstance(value, dict) else None


def pluck(rows: list[Value] | None, name: str) -> list[Value] | None:
    """One column of the rows of a sub-table."""
    return None if rows is None else [part(row, name) for row in rows]


def _fail(error: Exception) -> NoReturn:
    raise EvaluationError(f"the expression cannot be computed: {type(error).__name__}") from error


_NAMESPACE: Final[Mapping[str, object]] = {
    "__builtins__": {},
    "FAILURES": FAILURES,
    "NOTHING": _NOTHING,
    "same": same,
    "has": has,
    "part": part,
    "pluck": pluck,
    "fold": fold,
    "negative": arithmetic.negative,
}


class _Writer:
    """Writes one tree as the text of a Python expression, with (text, whether it may be null)."""

    def __init__(self, *, is_careful: bool) -> None:
        self.roots: dict[str, str] = {}
        self.constants: dict[str, object] = {}
        self._is_careful = is_careful
        self._count = 0

    def write(self, node: Node) -> tuple[str, bool]:  # noqa: PLR0911  one line a node
        match node:
            case ir.Literal():
                return self._literal(node.value), node.value is None
            case ir.Path():
                return self._path(node)
            case ir.Part() | ir.Pluck():
                return self._inside(node)
            case ir.Items():
                return f"[{', '.join(self.write(one)[0] for one in node.elements)}]", False
            case ir.Negative():
                return f"negative({self.write(node.value)[0]})", True
            case ir.Arithmetic():
                return self._arithmetic(node), True
            case ir.Decide():
                return f"{self._constant(node.function.evaluate)}(facts)", True
            case ir.Call():
                return self._call(node)
            case ir.Conditional():
                return self._conditional(node)
            case _:
                return self._truth(node), False

    def _truth(self, node: Node) -> str:
        """Text of a condition that is True or False."""
        match node:
            case ir.Compare():
                return self._compare(node)
            case ir.Logic():
                word = " and " if node.is_and else " or "
                return f"({word.join(self._truth(one) for one in node.operands)})"
            case ir.Not():
                return f"(not {self._truth(node.value)})"
            case _:
                text, may_be_null = self.write(node)
                return f"({text} is True)" if may_be_null else text

    def _literal(self, value: Value) -> str:
        if value is None or isinstance(value, bool | int | str):
            return f"({value!r})"
        return self._constant(value)

    def _path(self, node: ir.Path) -> tuple[str, bool]:
        local = self._root(node.root, is_whole=not node.key)
        if not node.key:
            return local, node.root not in _NEVER_NULL
        if node.root == "record" and not self._is_careful:
            return f"{local}[{node.key!r}]", True
        return f"{local}.get({node.key!r})", True

    def _root(self, root: str, *, is_whole: bool) -> str:
        local = f"root_{root}" if is_whole else f"map_{root}"
        if root == "record" and not self._is_careful and not is_whole:
            self.roots[local] = f"{local} = facts['record']"
        elif root in _NEVER_NULL and not self._is_careful:
            self.roots[local] = f"{local} = facts[{root!r}]"
        else:
            empty = "" if is_whole else " or NOTHING"
            self.roots[local] = f"{local} = facts.get({root!r}){empty}"
        return local

    def _inside(self, node: ir.Part | ir.Pluck) -> tuple[str, bool]:
        base = node.value if isinstance(node, ir.Part) else node.rows
        verb = "part" if isinstance(node, ir.Part) else "pluck"
        return f"{verb}({self.write(base)[0]}, {node.name!r})", True

    def _arithmetic(self, node: ir.Arithmetic) -> str:
        operation = arithmetic.operation(node.operator, node.left.type, node.right.type)
        if operation is None:
            return "None"  # one side is the word null
        left, right = self.write(node.left)[0], self.write(node.right)[0]
        return f"{self._constant(operation)}({left}, {right})"

    def _conditional(self, node: ir.Conditional) -> tuple[str, bool]:
        then, otherwise = self.write(node.then), self.write(node.otherwise)
        text = f"({then[0]} if {self._truth(node.condition)} else {otherwise[0]})"
        return text, then[1] or otherwise[1]

    def _compare(self, node: ir.Compare) -> str:
        if node.operator is Comparison.EQUAL:
            return self._equal(node.left, node.right)
        if node.operator is Comparison.IN:
            return self._membership(node.left, node.right)
        sign = node.operator.value
        age = shortcuts.age_comparison(node)
        if age is not None:
            tests, (moment,) = self._present((age.moment,))
            now = self._root("now", is_whole=True)
            return _all(tests, f"{now} - {moment} {age.sign} {self._constant(age.limit)}")
        tests, (left, right) = self._present((node.left, node.right))
        return _all(tests, f"{left} {sign} {right}")

    def _equal(self, left: Node, right: Node) -> str:
        if NULL in (left.type, right.type):
            other = right if left.type == NULL else left
            return f"({self.write(other)[0]} is None)"
        if _is_plain(left.type) and _is_plain(right.type):
            return f"({self.write(left)[0]} == {self.write(right)[0]})"
        return f"same({self.write(left)[0]}, {self.write(right)[0]})"

    def _membership(self, left: Node, right: Node) -> str:
        literals = shortcuts.literal_elements(right)
        element = self.write(left)[0]
        if literals is not None and _is_plain(left.type):
            return f"({element} in {self._constant(literals)})"
        return f"has({self.write(right)[0]}, {element})"

    def _call(self, node: ir.Call) -> tuple[str, bool]:
        function = node.function
        needs = [self._root(need, is_whole=True) for need in function.needs]
        prepared = [] if node.prepared is None else [self._constant(node.prepared)]
        if function.on_null is OnNull.SEES:
            tests: list[str] = []
            arguments = [self.write(one)[0] for one in node.arguments]
        else:
            tests, arguments = self._present(node.arguments)
        inline = shortcuts.inlined(node, arguments)
        run = self._constant(function.run)
        text = inline or f"{run}({', '.join([*prepared, *needs, *arguments])})"
        if function.on_null is OnNull.FALSE:
            return _all(tests, text), False
        if not tests:
            return text, function.result != BOOLEAN
        return f"({text} if {' and '.join(tests)} else None)", True

    def _present(self, nodes: tuple[Node, ...]) -> tuple[list[str], list[str]]:
        """(tests that nothing is null, texts that may stand behind these tests)."""
        tests: list[str] = []
        texts: list[str] = []
        for node in nodes:
            text, may_be_null = self.write(node)
            if may_be_null:
                self._count += 1
                local = f"v{self._count}"
                tests.append(f"({local} := {text}) is not None")
                text = local
            texts.append(text)
        return tests, texts

    def _constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name


def _all(tests: list[str], last: str) -> str:
    return f"({' and '.join([*tests, last])})"


def _is_plain(kind: Type) -> bool:
    """Whether Python's own `==` says what the language means for values of the type."""
    plain = (NUMBER, DATE, DATETIME, DURATION, BOOLEAN, NULL)
    return is_textual(kind) or isinstance(kind, LinkType) or kind in plain
