"""Plain values as JSON text and back, without loss. Tags what JSON cannot say itself.

{"$d": "9.90"} a Decimal, {"$t": 1767225600000000} an instant in microseconds,
{"$on": "2026-01-01"} a date, {"$s": 90000000} a timedelta in microseconds,
{"$i": "…"} an integer beyond 64 bits, and
{"$m": {…}} a map one of whose own keys begins with a dollar sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from engines.errors import BugError
from runtime.store.sql import micros, moment_of

_INT64 = 2**63
_MICROSECOND = timedelta(microseconds=1)


def dumps(value: Any) -> str:
    """Compact JSON text of a plain value."""
    return orjson.dumps(tagged(value)).decode()


def dumps_sorted(value: Any) -> bytes:
    """JSON with sorted keys: the same value gives the same bytes."""
    return orjson.dumps(tagged(value), option=orjson.OPT_SORT_KEYS)


def lightly_tagged(values: Mapping[str, Any]) -> dict[str, Any]:
    """A map for `dumps_tagging`, whose values keep what JSON itself will hand back for a tag."""
    return {
        name: one if type(one) in _TAGGED_LATER else tagged(one) for name, one in values.items()
    }


def dumps_tagging(data: Any) -> str:
    """The text `dumps` gives, tagging on the way: for data that holds no bare map or integer."""
    return orjson.dumps(data, default=tagged, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def loads(text: str | bytes) -> Any:
    """The plain value of `dumps`."""
    return untagged(orjson.loads(text))


def tagged(value: Any) -> Any:
    """The value with what JSON cannot say put into tags."""
    tag = _TAGGERS.get(type(value))
    if tag is not None:
        return tag(value)
    if isinstance(value, str | Mapping):  # enumerations of texts, read-only maps
        return str(value) if isinstance(value, str) else _tagged_map(value)
    raise BugError(f"{type(value).__name__} is no plain value")


def untagged(data: Any) -> Any:
    """The plain value of tagged JSON data."""
    if isinstance(data, list):
        return [untagged(one) for one in data]
    if not isinstance(data, dict):
        return data
    if len(data) == 1:
        ((tag, inner),) = data.items()
        if tag.startswith("$"):
            return _from_tag(tag, inner)
    return {key: untagged(one) for key, one in data.items()}


def _from_tag(tag: str, inner: Any) -> Any:
    match tag:
        case "$d":
            return Decimal(inner)
        case "$t":
            return moment_of(inner)
        case "$on":
            return date.fromisoformat(inner)
        case "$s":
            return timedelta(microseconds=inner)
        case "$i":
            return int(inner)
        case "$m":
            return {key: untagged(one) for key, one in inner.items()}
        case _:
            raise BugError(f"unknown tag {tag} in stored JSON")


def _same(value: Any) -> Any:
    return value


def _tagged_int(value: int) -> Any:
    return value if -_INT64 <= value < _INT64 else {"$i": str(value)}


def _tagged_map(value: Mapping[str, Any]) -> Any:
    found = {key: tagged(one) for key, one in value.items()}
    return {"$m": found} if any(key.startswith("$") for key in found) else found


def _tagged_list(value: Iterable[Any]) -> Any:
    return [tagged(one) for one in value]


_TAGGERS: Mapping[type, Callable[[Any], Any]] = {
    type(None): _same,
    bool: _same,
    str: _same,
    int: _tagged_int,
    Decimal: lambda value: {"$d": str(value)},
    datetime: lambda value: {"$t": micros(value)},
    date: lambda value: {"$on": value.isoformat()},
    timedelta: lambda value: {"$s": value // _MICROSECOND},
    dict: _tagged_map,
    list: _tagged_list,
    tuple: _tagged_list,
    set: _tagged_list,
    frozenset: _tagged_list,
}
_TAGGED_LATER = frozenset({type(None), bool, str, Decimal, datetime, date, timedelta})
