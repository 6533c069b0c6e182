"""The ids of an import's records: UUIDv7 that follow from the run and the row, rising by row.

So a record can be named before it is stored, and found again when the run is proved.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby, pairwise

from engines.values import RecordId
from runtime.ports import Cells

# Rows from a multiple of this on are proved by one hash: a chunk ends with the last of them.
TOGETHER = 16

_AT_ONCE = 1_024  # rows whose random digits are made together
_DIGITS = 8  # of a row's own, beside the number of the row
_VARIANT = 2 << 30
_PARTS_KEPT = 4  # a chunk has rows of a few, and they are asked for more than once


class RowIds:
    """The ids of one run, which began at a time."""

    def __init__(self, run: str, started_ms: int) -> None:
        milliseconds = f"{started_ms:012x}"
        self._head = f"{milliseconds[:8]}-{milliseconds[8:]}-7"
        self._run = run
        self._parts: dict[int, list[RecordId]] = {}

    def of(self, row: int) -> RecordId:
        """The id of the record that begins in a row."""
        part, at = divmod(row, _AT_ONCE)
        return self._of_part(part)[at]

    def of_rows(self, rows: Sequence[int]) -> list[RecordId]:
        """The same for many, which rise."""
        found: list[RecordId] = []
        for part, together in groupby(rows, key=_AT_ONCE.__rfloordiv__):
            ids, first, some = self._of_part(part), part * _AT_ONCE, list(together)
            start, stop = some[0] - first, some[-1] - first + 1
            is_gapless = stop - start == len(some)
            found += ids[start:stop] if is_gapless else [ids[row - first] for row in some]
        return found

    def proved_together(self, cells: Sequence[Cells], rows: range) -> list[Sequence[Cells]]:
        """The cells of some rows' records, in order, cut where others begin to be proved."""
        first = rows.start + -rows.start % TOGETHER
        starts = [(self.of(row),) for row in range(first, rows.stop, TOGETHER)]
        cuts = [0, *(bisect_left(cells, start) for start in starts), len(cells)]
        return [cells[start:stop] for start, stop in pairwise(cuts) if start < stop]

    def _of_part(self, part: int) -> list[RecordId]:
        found = self._parts.get(part)
        if found is None:
            if len(self._parts) >= _PARTS_KEPT:
                del self._parts[next(iter(self._parts))]  # the one made first
            found = self._parts[part] = self._made(part)
        return found

    def _made(self, part: int) -> list[RecordId]:
        mark = f"{self._run}:{part}".encode()
        digits = hashlib.shake_128(mark).hexdigest(_AT_ONCE * _DIGITS // 2)
        first = part * _AT_ONCE
        low = _VARIANT | (first & 0xFFFFFFF) << 2  # of its last 16 bits, these rows use 12
        head = f"{self._head}{first >> 28 & 0xFFF:03x}-{low >> 16:04x}-"
        lows = array("H", range(low & 0xFFFF, (low & 0xFFFF) + (_AT_ONCE << 2), 1 << 2))
        if sys.byteorder == "little":
            lows.byteswap()
        counted = lows.tobytes().hex()
        return [
            RecordId(f"{head}{counted[at : at + 4]}{digits[at + at : at + at + _DIGITS]}")
            for at in range(0, len(counted), 4)
        ]
