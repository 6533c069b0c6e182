"""Proof that what was read is what is stored: sums of hashes over records, in any order.

Each record is hashed as canonical JSON of its values; the hashes are added up. Two tallies are
equal when both saw the same records, however they were divided into chunks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from engines.values import RecordId, Values

_AS_IT_IS = frozenset({str, bool, date, datetime})
_MD5_ROOM = 1 << 128
_SHA256_ROOM = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many records, and the sums of their MD5 and SHA-256."""

    records: int = 0
    md5: int = 0
    sha256: int = 0

    def add(self, record: RecordId, values: Values) -> None:
        """Count a record in; empty values count as absent, so a new column changes nothing."""
        text = canonical(record, values)
        md5 = hashlib.md5(text, usedforsecurity=False).digest()
        self.records += 1
        self.md5 = (self.md5 + int.from_bytes(md5)) % _MD5_ROOM
        self.sha256 = (self.sha256 + int.from_bytes(hashlib.sha256(text).digest())) % _SHA256_ROOM

    def as_json(self) -> dict[str, Any]:
        """`{"records": 2, "md5": "…", "sha256": "…"}`, as it is kept and printed."""
        return {
            "records": self.records,
            "md5": f"{self.md5:032x}",
            "sha256": f"{self.sha256:064x}",
        }


def tally_of(kept: Mapping[str, Any]) -> Tally:
    """A tally as it was kept; an empty one of nothing."""
    if not kept:
        return Tally()
    return Tally(int(kept["records"]), int(kept["md5"], 16), int(kept["sha256"], 16))


def canonical(record: RecordId, values: Values) -> bytes:
    """A record as bytes that are the same for the same values.

    5, 5.0 and 5.00 are the same number; times are UTC.
    """
    told = {
        name: value if type(value) in _AS_IT_IS else _plain(value)
        for name, value in values.items()
        if value or (value is not None and value != [])
    }
    return orjson.dumps([record, told], default=_other, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    if type(value) is int:
        return str(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _other(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
