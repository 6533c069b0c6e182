"""What the log keeps of many new records, made a column at a time.

The same text as `event_codec` gives for each `RecordCreated` alone; only the loops are turned
round. Stores nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from types import MappingProxyType, NoneType
from typing import Any

from engines.values import Value, ValueBlock
from runtime.store import plain
from runtime.store.event_codec import SEALED
from runtime.store.sql import micros

SealOne = Callable[[int, str, Value], str]  # (place in the block, field, value) -> sealed
Texts = Sequence[str]

_INT64 = 2**63


def created_payloads(block: ValueBlock, encrypted: frozenset[str], seal: SealOne) -> list[str]:
    """The JSON of a `RecordCreated` for each record."""
    parts = [f'{{"form":{_escaped(block.form)},"record":%s,"values":{{']
    columns: list[Texts] = [_json_texts(block.ids)]
    for at, (field, values) in enumerate(block.columns.items()):
        name = f"{',' if at else ''}{_escaped(field)}:"
        if field in encrypted:
            texts: Texts = _sealed(field, values, seal)
        elif _is_empty(values):
            parts.append(f"{name}null")
            continue
        else:
            texts = _json_texts(values)
        parts.append(f"{name}%s")
        columns.append(texts)
    template = "".join((*parts, "}}"))
    return list(map(template.__mod__, zip(*columns, strict=True)))


def _escaped(name: str) -> str:
    return encode_basestring(name).replace("%", "%%")


def _is_empty(values: Sequence[Value]) -> bool:
    return set(map(type, values)) == {NoneType}


def _sealed(field: str, values: Sequence[Value], seal: SealOne) -> list[str]:
    return [
        "null" if value is None else f'{{"{SEALED}":{encode_basestring(seal(at, field, value))}}}'
        for at, value in enumerate(values)
    ]


def _json_texts(values: Sequence[Value]) -> list[str]:
    """Each value as tagged JSON."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        return list(map(_TEXT_OF.get(kinds.pop(), plain.dumps), values))
    return [_TEXT_OF.get(type(value), plain.dumps)(value) for value in values]


def _null(_: None) -> str:
    return "null"


def _boolean(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def _integer(value: int) -> str:
    return str(value) if -_INT64 <= value < _INT64 else plain.dumps(value)


def _decimal(value: Decimal) -> str:
    return f'{{"$d":"{value}"}}'


def _moment(value: datetime) -> str:
    return f'{{"$t":{micros(value)}}}'


def _day(value: date) -> str:
    return f'{{"$on":"{value}"}}'


_TEXT_OF: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        NoneType: _null,
        bool: _boolean,
        str: encode_basestring,
        int: _integer,
        Decimal: _decimal,
        datetime: _moment,
        date: _day,
    }
)
