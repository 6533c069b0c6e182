"""The answers of the store as a table: ordered, cut, with the gaps of time filled, named.

Labels are neutral (`2026-03`, `14:00`): a page may say months in words from `key` and `grain`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any, Final

from engines.expression.types import BOOLEAN
from engines.report import periods
from engines.report.query import Aggregates, Group
from engines.report.question import Aggregate, Dimension, Measure, Order, Question
from engines.values import LocaleText, Value

MAX_FILLED: Final = 1_000
_CYCLES: Final[Mapping[str, range]] = {"hour": range(24), "weekday": range(1, 8)}
EMPTY: Final = LocaleText((("en", "Empty"), ("zh", "空"), ("es", "Vacío"), ("ar", "فارغ")))
OTHERS: Final = LocaleText((("en", "Others"), ("zh", "其他"), ("es", "Otros"), ("ar", "أخرى")))
_YES: Final = LocaleText((("en", "Yes"), ("zh", "是"), ("es", "Sí"), ("ar", "نعم")))
_NO: Final = LocaleText((("en", "No"), ("zh", "否"), ("es", "No"), ("ar", "لا")))
_HIDDEN: Final = "–"  # the name of a record that the reader may not see


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A report's answer. `names` has the titles of records and people by id, as far as known."""

    question: Question
    rows: tuple[Group, ...]
    totals: tuple[Value, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def axis(self, index: int) -> tuple[Value, ...]:
        """Every key of a dimension once; of time without gaps.

        The first dimension follows the order of the report where it has one.
        """
        dimension = self.question.dimensions[index]
        found = tuple(dict.fromkeys(row.keys[index] for row in self.rows))
        if dimension.grain is None:
            is_sorted = index == 0 and bool(self.question.order)
            return found if is_sorted else tuple(sorted(found, key=_rank(dimension, self.names)))
        whole = _whole_axis(dimension, [key for key in found if key is not None])
        return (*whole, None) if None in found else whole

    def label(self, index: int, key: Value, locale: str) -> str:
        """A key of a dimension for people."""
        return label_of(self.question.dimensions[index], key, locale, self.names)

    def cells(self) -> dict[tuple[Value, ...], tuple[Value, ...]]:
        """The measures by keys."""
        return {row.keys: row.values for row in self.rows}


def table(
    question: Question,
    answer: Aggregates,
    totals: Sequence[Value] = (),
    names: Mapping[str, str] | None = None,
) -> ResultTable:
    """The answer in the question's order, with its gaps filled and no more rows than wanted."""
    groups = _with_gaps(question, answer.groups)
    ordered = sorted(groups, key=_key_order(question, names or {}))
    for order in reversed(question.order):
        ordered = _sorted_by(question, ordered, order)
    limit = len(ordered) if question.limit is None else question.limit
    return ResultTable(question, tuple(ordered[:limit]), tuple(totals), names or {}, answer.is_cut)


def label_of(dimension: Dimension, key: Value, locale: str, names: Mapping[str, str]) -> str:
    """A key for people: an option's title, a record's name, a period."""
    if key is None:
        return EMPTY.in_locale(locale)
    if dimension.grain is not None:
        return periods.label(dimension.grain, key, locale)
    if dimension.links_to is not None:
        return names.get(key) or _HIDDEN
    if dimension.type == BOOLEAN:
        return (_YES if key else _NO).in_locale(locale)
    return dict(dimension.options).get(key, LocaleText((("", str(key)),))).in_locale(locale)


def _with_gaps(question: Question, groups: Sequence[Group]) -> list[Group]:
    """A lone time line gets its missing periods, with a count of none."""
    is_line = len(question.dimensions) == 1 and question.dimensions[0].grain is not None
    if not is_line or question.order or question.limit is not None:
        return list(groups)
    known = {group.keys[0] for group in groups}
    keys = [key for key in known if key is not None]
    nothing = tuple(map(_of_nothing, question.measures))
    missing = [key for key in _whole_axis(question.dimensions[0], keys) if key not in known]
    return [*groups, *(Group((key,), nothing) for key in missing)]


def _of_nothing(measure: Measure) -> Value:
    return 0 if measure.aggregate is Aggregate.COUNT else None


def _whole_axis(dimension: Dimension, keys: Sequence[Value]) -> tuple[Value, ...]:
    if dimension.grain is None:
        return tuple(keys)
    if dimension.grain.is_cyclic:
        return tuple(_CYCLES[dimension.grain.value])
    if not keys:
        return ()
    filled = periods.between(dimension.grain, min(keys), max(keys), MAX_FILLED)
    return filled or tuple(sorted(keys))


def _key_order(question: Question, names: Mapping[str, str]) -> Any:
    ranks = [_rank(one, names) for one in question.dimensions]

    def order(group: Group) -> tuple[Any, ...]:
        return tuple(rank(key) for rank, key in zip(ranks, group.keys, strict=True))

    return order


def _rank(dimension: Dimension, names: Mapping[str, str]) -> Callable[[Value], tuple[Any, ...]]:
    """Where a key stands: time forward, options as the author wrote them, empty last."""
    written = {option: place for place, (option, _) in enumerate(dimension.options)}

    def rank(key: Value) -> tuple[Any, ...]:
        if key is None:
            return (True, 0, 0)
        return (False, written.get(key, len(written)), names.get(key, key))

    return rank


def _sorted_by(question: Question, groups: Iterable[Group], order: Order) -> list[Group]:
    columns = [one.name for one in question.dimensions]
    if order.column in columns:
        at = columns.index(order.column)
        return _sorted(groups, lambda group: group.keys[at], order)
    at = [one.id for one in question.measures].index(order.column)
    return _sorted(groups, lambda group: group.values[at], order)


def _sorted(groups: Iterable[Group], value: Any, order: Order) -> list[Group]:
    sign = -1 if order.is_descending else 1

    def compare(left: Group, right: Group) -> int:
        ours, theirs = value(left), value(right)
        if ours is None or theirs is None:
            return int(ours is None) - int(theirs is None)  # empty last either way
        return sign * (int(ours > theirs) - int(ours < theirs))

    return sorted(groups, key=cmp_to_key(compare))
