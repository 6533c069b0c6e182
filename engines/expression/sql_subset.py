"""Which expressions a database can filter by, and the forms in which it takes them.

Databases differ in division, in null under `not`, in case and in order, so only what all of them
answer like the reference is taken; the rest is refused at publish. `runtime/store/filters.py`
makes SQL of the same forms. Parts that do not read the row are computed before, whatever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engines.expression import tree as ir
from engines.expression.functions.ages import DAY_US, HOUR_US, MINUTE_US
from engines.expression.problems import Problem
from engines.expression.tree import Comparison, Node, Operator, walk
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    JSON,
    MONEY,
    NULL,
    TEXT,
    LinkType,
    ListOf,
    RecordType,
    Scalar,
    Type,
    is_textual,
)

ROW: Final = "record"
_SEALED_HINT: Final = (
    "Compare its whole text by ==, != or in with what is not of the record, "
    "or write index: plain on it."
)
NOW: Final = ir.Path("now", "", DATETIME)
TODAY: Final = ir.Path("today", "", DATE)
SEARCHES: Final = frozenset({"contains", "starts_with", "ends_with", "equals_ignore_case"})
_SINCE: Final[Mapping[str, int]] = {
    "hours_since": HOUR_US, "minutes_since": MINUTE_US, "days_since": DAY_US,
}  # fmt: skip
_BETWEEN: Final[Mapping[str, int]] = {
    "hours_between": HOUR_US, "minutes_between": MINUTE_US, "days_between": DAY_US,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """The length from `start` to `end`, both dates or both instants, counted in `unit_us`."""

    start: Node
    end: Node
    unit_us: int


@dataclass(frozen=True, slots=True)
class Shifted:
    """A date or instant of the row moved by a duration that does not depend on the row."""

    moment: Node
    by: Node
    is_later: bool


def reads_row(node: Node) -> bool:
    """Whether the node depends on the row; a table's decision may."""
    for one in walk(node):
        if isinstance(one, ir.Path) and one.root == ROW:
            return True
        if isinstance(one, ir.Decide) and any(root == ROW for root, _ in one.function.paths):
            return True
    return False


def column_key(node: Node) -> str | None:
    """The flat key of the column a node is, "price.amount" for a part of money, or None."""
    match node:
        case ir.Path(root="record", key=key) if key and not isinstance(node.type, RecordType):
            return key
        case ir.Part(value=ir.Path(root="record", key=key, type=kind)) if kind == MONEY:
            return f"{key}.{node.name}"
        case _:
            return None


def is_scalar_column(node: Node) -> bool:
    """Whether a node is a column whose values can be compared."""
    kind = node.type
    is_simple = isinstance(kind, Scalar | LinkType) and kind != JSON
    return column_key(node) is not None and (is_simple or is_textual(kind))


def is_list_column(node: Node) -> bool:
    """Whether a node is a field that holds a list."""
    return column_key(node) is not None and isinstance(node.type, ListOf)


def span_of(node: Node) -> Span | None:
    """The span that a node is the length of, or None."""
    match node:
        case ir.Arithmetic(operator=Operator.SUBTRACT, left=left, right=right):
            is_span = left.type in (DATE, DATETIME) and right.type == left.type
            return Span(right, left, 1) if is_span else None
        case ir.Call(function=function, arguments=(moment,)) if function.name in _SINCE:
            is_day = moment.type == DATE
            return Span(moment, TODAY if is_day else NOW, _SINCE[function.name])
        case ir.Call(function=function, arguments=(start, end)) if function.name in _BETWEEN:
            return Span(start, end, _BETWEEN[function.name])
        case _:
            return None


def shifted_of(node: Node) -> Shifted | None:
    """The moved moment that a node is, or None."""
    if not isinstance(node, ir.Arithmetic):
        return None
    if node.operator not in (Operator.ADD, Operator.SUBTRACT):
        return None
    is_later = node.operator is Operator.ADD
    moment, by = (
        (node.left, node.right) if node.right.type == DURATION else (node.right, node.left)
    )
    is_moved = moment.type in (DATE, DATETIME) and is_scalar_column(moment)
    if not is_moved or by.type != DURATION or reads_row(by):
        return None
    return Shifted(moment, by, is_later=is_later)


def sql_problems(
    tree: Node, is_searched: Callable[[str], bool] | None = None
) -> tuple[Problem, ...]:
    """What a filter does not take, from left to right.

    `is_searched` tells of a text field's flat key whether a folded form of it is stored.
    """
    if tree.type != BOOLEAN:
        return (Problem(1, "E030", f"a filter is true or false, this is a {tree.type}"),)
    found: list[Problem] = []
    _condition(tree, found)
    if is_searched is not None:
        found += _unsearchable(tree, is_searched)
    return tuple(sorted(found))


def sealed_problems(tree: Node, is_sealed: Callable[[str], bool]) -> tuple[Problem, ...]:
    """Uses of encrypted fields beyond a comparison of their whole value, from left to right.

    Their database columns hold fingerprints: equal or not is all that those tell, and only of
    values that are written in one way alone.
    """
    compared = {id(one) for node in walk(tree) for one in _compared_whole(node)}
    return tuple(
        Problem(node.column, "F038", f"{node} is encrypted and only compared whole", _SEALED_HINT)
        for node in walk(tree)
        if id(node) not in compared and is_sealed(column_key(node) or "")
    )


def _compared_whole(node: Node) -> tuple[Node, ...]:
    match node:
        case ir.Compare(operator=Comparison.EQUAL, left=left, right=right):
            pairs = ((left, right), (right, left))
            return tuple(
                one
                for one, other in pairs
                if other.type == NULL or (_has_one_writing(one.type) and not reads_row(other))
            )
        case ir.Compare(operator=Comparison.IN, left=left, right=right):
            return (left,) if _has_one_writing(left.type) and not reads_row(right) else ()
        case ir.Call(arguments=(first,)) if node.function.name == "is_empty":
            return (first,)
        case _:
            return ()


def _has_one_writing(kind: Type) -> bool:
    """Whether equal values are written alike: 1.0 and 1.00 are not."""
    return is_textual(kind) or kind == DATE or isinstance(kind, LinkType)


def _unsearchable(tree: Node, is_searched: Callable[[str], bool]) -> list[Problem]:
    hint = "Search it by the search of a list, or use a field of one line."
    found = []
    for node in walk(tree):
        if not isinstance(node, ir.Call) or node.function.name not in SEARCHES:
            continue
        key = column_key(node.arguments[0])
        if key is not None and node.arguments[0].type == TEXT and not is_searched(key):
            message = f"a database filter cannot search {node.arguments[0]}"
            found.append(Problem(node.column, "E031", message, hint))
    return found


def _condition(node: Node, found: list[Problem]) -> None:
    if not reads_row(node):
        return
    match node:
        case ir.Logic(operands=nodes):
            for one in nodes:
                _condition(one, found)
        case ir.Not(value=value):
            _condition(value, found)
        case ir.Conditional() if node.type in (BOOLEAN, NULL):
            for one in (node.condition, node.then, node.otherwise):
                _condition(one, found)
        case ir.Compare():
            _comparison(node, found)
        case ir.Call():
            _call(node, found)
        case _ if node.type == BOOLEAN and is_scalar_column(node):
            return
        case _:
            _refuse(node, found)


def _comparison(node: ir.Compare, found: list[Problem]) -> None:
    if node.operator is Comparison.IN:
        _membership(node, found)
        return
    left, right = node.left, node.right
    is_equal = node.operator is Comparison.EQUAL
    if is_equal and BOOLEAN in (left.type, right.type):
        for one in (left, right):
            _condition(one, found)
        return
    for one, other in ((left, right), (right, left)):
        if is_scalar_column(one) or not reads_row(one):
            continue
        if is_equal and other.type == NULL and column_key(one) is not None:
            continue
        is_measure = span_of(one) is not None or shifted_of(one) is not None
        if not is_measure or reads_row(other) or not _ends_are_columns(one):
            _refuse(one, found)


def _ends_are_columns(node: Node) -> bool:
    span = span_of(node)
    if span is None:
        return True
    return all(is_scalar_column(one) or not reads_row(one) for one in (span.start, span.end))


def _membership(node: ir.Compare, found: list[Problem]) -> None:
    if is_list_column(node.right) and not reads_row(node.left):
        return
    if reads_row(node.right):
        _refuse(node.right, found)
    if reads_row(node.left) and not is_scalar_column(node.left):
        _refuse(node.left, found)


def _call(node: ir.Call, found: list[Problem]) -> None:
    name, first = node.function.name, node.arguments[0]
    others_are_fixed = not any(map(reads_row, node.arguments[1:]))
    is_text = is_scalar_column(first) and is_textual(first.type)
    is_taken = (
        ((name in SEARCHES or name == "under") and is_text)
        or (name in ("has", "any_of", "all_of") and is_list_column(first))
        or (name == "is_empty" and column_key(first) is not None)
    )
    if not (is_taken and others_are_fixed):
        _refuse(node, found)


def _refuse(node: Node, found: list[Problem]) -> None:
    match node:
        case ir.Call():
            part, column = f"{node.function.name}(…)", node.column
        case ir.Arithmetic():
            part, column = f"… {node.operator.value} …", node.column
        case ir.Decide():
            part, column = f"decide({node.table!r})", node.column
        case ir.Path():
            part, column = str(node), node.column
        case _:
            part, column = "this part", node.column
    message = f"a database filter does not take {part}"
    hint = "Store it as a computed field and compare that field."
    found.append(Problem(column, "E030", message, hint))
