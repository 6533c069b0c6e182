"""A checked condition as SQL, with the answers of the reference evaluator on both databases.

Takes what `engines.expression.sql_subset` lets pass; publish refuses the rest before. Parts that
do not read the row are computed here, on the facts, and bound as parameters. SQL's null is kept
from the answers: it stands for false where only true counts, and is made false under `not`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from engines.errors import BugError
from engines.expression import sql_subset as subset
from engines.expression import tree as ir
from engines.expression.arithmetic import day_later
from engines.expression.compiled import Evaluate, compile_tree
from engines.expression.folding import fold
from engines.expression.tree import Comparison, Node
from engines.expression.types import BOOLEAN, DATE, TEXT, is_textual
from engines.values import Facts, Value
from runtime.store.filter_search import SEARCHES
from runtime.store.filter_values import (
    TURNED,
    Column,
    Condition,
    SqlValue,
    against_count,
    against_value,
    aligned,
    code_of,
    compared,
    distance,
    micros_of,
    raw_values,
    unit_us,
    whole_limit,
)

Columns: TypeAlias = Callable[[str, str], SqlValue | None]

_ANY_DAY: Final = date(2000, 1, 1)


def to_sql(tree: Node, columns: Columns, facts: Facts) -> Condition:
    """The rows a condition is true of, for WHERE.

    `columns("record", "buyer.phone")` gives a field as SQL; a money field answers for itself
    (its amount), for `price.amount` and for `price.currency`.
    """
    return _Filter(columns, facts).where(tree)


class _Filter:
    """Translates one condition. `is_exact` asks for false in place of null."""

    def __init__(self, columns: Columns, facts: Facts) -> None:
        self._columns = columns
        self._facts = facts

    def where(self, node: Node, *, is_exact: bool = False) -> Condition:
        if not subset.reads_row(node):
            return sa.true() if self._fixed(node) is True else sa.false()
        match node:
            case ir.Logic():
                parts = [self.where(one, is_exact=is_exact) for one in node.operands]
                return sa.and_(*parts) if node.is_and else sa.or_(*parts)
            case ir.Not():
                return sa.not_(self.where(node.value, is_exact=True))
            case ir.Conditional():
                return self._conditional(node, is_exact=is_exact)
            case ir.Compare():
                found = self._compare(node)
            case ir.Call():
                found = self._call(node)
            case _:
                column = self._column_of(node)
                found = compared(Comparison.EQUAL, column, sa.literal(value=True))
        return sa.func.coalesce(found, sa.false()) if is_exact else found

    def _conditional(self, node: ir.Conditional, *, is_exact: bool) -> Condition:
        return sa.or_(
            sa.and_(
                self.where(node.condition, is_exact=is_exact),
                self.where(node.then, is_exact=is_exact),
            ),
            sa.and_(
                sa.not_(self.where(node.condition, is_exact=True)),
                self.where(node.otherwise, is_exact=is_exact),
            ),
        )

    def _compare(self, node: ir.Compare) -> Condition:
        sign, left, right = node.operator, node.left, node.right
        if sign is Comparison.IN:
            return self._membership(left, right)
        if sign is Comparison.EQUAL and BOOLEAN in (left.type, right.type):
            ours, theirs = self._truth(left), self._truth(right)
            return ours.is_not_distinct_from(theirs)
        if not subset.reads_row(left):
            sign, left, right = TURNED[sign], right, left
        if subset.reads_row(right):
            return self._two_columns(sign, left, right)
        return self._with_value(sign, left, self._fixed(right))

    def _truth(self, node: Node) -> Column:
        """A truth value that may be null."""
        if not subset.reads_row(node):
            value = self._fixed(node)
            return sa.null() if value is None else sa.literal(value, sa.Boolean())
        if subset.is_scalar_column(node):
            return self._column_of(node)
        return self.where(node, is_exact=True)

    def _two_columns(self, sign: Comparison, left: Node, right: Node) -> Condition:
        ours, theirs = aligned(left.type, self._value_of(left), self._value_of(right))
        if sign is Comparison.EQUAL:
            return ours.is_not_distinct_from(theirs)
        return compared(sign, ours, theirs)

    def _with_value(self, sign: Comparison, node: Node, value: Value) -> Condition:
        span, shifted = subset.span_of(node), subset.shifted_of(node)
        if shifted is not None:
            return self._shifted(sign, shifted, value)
        if span is not None:
            return self._span(sign, span, value)
        if value is not None:
            return against_value(sign, node.type, self._value_of(node), value)
        if sign is not Comparison.EQUAL:
            return sa.false()
        return self._is_absent(node)

    def _is_absent(self, node: Node) -> Condition:
        of = self._value_of(node)
        if of.holds is not None:
            return sa.false()  # a list field is never null, only empty
        return self._column_of(node).is_(None)

    def _shifted(self, sign: Comparison, shifted: subset.Shifted, value: Value) -> Condition:
        by = self._fixed(shifted.by)
        if by is None:  # then the moved moment is null
            return sa.true() if value is None and sign is Comparison.EQUAL else sa.false()
        if value is None:
            absent = self._column_of(shifted.moment).is_(None)
            return absent if sign is Comparison.EQUAL else sa.false()
        kind = shifted.moment.type
        back = -by if shifted.is_later else by
        of = self._value_of(shifted.moment)
        code = _required(code_of(kind, of))
        moved = micros_of(back)
        if kind == DATE:
            whole = day_later(_ANY_DAY, back)
            moved = (_required(whole) - _ANY_DAY).days
        return against_count(
            sign, self._column_of(shifted.moment), code, code.count(value) + moved
        )

    def _span(self, sign: Comparison, span: subset.Span, value: Value) -> Condition:
        start, end = (self._end(one) for one in (span.start, span.end))
        if start is None or end is None:
            return sa.true() if value is None and sign is Comparison.EQUAL else sa.false()
        if value is None:
            columns = [one.column for one in (start, end) if isinstance(one, SqlValue)]
            absent = [column.is_(None) for column in columns if column is not None]
            return sa.or_(*absent) if sign is Comparison.EQUAL else sa.false()
        kind = span.start.type
        length = micros_of(value) if span.unit_us == 1 else Fraction(value) * span.unit_us
        count = Fraction(length) / unit_us(kind)
        if isinstance(start, SqlValue) and isinstance(end, SqlValue):
            return _distance_with(sign, distance(kind, start, end), count)
        if isinstance(start, SqlValue):  # end - column > count is column < end - count
            code = _required(code_of(kind, start))
            limit = code.count(end) - count
            return against_count(TURNED[sign], _required(start.column), code, limit)
        code = _required(code_of(kind, end))
        return against_count(sign, _required(end.column), code, code.count(start) + count)

    def _end(self, node: Node) -> SqlValue | Value:
        return self._value_of(node) if subset.reads_row(node) else self._fixed(node)

    def _membership(self, left: Node, right: Node) -> Condition:
        if subset.reads_row(right):
            return self._holds(right, self._fixed(left))
        values = self._fixed(right) or []
        present = [value for value in values if value is not None]
        of = self._value_of(left)
        column = self._column_of(left)
        found = column.in_(raw_values(left.type, of, present)) if present else sa.false()
        if len(present) < len(values):
            return sa.or_(sa.func.coalesce(found, sa.false()), column.is_(None))
        return found

    def _call(self, node: ir.Call) -> Condition:
        name, first = node.function.name, node.arguments[0]
        if name in subset.SEARCHES:
            return self._search(name, first, self._fixed(node.arguments[1]))
        match name:
            case "under":
                return self._column_of(first).in_(sorted(_options(node.prepared)))
            case "has":
                return self._holds(first, self._fixed(node.arguments[1]))
            case "any_of" | "all_of":
                others = self._fixed(node.arguments[1]) or []
                held = [self._holds(first, one) for one in others]
                return sa.or_(sa.false(), *held) if name == "any_of" else sa.and_(sa.true(), *held)
            case _:
                return self._is_empty(first)

    def _is_empty(self, node: Node) -> Condition:
        of = self._value_of(node)
        if of.holds is not None:
            return sa.not_(of.holds(None))
        column = self._column_of(node)
        return sa.or_(column.is_(None), column == "") if node.type == TEXT else column.is_(None)

    def _holds(self, node: Node, element: Value) -> Condition:
        holds = self._value_of(node).holds
        if holds is None:
            raise BugError(f"{subset.column_key(node)} is no list in the database")
        return sa.false() if element is None else holds(element)

    def _search(self, name: str, node: Node, sought: str | None) -> Condition:
        of = self._value_of(node)
        # ids of options are small letters already, they need no folded column
        text = of.column if of.folded is None and node.type != TEXT else of.folded
        if text is None or not is_textual(node.type):
            raise BugError(f"{subset.column_key(node)} has no folded column to search")
        return sa.false() if sought is None else SEARCHES[name](text, fold(sought))

    def _column_of(self, node: Node) -> Column:
        column: Column = _required(self._value_of(node).column)
        return column

    def _value_of(self, node: Node) -> SqlValue:
        key = subset.column_key(node)
        found = None if key is None else self._columns(subset.ROW, key)
        if found is None:
            raise BugError(f"a filter names {key!r}, which is no column")
        return found

    def _fixed(self, node: Node) -> Value:
        """The value of a part that does not read the row."""
        match node:
            case ir.Literal():
                return node.value
            case ir.Path(key=""):
                return self._facts.get(node.root)
            case ir.Path():
                return (self._facts.get(node.root) or {}).get(node.key)
            case _:
                return _evaluator(node)(self._facts)


def _evaluator(node: Node) -> Evaluate:
    # equal trees compute the same, but for tables: those of two apps may share a name
    has_table = any(isinstance(one, ir.Decide) for one in ir.walk(node))
    return compile_tree(node) if has_table else _compiled(node)


@lru_cache(maxsize=1024)
def _compiled(node: Node) -> Evaluate:
    return compile_tree(node)


def _distance_with(sign: Comparison, length: Column, count: Fraction) -> Condition:
    if sign is Comparison.EQUAL and count.denominator != 1:
        return sa.false()
    return compared(sign, length, sa.literal(whole_limit(sign, count), sa.BigInteger()))


def _required(found: Any) -> Any:
    if found is None:
        raise BugError("a filter compares what has no column")
    return found


def _options(prepared: object) -> frozenset[str]:
    if not isinstance(prepared, frozenset):
        raise BugError("under() was not prepared")
    return prepared
