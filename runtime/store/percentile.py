"""The percentile of a group in SQL: the smallest value that so many percent do not exceed.

PostgreSQL has it; SQLite is taught it. Sorting each group's values in Python costs a third of what
a window function costs there, and only one group is held at a time.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import sqlalchemy as sa

from runtime.store.sql import Dialect

_NAME: Final = "percentile_at"
# PostgreSQL rounds fraction times count up to a rank. A whisker less than the fraction keeps an
# exact product from being one rank too high, and is lost below a thousand million values.
_WHISKER: Final = 1e-12


class PercentileAt:
    """`percentile_at(value, percent)` of SQLite: an aggregate over the values of one group."""

    def __init__(self) -> None:
        self._values: list[int] = []
        self._percent = 0

    def step(self, value: int | None, percent: int) -> None:
        """Take the next value."""
        if value is not None:
            self._values.append(value)
            self._percent = percent

    def finalize(self) -> int | None:
        """The percentile of all that was taken; null of nothing."""
        if not self._values:
            return None
        rank = -(-self._percent * len(self._values) // 100)
        return sorted(self._values)[rank - 1]


def teach(connection: sqlite3.Connection) -> None:
    """Make the function known to a connection."""
    made: Any = PercentileAt  # the declared type knows only aggregates of one argument
    connection.create_aggregate(_NAME, 2, made)


def percentile(
    column: sa.ColumnElement[Any], percent: int, dialect: Dialect
) -> sa.ColumnElement[Any]:
    """The aggregate over a column."""
    if dialect is Dialect.SQLITE:
        return sa.func.percentile_at(column, sa.literal_column(str(percent)))
    fraction: sa.ColumnElement[Any] = sa.literal_column(f"{percent / 100 - _WHISKER:.12f}")
    return sa.func.percentile_disc(fraction).within_group(column)
