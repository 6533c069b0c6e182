"""Chain the log: blocks of events, each block's hash over its events and the hash before it.

Sealed a moment after commit by one sealer, not in the transaction: that would make all writers
wait for each other. A block covers every column of its events but their place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import orjson
import sqlalchemy as sa

from runtime.ports import ChainReport
from runtime.store.sql import Dialect, Row, Session, bind, insert_into, micros
from runtime.store.tables import BLOCK, EVENT

MAX_BLOCK = 1_000  # events

_FIRST = "0" * 64
_CHAINED = [column for column in EVENT.c if column.name not in ("number", "seal")]
_TAIL = (
    sa.select(EVENT.c.number, *_CHAINED)
    .where(EVENT.c.seal.is_(None))
    .order_by(EVENT.c.number)
    .limit(sa.literal_column(str(MAX_BLOCK)))
)
_LAST_BLOCK = (
    sa.select(BLOCK.c.number, BLOCK.c.last_seal, BLOCK.c.hash)
    .order_by(BLOCK.c.number.desc())
    .limit(sa.literal_column("1"))
)
_MARK = sa.update(EVENT).where(EVENT.c.number == bind("event")).values(seal=bind("place"))
_ADD_BLOCK = insert_into(BLOCK)
_BLOCKS = sa.select(BLOCK).order_by(BLOCK.c.number)
_SEALED = (
    sa.select(EVENT.c.seal, *_CHAINED)
    .where(EVENT.c.seal > bind("behind"))
    .order_by(EVENT.c.seal)
    .limit(sa.literal_column(str(MAX_BLOCK)))
)
_COUNT_TAIL = sa.select(sa.func.count()).select_from(EVENT).where(EVENT.c.seal.is_(None))
_ONE_SEALER = sa.select(sa.func.pg_advisory_xact_lock(sa.literal_column("7203315")))


def seal(session: Session, now: datetime) -> int:
    """Chain the oldest unsealed events into a block; how many it took."""
    if session.dialect is Dialect.POSTGRES:
        session.rows(_ONE_SEALER)
    rows = session.rows(_TAIL)
    if not rows:
        return 0
    number, last, previous = session.first(_LAST_BLOCK) or (0, 0, _FIRST)
    marks = [{"event": row[0], "place": last + at} for at, row in enumerate(rows, 1)]
    session.change_many(_MARK, marks)
    block = {
        "number": number + 1,
        "first_seal": last + 1,
        "last_seal": last + len(rows),
        "previous": previous,
        "hash": _hash(previous, [row[1:] for row in rows]),
        "sealed_at": micros(now),
    }
    session.change(_ADD_BLOCK, block)
    return len(rows)


def verify(session: Session) -> ChainReport:
    """What is wrong with the chain. Reads every sealed event once, in constant memory."""
    blocks = session.rows(_BLOCKS)
    by_number = {block[0]: block for block in blocks}
    bounds = sorted((block[1], block[2], block[0]) for block in blocks)
    problems = _broken_links(blocks)
    seen: set[int] = set()
    sealed = 0
    for number, rows in groupby(_sealed(session), key=_block_finder(bounds)):
        events = list(rows)
        sealed += len(events)
        if number is None:
            problems.append(f"{len(events)} events carry a seal of no block")
            continue
        seen.add(number)
        problems += _wrong(by_number[number], events)
    problems += [_missing(block) for block in blocks if block[0] not in seen]
    tail = session.first(_COUNT_TAIL)
    return ChainReport(tuple(problems), len(blocks), sealed, tail[0] if tail else 0)


def _sealed(session: Session) -> Iterator[Row]:
    behind = 0
    while rows := session.rows(_SEALED, {"behind": behind}):
        yield from rows
        behind = rows[-1][0]


def _block_finder(bounds: Sequence[tuple[int, int, int]]) -> Any:
    """The number of the block an event's seal falls into; asked in rising order."""
    at = 0

    def block_of(row: Row) -> int | None:
        nonlocal at
        while at < len(bounds) and bounds[at][1] < row[0]:
            at += 1
        inside = at < len(bounds) and bounds[at][0] <= row[0]
        return bounds[at][2] if inside else None

    return block_of


def _broken_links(blocks: Sequence[Row]) -> list[str]:
    problems: list[str] = []
    expected, previous, behind = 1, _FIRST, 0
    for number, first, last, before, hash_, _ in blocks:
        if number != expected:
            problems.append(f"block {expected} is missing")
        elif before != previous:
            problems.append(f"block {number} does not follow block {number - 1}")
        elif first != behind + 1:
            problems.append(f"block {number} does not start behind block {number - 1}")
        expected, previous, behind = number + 1, hash_, last
    return problems


def _wrong(block: Row, events: Sequence[Row]) -> list[str]:
    number, first, last, previous, hash_, _ = block
    name = f"block {number} (events {first} to {last})"
    if len(events) != last - first + 1:
        return [f"{name} has {len(events)} events left of {last - first + 1}"]
    if _hash(previous, [row[1:] for row in events]) != hash_:
        return [f"{name} does not match its hash: an event of it was changed"]
    return []


def _missing(block: Row) -> str:
    return f"block {block[0]} (events {block[1]} to {block[2]}) has none of its events left"


def _hash(previous: str, events: Sequence[Row]) -> str:
    digest = sha256(previous.encode())
    for row in events:
        digest.update(orjson.dumps(list(row), option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()
