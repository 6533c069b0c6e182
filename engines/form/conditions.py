"""Conditions and expressions of a form's definition: compiled, or reported where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engines.diagnostics import Path, Problems
from engines.expression.compile import Expression, compile_expression
from engines.expression.problems import ExpressionError, report
from engines.expression.scope import Scope
from engines.expression.types import BOOLEAN, Type
from engines.values import Facts, FieldId

# A plain true or false is an expression too, and by far the most common one.
Condition: TypeAlias = Expression | bool

_PLAIN = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles expressions over a record of one form."""

    scope: Scope
    problems: Problems

    def expression(self, text: object, path: Path, expect: Type | None) -> Expression | None:
        """The compiled expression; None when its problems were reported at `path`."""
        written = str(text).lower() if isinstance(text, bool) else str(text)
        try:
            return compile_expression(written, self.scope, expect=expect)
        except ExpressionError as error:
            report(self.problems, path, error)
            return None

    def condition(
        self, data: Mapping[str, Any], key: str, path: Path, *, default: bool
    ) -> Condition:
        """The condition under `key` of `data`, which stands at `path`."""
        written = data.get(key)
        if written is None:
            return default
        plain = written if isinstance(written, bool) else _PLAIN.get(str(written).strip())
        if plain is not None:
            return plain
        compiled = self.expression(written, (*path, key), BOOLEAN)
        return default if compiled is None else compiled

    def report_unfit(
        self, found: Condition, path: Path, is_searched: Callable[[str], bool]
    ) -> None:
        """Report F028 for every part of a filter that cannot run inside the database.

        `is_searched` tells of a field's flat key whether its text is stored folded too.
        """
        if isinstance(found, bool):
            return
        for one in found.sql_problems(is_searched):
            hint = one.hint or "Compute it in a field with value: and compare that field."
            self.problems.add("F028", path, one.message, hint=hint)


def is_true(condition: Condition, facts: Facts) -> bool:
    """Whether a condition holds for these facts."""
    if isinstance(condition, bool):
        return condition
    return condition.evaluate(facts) is True


def reads(expression: Condition | None) -> frozenset[FieldId]:
    """The fields of the record that an expression reads; through a link it reads the link."""
    if expression is None or isinstance(expression, bool):
        return frozenset()
    return frozenset(
        FieldId(key.partition(".")[0]) for root, key in expression.paths if root == "record"
    )


def linked_keys(expression: Condition | None) -> frozenset[str]:
    """The keys behind links that an expression reads: `buyer.phone`."""
    if expression is None or isinstance(expression, bool):
        return frozenset()
    return frozenset(key for root, key in expression.paths if root == "record" and "." in key)
