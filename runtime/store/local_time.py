"""An instant as the local time of a zone, in SQL: the same rules on every database.

A database's own time zones are not asked: SQLite has none, and PostgreSQL's may be of another year
than ours. The offsets of a zone become a balanced tree of comparisons, written into the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from runtime.store.sql import micros

_FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(days=7)  # no zone changes its offset twice within a week
_SECOND: Final = timedelta(seconds=1)
# Local times are kept within the years that dates can have.
_EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offset:
    """Seconds a zone is ahead of UTC from an instant on."""

    start: datetime
    seconds: int


@lru_cache(maxsize=256)
def offsets_of(zone: str) -> tuple[Offset, ...]:
    """The offsets of a zone from 1900 to 2100, oldest first; its ends hold beyond them."""
    rules = ZoneInfo(zone)
    found = [Offset(_FIRST, _seconds(rules, _FIRST))]
    moment = _FIRST
    while moment < _LAST:
        following = moment + _STEP
        seconds = _seconds(rules, following)
        if seconds != found[-1].seconds:
            found.append(Offset(_change(rules, moment, following), seconds))
        moment = following
    return tuple(found)


class LocalTime(FunctionElement[Any]):
    """The local time of an instant: microseconds on SQLite, a timestamp on PostgreSQL."""

    inherit_cache = False  # the zone's offsets are part of the text

    def __init__(self, instant: sa.ColumnElement[Any], zone: str) -> None:
        super().__init__(instant)
        self.zone = zone


@compiles(LocalTime)
def _on_sqlite(element: LocalTime, compiler: Any, **options: Any) -> str:
    instant = compiler.process(element.clauses.clauses[0], **options)
    moved = _tree(
        offsets_of(element.zone),
        lambda moment: f"{instant} < {micros(moment)}",
        lambda seconds: str(seconds * 1_000_000),
    )
    return f"min(max({instant} + {moved}, {micros(_EARLIEST)}), {micros(_LATEST)})"


@compiles(LocalTime, "postgresql")
def _on_postgres(element: LocalTime, compiler: Any, **options: Any) -> str:
    instant = compiler.process(element.clauses.clauses[0], **options)
    moved = _tree(
        offsets_of(element.zone),
        lambda moment: f"{instant} < TIMESTAMPTZ '{moment:%Y-%m-%d %H:%M:%S}+00'",
        lambda seconds: f"INTERVAL '{seconds} s'",
    )
    local = f"timezone('UTC', {instant}) + {moved}"
    earliest, latest = (
        f"TIMESTAMP '{moment.isoformat(' ')[:19]}'" for moment in (_EARLIEST, _LATEST)
    )
    # least() and greatest() pass over nulls, and a record without a time has no local one
    return (
        f"CASE WHEN {instant} IS NOT NULL THEN least(greatest({local}, {earliest}), {latest}) END"
    )


def _tree(
    offsets: Sequence[Offset],
    is_before: Callable[[datetime], str],
    shift: Callable[[int], str],
) -> str:
    if len(offsets) == 1:
        return shift(offsets[0].seconds)
    middle = len(offsets) // 2
    older = _tree(offsets[:middle], is_before, shift)
    newer = _tree(offsets[middle:], is_before, shift)
    return f"CASE WHEN {is_before(offsets[middle].start)} THEN {older} ELSE {newer} END"


def _change(rules: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset of `after` begins."""
    old = _seconds(rules, before)
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if _seconds(rules, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _seconds(rules: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(rules).utcoffset() or timedelta(0)
    return offset // _SECOND
