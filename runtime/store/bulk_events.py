"""What the log keeps of many new records, made a column at a time.

The same text as `event_codec` gives for each `RecordCreated` alone; only the loops are turned
round. Stores nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from json.encoder import encode_basestring
from types import MappingProxyType, NoneType
from typing import Any

import orjson

from engines.values import Value, ValueBlock
from runtime.store import plain
from runtime.store.event_codec import SEALED
from runtime.store.sql import micros_of_many
from runtime.store.values import iso_dates

SealOne = Callable[[int, str, Value], str]  # (place in the block, field, value) -> sealed

Around = tuple[str, str]

_INT64 = 2**63


def created_payloads(block: ValueBlock, encrypted: frozenset[str], seal: SealOne) -> list[str]:
    """The JSON of a `RecordCreated` for each record."""
    (opened, closed), texts = _column(block.ids)
    head = f'{{"form":{encode_basestring(block.form)},"record":{opened}'
    parts: list[Iterable[str]] = [repeat(head), texts]
    between = f'{closed},"values":{{'
    for field, values in block.columns.items():
        if field in encrypted:
            (opened, closed), texts = _BARE, _sealed(field, values, seal)
        else:
            (opened, closed), texts = _column(values)
        parts += [repeat(f"{between}{encode_basestring(field)}:{opened}"), texts]
        between = f"{closed},"
    end = f"{between.removesuffix(',')}}}}}"
    # Joined with what always stands between: a third of the time of putting into a template.
    return list(map("".join, zip(*parts, repeat(end), strict=False)))


def _sealed(field: str, values: Sequence[Value], seal: SealOne) -> Iterable[str]:
    return [
        "null" if value is None else f'{{"{SEALED}":{encode_basestring(seal(at, field, value))}}}'
        for at, value in enumerate(values)
    ]


def _column(values: Sequence[Value]) -> tuple[Around, Iterable[str]]:
    """What stands around each value in the JSON, and the texts between."""
    kinds = set(map(type, values))
    how = _PLAINLY.get(kinds.pop()) if len(kinds) == 1 else None
    if how is None:
        return _BARE, map(plain.dumps, values)
    around, texts_of = how
    return around, texts_of(values)


def _escaped(values: Sequence[str]) -> list[str]:
    """Texts as JSON without the quotes around them; written and cut in one piece if possible."""
    together = orjson.dumps(list(values)).decode()
    if together.count('"') == 2 * len(values):  # none has a quote of its own to be cut at
        return together[2:-2].split('","')
    return [encode_basestring(value)[1:-1] for value in values]


def _integers(values: Sequence[int]) -> Iterable[str]:
    are_short = min(values) >= -_INT64 and max(values) < _INT64
    return map(str if are_short else plain.dumps, values)


_BARE: Around = ("", "")
_PLAINLY: Mapping[type, tuple[Around, Callable[[Sequence[Any]], Iterable[str]]]] = (
    MappingProxyType(
        {
            NoneType: (("null", ""), lambda values: repeat("", len(values))),
            bool: (_BARE, lambda values: ["true" if value else "false" for value in values]),
            str: (('"', '"'), _escaped),
            int: (_BARE, _integers),
            Decimal: (('{"$d":"', '"}'), lambda values: map(str, values)),
            datetime: (('{"$t":', "}"), lambda values: map(str, micros_of_many(values))),
            date: (('{"$on":"', '"}'), iso_dates),
        }
    )
)
