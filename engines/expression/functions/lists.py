"""Functions on lists, on absent values, and on options of a tree. A null list counts as empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engines.diagnostics import did_you_mean
from engines.expression.arithmetic import add, divide
from engines.expression.limits import list_in_range
from engines.expression.sameness import same
from engines.expression.signature import (
    A_LIST,
    A_TEXT,
    A_TREE_OPTION,
    ANYTHING,
    NUMBERS,
    Function,
    OnNull,
)
from engines.expression.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    JSON,
    NULL,
    NUMBER,
    TEXT,
    UNKNOWN,
    ListOf,
    TreeType,
    Type,
    joined,
)
from engines.values import Value

_ORDERED: Final = (NUMBER, TEXT, DATE, DATETIME, DURATION, NULL, UNKNOWN)


def total(numbers: list[Value] | None) -> int | Decimal | None:
    """The sum of the numbers that are not null; 0 for none."""
    result: int | Decimal | None = 0
    for one in _present(numbers):
        result = add(result, one)
    return result


def average(numbers: list[Value] | None) -> int | Decimal | None:
    """The mean of the numbers that are not null; null for none."""
    present = _present(numbers)
    return divide(total(present), len(present)) if present else None


def count(values: list[Value] | None) -> int:
    """How many elements are not null."""
    return len(_present(values))


def smallest(*values: Value) -> Value:
    """The smallest of what is not null; null for none."""
    return min(_candidates(values), default=None)


def largest(*values: Value) -> Value:
    """The largest of what is not null; null for none."""
    return max(_candidates(values), default=None)


def has(values: list[Value] | None, element: Value) -> bool:
    """Whether the list holds the element."""
    return any(same(element, one) for one in _walked(values))


def any_of(values: list[Value] | None, others: list[Value] | None) -> bool:
    """Whether the lists share an element."""
    wanted = _walked(others)[:_SMALL]
    return any(same(one, other) for one in _walked(values) for other in wanted)


def all_of(values: list[Value] | None, others: list[Value] | None) -> bool:
    """Whether the first list holds every element of the second."""
    held = _walked(values)
    return all(any(same(one, other) for one in held) for other in _walked(others)[:_SMALL])


def first(values: list[Value] | None) -> Value:
    """The first element, null for an empty list."""
    return values[0] if values else None


def last(values: list[Value] | None) -> Value:
    """The last element, null for an empty list."""
    return values[-1] if values else None


def is_empty(value: Value) -> bool:
    """Whether there is nothing: null, an empty text or an empty list."""
    return value is None or value in ("", [])


def coalesce(*values: Value) -> Value:
    """The first value that is not null."""
    return next((value for value in values if value is not None), None)


def under(options: frozenset[str], value: str, _option: str) -> bool:
    """Whether the value is the option or one below it."""
    return value in options


_SMALL: Final = 500


def _walked(values: list[Value] | None) -> list[Value]:
    if values is None:
        return []
    list_in_range(values)
    return values


def _present(values: list[Value] | None) -> list[Value]:
    return [value for value in _walked(values) if value is not None]


def _candidates(values: tuple[Value, ...]) -> list[Value]:
    if len(values) == 1 and isinstance(values[0], list):
        return _present(values[0])
    return _present(list(values))


def _one_kind(types: tuple[Type, ...]) -> Type:
    result: Type = NULL
    for kind in types:
        step = joined(result, kind)
        if step is None:
            raise ValueError(f"{result} and {kind} do not go together")
        result = step
    return result


def _extreme_kind(types: tuple[Type, ...]) -> Type:
    only = types[0]
    kind = only.element if len(types) == 1 and isinstance(only, ListOf) else _one_kind(types)
    if kind not in _ORDERED:
        raise ValueError(f"values of type {kind} have no order")
    return kind


def _element(types: tuple[Type, ...]) -> Type:
    return types[0].element if isinstance(types[0], ListOf) else NULL


def _member(types: tuple[Type, ...]) -> Type:
    if isinstance(types[0], ListOf) and joined(types[0].element, types[1]) in (None, JSON):
        raise ValueError(f"a {types[0]} holds no {types[1]}")
    return BOOLEAN


def _branch(types: tuple[Type, ...], literals: tuple[Value, ...]) -> frozenset[str]:
    tree, option = types[0], literals[1]
    if not isinstance(tree, TreeType) or not isinstance(option, str):
        raise ValueError("under() takes a tree field and an option written out")  # noqa: TRY004
    if option not in tree.options:
        raise ValueError(
            f"there is no option {option!r}. {did_you_mean(option, tree.options) or ''}".strip()
        )
    return frozenset(tree.at_or_below(option))


_LIST: Final = (("list", A_LIST),)
_LISTS: Final = (("list", A_LIST), ("other", A_LIST))
_VALUES: Final = (("value", ANYTHING),)

FUNCTIONS: Final = (
    Function(
        "sum",
        (("numbers", NUMBERS),),
        NUMBER,
        total,
        "The sum of a list's numbers; 0 for an empty list.",
        (("sum([1, 2.5, null])", "3.5"), ("sum([])", "0")),
        OnNull.SEES,
    ),
    Function(
        "avg",
        (("numbers", NUMBERS),),
        NUMBER,
        average,
        "The mean of a list's numbers; null for an empty list.",
        (("avg([1, 2, null])", "1.5"), ("avg([])", "null")),
        OnNull.SEES,
    ),
    Function(
        "count",
        _LIST,
        NUMBER,
        count,
        "How many elements of a list are not null.",
        (("count(['a', null])", "1"), ("count(null)", "0")),
        OnNull.SEES,
    ),
    Function(
        "min",
        _VALUES,
        _extreme_kind,
        smallest,
        "The smallest of its arguments, or of one list; null does not count.",
        (("min(3, 1, null)", "1"), ("min(['b', 'a'])", "'a'"), ("min([])", "null")),
        OnNull.SEES,
        repeats=True,
    ),
    Function(
        "max",
        _VALUES,
        _extreme_kind,
        largest,
        "The largest of its arguments, or of one list; null does not count.",
        (("max(3, 1, null)", "3"), ("max(today, add_days(today, 1))", "add_days(today, 1)")),
        OnNull.SEES,
        repeats=True,
    ),
    Function(
        "has",
        (("list", A_LIST), ("element", ANYTHING)),
        _member,
        has,
        "Whether a list holds an element.",
        (("has(['vip', 'new'], 'vip')", "true"), ("has(null, 'vip')", "false")),
        OnNull.SEES,
    ),
    Function(
        "any_of",
        _LISTS,
        BOOLEAN,
        any_of,
        "Whether two lists share an element.",
        (("any_of(['a', 'b'], ['b', 'c'])", "true"), ("any_of(['a'], [])", "false")),
        OnNull.SEES,
    ),
    Function(
        "all_of",
        _LISTS,
        BOOLEAN,
        all_of,
        "Whether the first list holds every element of the second.",
        (("all_of(['a', 'b'], ['b'])", "true"), ("all_of(['a'], ['a', 'b'])", "false")),
        OnNull.SEES,
    ),
    Function(
        "first",
        _LIST,
        _element,
        first,
        "The first element of a list; null for an empty one.",
        (("first(['a', 'b'])", "'a'"), ("first([])", "null")),
    ),
    Function(
        "last",
        _LIST,
        _element,
        last,
        "The last element of a list; null for an empty one.",
        (("last(['a', 'b'])", "'b'"),),
    ),
    Function(
        "is_empty",
        _VALUES,
        BOOLEAN,
        is_empty,
        "Whether there is nothing: null, an empty text or an empty list.",
        (("is_empty('')", "true"), ("is_empty(0)", "false"), ("is_empty(null)", "true")),
        OnNull.SEES,
    ),
    Function(
        "coalesce",
        _VALUES,
        _one_kind,
        coalesce,
        "The first argument that is not null.",
        (("coalesce(null, 2, 3)", "2"), ("coalesce(null)", "null")),
        OnNull.SEES,
        repeats=True,
    ),
    Function(
        "under",
        (("option_field", A_TREE_OPTION), ("option", A_TEXT)),
        BOOLEAN,
        under,
        "Whether a tree field holds an option or one below it.",
        (),
        OnNull.FALSE,
        prepare=_branch,
    ),
)
