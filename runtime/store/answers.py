"""Answers kept while no table they were read from has changed. For a database of one process.

Every request asks who it is; the same person asks many times between two changes of people. The
writer says after each COMMIT, before anybody is answered, which tables it wrote; who asks takes
the tables' stamp before reading, so that what was read before a change is not taken for news.
Readers inside a transaction see an older state and keep nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

_MOST = 4_096  # answers; then all are forgotten


class Answers:
    """What statements answered, by statement and parameters."""

    __slots__ = ("_changes", "_every", "_kept")

    def __init__(self) -> None:
        self._changes: defaultdict[str, int] = defaultdict(int)  # commits, by table
        self._every = 0  # commits of which nobody knows what they changed
        self._kept: dict[Hashable, tuple[int, Any]] = {}

    def stamp(self, tables: Iterable[str]) -> int:
        """Another number after every change of one of the tables."""
        return self._every + sum(map(self._changes.__getitem__, tables))

    def find(self, key: Hashable, stamp: int) -> Any | None:
        """The answer, if it was kept under this stamp."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == stamp else None

    def keep(self, key: Hashable, stamp: int, answer: Any) -> None:
        """Keep an answer that was read after the stamp was taken."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = (stamp, answer)

    def changed(self, tables: Iterable[str]) -> None:
        """Say what a commit wrote. Called by one thread at a time."""
        for table in tables:
            self._changes[table] += 1

    def all_changed(self) -> None:
        """The same where it could be anything."""
        self._every += 1
