"""Reports worked out in plain Python, as the databases must answer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from engines.expression.types import NUMBER, TEXT, ListOf, Type
from engines.report.periods import key_of
from engines.report.query import AggregateQuery
from engines.report.question import Aggregate, Dimension, Grain, Measure
from engines.values import FormId, LocaleText, Value
from runtime.ports import Record

NO_TITLE = LocaleText(())
COUNT = Measure("count", NO_TITLE, Aggregate.COUNT, NUMBER)


def by(key: str, type_: Type = TEXT, grain: Grain | None = None) -> Dimension:
    """A dimension; a time has a grain."""
    name = f"{key}_{grain}" if grain else key
    is_list = isinstance(type_, ListOf)
    return Dimension(name, key, NO_TITLE, type_, grain, is_list=is_list)


def measure(
    aggregate: Aggregate, key: str, type_: Type = NUMBER, percent: int = 0, currency: str = ""
) -> Measure:
    """A measure named after what it is."""
    name = f"{aggregate.value}_{percent}_{key}"
    return Measure(name, NO_TITLE, aggregate, type_, key, percent, currency)


def a_query(
    dimensions: Sequence[Dimension],
    measures: Sequence[Measure] = (COUNT,),
    zone: str = "UTC",
    form: str = "ticket",
    most: int = 10_000,
) -> AggregateQuery:
    """What a store is asked."""
    return AggregateQuery(FormId(form), tuple(dimensions), tuple(measures), zone, most)


def plain_answer(
    query: AggregateQuery, records: Iterable[Record], linked: dict[str, dict[str, Any]]
) -> dict[tuple[Value, ...], tuple[Value, ...]]:
    """The answer, by keys; `linked` has the values behind links by record id."""
    groups: dict[tuple[Value, ...], list[dict[str, Any]]] = {}
    for record in records:
        values = _flat(record, linked)
        for keys in _keys(query, values):
            groups.setdefault(keys, []).append(values)
    if not query.dimensions:
        groups.setdefault((), [])
    return {
        keys: tuple(_answer(one, rows) for one in query.measures) for keys, rows in groups.items()
    }


def _flat(record: Record, linked: dict[str, dict[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {**record.values, "created_at": record.created_at}
    price = values.get("price") or {"amount": None, "currency": None}
    values |= {"price": price["amount"], "price.currency": price["currency"]}
    behind = linked.get(str(values.get("customer")), {})
    return values | {f"customer.{name}": value for name, value in behind.items()}


def _keys(query: AggregateQuery, values: dict[str, Any]) -> list[tuple[Value, ...]]:
    found: list[tuple[Value, ...]] = [()]
    for one in query.dimensions:
        keys = _keys_of(one, values.get(one.key), query.zone)
        found = [(*start, key) for start in found for key in keys]
    return found


def _keys_of(dimension: Dimension, value: Value, zone: str) -> list[Value]:
    if dimension.is_list:
        return list(value) if value else [None]
    if value is None or dimension.grain is None:
        return [value]
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(zone))
        return [key_of(dimension.grain, local.date(), local.hour)]
    assert isinstance(value, date)
    return [key_of(dimension.grain, value, 0)]


def _answer(one: Measure, rows: list[dict[str, Any]]) -> Value:
    if not one.key:
        return len(rows)
    values = [row[one.key] for row in rows if row.get(one.key) is not None]
    if one.currency:
        values = [
            row[one.key]
            for row in rows
            if row.get(one.key) is not None and row[f"{one.key}.currency"] == one.currency
        ]
    if one.aggregate is Aggregate.COUNT:
        return len(values)
    return _of_values(one, sorted(values)) if values else None


def _of_values(one: Measure, values: list[Any]) -> Value:
    match one.aggregate:
        case Aggregate.MIN:
            return values[0]
        case Aggregate.MAX:
            return values[-1]
        case Aggregate.SUM:
            return sum(values[1:], values[0])
        case Aggregate.MEAN:
            return _mean(values)
        case _:
            # the nearest rank: the smallest value that so many percent do not exceed
            rank = -(-one.percent * len(values) // 100)
            return values[rank - 1]


def _mean(values: list[Any]) -> Value:
    if isinstance(values[0], timedelta):
        micros = sum(value // timedelta(microseconds=1) for value in values)
        return timedelta(microseconds=round(Fraction(micros, len(values))))
    scaled = sum(map(Fraction, values), Fraction(0)) / len(values) * 1_000_000
    return Decimal(round(scaled)).scaleb(-6)
