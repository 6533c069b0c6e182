"""Proof that what was read is what is stored: sums of hashes over records.

Records are hashed a few together, as one text of their ids and of the cells their values stand in;
the hashes are added up. Two tallies are equal when both saw the same parts, however those came in
chunks. A hash for each record alone costs three times as much.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from runtime.ports import Cells

_MD5_ROOM = 1 << 128
_SHA256_ROOM = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many records, and the sums of the MD5 and SHA-256 of some of their fields."""

    fields: Sequence[str]
    records: int = 0
    md5: int = 0
    sha256: int = 0

    def add(self, parts: Sequence[Sequence[Cells]]) -> None:
        """Count records in, which the other tally must get in the same parts."""
        texts = [orjson.dumps(part, _told, orjson.OPT_PASSTHROUGH_DATETIME) for part in parts]
        md5s = [hashlib.md5(text, usedforsecurity=False).digest() for text in texts]
        sha256s = [hashlib.sha256(text).digest() for text in texts]
        self.records += sum(map(len, parts))
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


def _told(cell: Any) -> str:
    """Times, dates and decimals, as databases have them that know such types."""
    return str(cell.astimezone(UTC)) if isinstance(cell, datetime) else str(cell)
