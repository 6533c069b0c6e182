"""A parsed template held against the language: allowed constructs, names by type, sizes.

Rewrites what it lets pass: dotted paths into one look-up, comparisons and loops into bounded
filters. Everything not on the list is refused.
"""

from __future__ import annotations

from typing import Final

from jinja2 import nodes as n

from engines.diagnostics import did_you_mean
from engines.expression import tree as ir
from engines.expression.names import Names
from engines.expression.problems import Findings
from engines.expression.scope import PathKey, Scope
from engines.expression.types import BOOLEAN, NUMBER, UNKNOWN, ListOf, RecordType, Type
from engines.template.filters import COMPARE, FILTERS, ROWS, TESTS
from engines.template.limits import MAX_DEPTH, MAX_LOOPS, MAX_NODES
from engines.template.problems import TemplateProblem

ALLOWED: Final = (
    n.Template, n.Output, n.TemplateData, n.Name, n.Getattr, n.Getitem, n.Const, n.Filter, n.Test,
    n.If, n.For, n.CondExpr, n.Compare, n.Operand, n.And, n.Or, n.Not, n.Neg, n.List, n.Tuple,
)  # fmt: skip
FLAT: Final = "_flat"  # the whole data, for roots that are no record
LOOP: Final = RecordType(
    "", {"index": NUMBER, "index0": NUMBER, "first": BOOLEAN, "last": BOOLEAN, "length": NUMBER}
)
_INSTEAD: Final = {
    n.Call: ("a call", "Use a filter: {{ record.subject | upper }}."),
    n.Assign: ("{% set %}", ""),
    n.Macro: ("{% macro %}", ""),
    n.Include: ("{% include %}", ""),
    n.Import: ("{% import %}", ""),
    n.Extends: ("{% extends %}", ""),
    n.Concat: ("'~'", "Write the parts one after the other."),
    n.ScopedEvalContextModifier: ("{% autoescape %}", ""),
}


class Vetting:
    """Vets one template; `scope` None takes every name as it comes."""

    def __init__(self, environment: object, scope: Scope | None) -> None:
        self.problems: list[TemplateProblem] = []
        self.paths: set[PathKey] = set()
        self._environment = environment
        self._scope = scope

    def note(self, code: str, line: int | None, message: str, hint: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(TemplateProblem(line or 1, code, message, hint or ""))

    def template(self, template: n.Template) -> None:
        """Vet and rewrite a whole template."""
        if self._is_sound(template):
            self._children(template, {})

    def _is_sound(self, template: n.Template) -> bool:
        """Whether all constructs are allowed and the whole is small enough to walk."""
        todo: list[tuple[n.Node, int, int]] = [(template, 0, 0)]  # iterative: nothing to exhaust
        seen = 0
        while todo:
            node, depth, loops = todo.pop()
            seen += 1
            loops += isinstance(node, n.For)
            if seen > MAX_NODES or depth > MAX_DEPTH or loops > MAX_LOOPS:
                self.note("T002", node.lineno, "the template is too large or nested too deep")
                return False
            self._check_construct(node)
            todo += [(child, depth + 1, loops) for child in node.iter_child_nodes()]
        return not self.problems

    def _check_construct(self, node: n.Node) -> None:
        if not isinstance(node, ALLOWED):
            words, advice = _INSTEAD.get(type(node), (type(node).__name__, ""))
            message = f"{words} is not part of the template language"
            self.note("T003", node.lineno, message, advice)
        if isinstance(node, n.For) and (node.recursive or not isinstance(node.target, n.Name)):
            self.note("T003", node.lineno, "a loop has one name and is not recursive")
        if isinstance(node, n.For) and str(getattr(node.target, "name", "")).startswith("_"):
            self.note("T004", node.lineno, "the name of a loop begins with a letter")
        if isinstance(node, n.Filter) and node.name not in FILTERS:
            hint = did_you_mean(node.name, FILTERS)
            self.note("T006", node.lineno, f"unknown filter {node.name[:60]!r}", hint)
        if isinstance(node, n.Filter | n.Test) and (
            node.kwargs or node.dyn_args or node.dyn_kwargs
        ):
            hint = "Write the arguments in their order."
            self.note("T003", node.lineno, f"named arguments of {node.name[:60]!r}", hint)
        if isinstance(node, n.Test) and node.name not in TESTS:
            hint = did_you_mean(node.name, TESTS) or "Write a comparison: == …."
            self.note("T007", node.lineno, f"unknown test {node.name[:60]!r}", hint)

    def _children(self, node: n.Node, local: dict[str, Type]) -> None:
        """Rewrite everything below `node`; `local` are the names of the loops around."""
        if isinstance(node, n.For):
            self._loop(node, local)
            return
        for field in node.fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                setattr(node, field, [self._rewritten(one, local) for one in value])
            elif isinstance(value, n.Node):
                setattr(node, field, self._rewritten(value, local))

    def _rewritten(self, node: object, local: dict[str, Type]) -> object:
        if isinstance(node, n.Name | n.Getattr) or _is_named_item(node):
            return self._place(node, local)
        if isinstance(node, n.Node):
            self._children(node, local)
        if isinstance(node, n.Compare):
            return self._comparison(node)
        return node

    def _loop(self, node: n.For, local: dict[str, Type]) -> None:
        kind = self._type_of(node.iter, local)
        rows = self._rewritten(node.iter, local)
        element = kind.element if isinstance(kind, ListOf) else UNKNOWN
        if kind != UNKNOWN and not isinstance(kind, ListOf):
            self.note("T008", node.lineno, f"a loop runs over a list, this is a {kind}")
        inside = {**local, str(getattr(node.target, "name", "")): element, "loop": LOOP}
        node.iter = self._filter(rows, ROWS, [], node.lineno)
        for part in (node.body, node.else_):
            part[:] = [self._rewritten(one, inside) for one in part]  # type: ignore[misc]
        if node.test is not None:
            node.test = self._rewritten(node.test, inside)  # type: ignore[assignment]

    def _comparison(self, node: n.Compare) -> n.Node:
        left, parts = node.expr, []
        for operand in node.ops:
            arguments = [n.Const(operand.op, lineno=node.lineno), operand.expr]
            parts.append(self._filter(left, COMPARE, arguments, node.lineno))
            left = operand.expr
        joined: n.Expr = parts[0]
        for part in parts[1:]:
            joined = n.And(joined, part, lineno=node.lineno, environment=self._environment)
        return joined

    def _filter(self, value: object, name: str, arguments: list[n.Expr], line: int) -> n.Filter:
        return n.Filter(
            value, name, arguments, [], None, None, lineno=line, environment=self._environment
        )

    def _type_of(self, node: n.Node, local: dict[str, Type]) -> Type:
        if not isinstance(node, n.Name | n.Getattr) and not _is_named_item(node):
            return UNKNOWN
        resolved = self._resolved(node, local, Findings())
        return UNKNOWN if resolved is None else resolved.type

    def _place(self, node: object, local: dict[str, Type]) -> object:
        """A dotted path as one look-up of its flat key."""
        assert isinstance(node, n.Expr)  # noqa: S101  by the callers
        root, steps = _chain(node)
        if root is None:
            self._children(node, local)
            return node
        if root.name in ("true", "false", "none", "True", "False", "None"):
            return node
        findings = Findings()
        resolved = self._resolved(node, local, findings)
        for one in findings.problems:
            code = "T004" if one.code == "E004" else "T005"
            self.note(code, node.lineno, one.message, one.hint)
        if resolved is None:
            self._note_untyped(root, steps, local)
            return node
        return self._look_up(resolved, local, node)

    def _resolved(
        self, node: n.Node, local: dict[str, Type], findings: Findings
    ) -> ir.Node | None:
        """The typed path of a name, or None when nothing is known of names."""
        if self._scope is None:
            return None
        root, steps = _chain(node)
        if root is None:
            return ir.Literal(None, UNKNOWN)
        names = Names(self._scope.with_names(**local), findings)
        place = names.root(root.name, 1)
        for step in steps:
            place = names.attribute(place, step, 1)
        return place

    def _note_untyped(self, root: n.Name, steps: list[str], local: dict[str, Type]) -> None:
        if root.name.startswith("_") or any(step.startswith("_") for step in steps):
            self.note("T004", root.lineno, f"unknown name {root.name[:60]!r}")
        elif root.name not in local:
            self.paths.add((root.name, ".".join(steps)))

    def _look_up(self, place: ir.Node, local: dict[str, Type], node: n.Expr) -> n.Expr:
        line, env = node.lineno, self._environment
        match place:
            case ir.Path(root=root, key=key):
                if root not in local:
                    self.paths.add((root, key))
                if not key:
                    return n.Name(root, "load", lineno=line, environment=env)
                is_record = isinstance(self._root_type(root, local), RecordType)
                base, flat = (root, key) if is_record else (FLAT, f"{root}.{key}")
                return _item(n.Name(base, "load", lineno=line, environment=env), flat, env)
            case ir.Part(value=value, name=name):
                return _item(self._look_up(value, local, node), name, env)
            case _:
                if not self.problems:
                    self.note("T005", line, "this cannot be shown here", "Loop over the rows.")
                return node

    def _root_type(self, root: str, local: dict[str, Type]) -> Type | None:
        if root in local:
            return local[root]
        return self._scope.type_of(root) if self._scope is not None else None


def _item(base: n.Expr, key: str, environment: object) -> n.Expr:
    line = base.lineno
    argument = n.Const(key, lineno=line, environment=environment)
    return n.Getitem(base, argument, "load", lineno=line, environment=environment)


def _is_named_item(node: object) -> bool:
    return (
        isinstance(node, n.Getitem)
        and isinstance(node.arg, n.Const)
        and isinstance(node.arg.value, str)
    )


def _chain(node: n.Node) -> tuple[n.Name | None, list[str]]:
    """The root and the steps of a dotted path; no root when it starts with a value."""
    steps: list[str] = []
    current: n.Node = node
    while not isinstance(current, n.Name):
        if isinstance(current, n.Getattr):
            steps.append(current.attr)
        elif isinstance(current, n.Getitem) and _is_named_item(current):
            steps.append(current.arg.value)  # type: ignore[attr-defined]
        else:
            return None, []
        current = current.node
    return current, steps[::-1]
