"""When a failed job is tried again: later each time, spread by its key. Pure."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

FIRST = timedelta(seconds=15)
LONGEST = timedelta(hours=6)
MAX_ATTEMPTS = 12  # over about a day


def delay(attempt: int, key: str) -> timedelta:
    """The wait after the `attempt`-th failure, 1 for the first.

    Doubles up to `LONGEST`; between half and the whole of that, the same for the same key, so that
    what failed together does not come back together.
    """
    doubled: timedelta = FIRST * (1 << min(attempt - 1, 30))
    whole = min(doubled, LONGEST)
    spread = int.from_bytes(sha256(f"{key}:{attempt}".encode()).digest()[:4], "big") / 2**32
    return whole / 2 + whole / 2 * spread
