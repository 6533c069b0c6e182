"""Proof that what was read is what is stored: sums of hashes over records, in any order.

Each record is hashed as one text of its id and values; the hashes are added up. Two tallies are
equal when both saw the same records, however they were divided into chunks. The texts are made a
column at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any

import orjson

from engines.values import Value, ValueBlock

_MD5_ROOM = 1 << 128
_SHA256_ROOM = 1 << 256

# Between values, and before what stands for these two in a text; no control lets them in.
_BETWEEN, _ESCAPE = "\x1f", "\x1e"
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_MAYBE_EMPTY = frozenset({NoneType, list})


@dataclass(slots=True)
class Tally:
    """How many records, and the sums of the MD5 and SHA-256 of some of their fields."""

    fields: Sequence[str]
    records: int = 0
    md5: int = 0
    sha256: int = 0

    def add(self, block: ValueBlock) -> None:
        """Count records in; a field that is not there counts as empty."""
        texts = [text.encode() for text in canonical(block, self.fields)]
        md5s = [hashlib.md5(text, usedforsecurity=False).digest() for text in texts]
        sha256s = [hashlib.sha256(text).digest() for text in texts]
        self.records += len(texts)
        self.md5 = (self.md5 + sum(map(int.from_bytes, md5s))) % _MD5_ROOM
        self.sha256 = (self.sha256 + sum(map(int.from_bytes, sha256s))) % _SHA256_ROOM

    def as_json(self) -> dict[str, Any]:
        """`{"records": 2, "md5": "…", "sha256": "…"}`, as it is kept and printed."""
        return {
            "records": self.records,
            "md5": f"{self.md5:032x}",
            "sha256": f"{self.sha256:064x}",
        }


def tally_of(fields: Sequence[str], kept: Mapping[str, Any]) -> Tally:
    """A tally as it was kept; an empty one of nothing."""
    if not kept:
        return Tally(fields)
    return Tally(fields, int(kept["records"]), int(kept["md5"], 16), int(kept["sha256"], 16))


def canonical(block: ValueBlock, fields: Sequence[str]) -> list[str]:
    """Each record as a text that is the same for the same values of these fields.

    5, 5.0 and 5.00 are the same number; times are UTC.
    """
    nothing = [None] * len(block.ids)
    columns = [_cells(block.columns.get(field, nothing)) for field in fields]
    return list(map(_BETWEEN.join, zip(block.ids, *columns, strict=True)))


def _cells(values: Sequence[Value]) -> Sequence[str]:
    """The texts; nothing for empty values."""
    if _MAYBE_EMPTY.isdisjoint(map(type, values)):
        return _texts(values)
    is_there = [value is not None and value != [] for value in values]
    told = iter(_texts([value for value, there in zip(values, is_there, strict=True) if there]))
    return [next(told) if there else "" for there in is_there]


def _texts(values: Sequence[Value]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        together = "".join(values)
        is_plain = _BETWEEN not in together and _ESCAPE not in together
        return values if is_plain else list(map(_escaped, values))
    if len(kinds) == 1:
        return list(map(_TEXT_OF.get(kinds.pop(), _other), values))
    return [_TEXT_OF.get(type(value), _other)(value) for value in values]


def _escaped(text: str) -> str:
    return text.replace(_ESCAPE, f"{_ESCAPE}0").replace(_BETWEEN, f"{_ESCAPE}1")


def _number(value: Decimal) -> str:
    return str(value.normalize())


def _instant(value: datetime) -> str:
    return str((value - _EPOCH) // _MICROSECOND)


def _truth(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def _other(value: Any) -> str:
    """Lists, maps and durations."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return _number(value) if isinstance(value, Decimal) else str(value)


_TEXT_OF: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        str: _escaped,
        bool: _truth,
        int: str,
        Decimal: _number,
        datetime: _instant,
        date: lambda value: str(value.toordinal()),
    }
)
