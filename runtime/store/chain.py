"""Chain the log: blocks of events, each block's hash over its events and the hash before it.

Sealed a moment after commit by one sealer, not in the transaction: that would make all writers
wait for each other. On SQLite they do so anyway, so that events that come by the thousand are
sealed as they are added. A block covers every column of its events but their place in the file. An
anchor in a table of its own, under the master key, says which block is the last: without it a log
whose end was cut off would still be a whole chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from runtime.ports import Anchor, ChainReport
from runtime.store.sql import Dialect, Row, Session, bind, insert_into, micros
from runtime.store.tables import ANCHOR, BLOCK, EVENT
from runtime.store.vault import Vault

MAX_BLOCK = 1_000  # events
_HASHED_AT_ONCE = 100

_FIRST = "0" * 64
_ANCHORED = "events"  # the one log there is
_CHAINED = [column for column in EVENT.c if column.name not in ("number", "seal")]
CHAINED = tuple(column.name for column in _CHAINED)
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
_anchor = insert(ANCHOR).values({column.name: bind(column.name) for column in ANCHOR.c})
_ANCHOR = _anchor.on_conflict_do_update(
    index_elements=["log"],
    set_={name: _anchor.excluded[name] for name in ("block", "events", "hash", "proof")},
)
_ANCHOR_OF_LOG = sa.select(ANCHOR.c.block, ANCHOR.c.events, ANCHOR.c.hash, ANCHOR.c.proof).where(
    ANCHOR.c.log == bind("log")
)
_MARK = (
    sa.update(EVENT)
    .where(EVENT.c.number >= bind("first"), EVENT.c.number <= bind("last"))
    .values(seal=EVENT.c.number + sa.cast(bind("shift"), sa.BigInteger))
)
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


def seal(session: Session, vault: Vault, now: datetime) -> int:
    """Chain the oldest unsealed events into a block and anchor it; how many it took."""
    if session.dialect is Dialect.POSTGRES:
        session.rows(_ONE_SEALER)
    rows = session.rows(_TAIL)
    if not rows:
        return 0
    last = _add_block(session, [row[1:] for row in rows], now)
    session.change_many(_MARK, _marks([row[0] for row in rows], last + 1))
    drop_anchor(session, vault)
    return len(rows)


def add_sealed(session: Session, vault: Vault, rows: Sequence[Row], now: datetime) -> None:
    """Add many events, their cells as `CHAINED` has them, and seal them, where writers take turns.

    Without a second change of their pages, which costs as much as adding them.
    """
    while seal(session, vault, now):  # what came before them
        pass
    for start in range(0, len(rows), MAX_BLOCK):
        some = rows[start : start + MAX_BLOCK]
        last = _add_block(session, some, now)
        sealed = [(*row, number) for number, row in enumerate(some, last + 1)]
        session.add_rows(EVENT, (*CHAINED, "seal"), sealed)
    drop_anchor(session, vault)


def _add_block(session: Session, events: Sequence[Row], now: datetime) -> int:
    """Chain the next events; the seal of the event before them."""
    number, last, previous = session.first(_LAST_BLOCK) or (0, 0, _FIRST)
    block = {
        "number": number + 1,
        "first_seal": last + 1,
        "last_seal": last + len(events),
        "previous": previous,
        "hash": _hash(previous, events),
        "sealed_at": micros(now),
    }
    session.change(_ADD_BLOCK, block)
    return int(last)


def drop_anchor(session: Session, vault: Vault) -> None:
    """Keep, outside the log and under the master key, which block is the last one."""
    last = _last_block(session)
    if last is None:
        return
    proof = vault.blind(session, _ANCHORED, _told(last))
    session.change(_ANCHOR, {**asdict(last), "log": _ANCHORED, "proof": proof})


def anchor(session: Session) -> Anchor | None:
    """The last block as it stands, to be kept elsewhere; None before the first one."""
    return _last_block(session)


def verify(session: Session, vault: Vault, kept: Anchor | None = None) -> ChainReport:
    """What is wrong with the chain. Reads every sealed event once, in constant memory."""
    blocks = session.rows(_BLOCKS)
    by_number = {block[0]: block for block in blocks}
    bounds = sorted((block[1], block[2], block[0]) for block in blocks)
    problems = _broken_links(blocks)
    problems += _cut_off(session, vault, blocks)
    problems += _differs_from(kept, blocks)
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


def _marks(numbers: Sequence[int], first_seal: int) -> list[dict[str, int]]:
    """The events' seals: one change for all whose numbers follow each other without a gap.

    A gap stays one: what commits into it later is not in this block.
    """
    shifts = [first_seal + at - number for at, number in enumerate(numbers)]
    marks = []
    for shift, run in groupby(zip(shifts, numbers, strict=True), key=itemgetter(0)):
        together = [number for _, number in run]
        marks.append({"first": together[0], "last": together[-1], "shift": shift})
    return marks


def _last_block(session: Session) -> Anchor | None:
    row = session.first(_LAST_BLOCK)
    return None if row is None else Anchor(*row)


def _cut_off(session: Session, vault: Vault, blocks: Sequence[Row]) -> list[str]:
    """What the anchor says of the log's end, which the chain itself cannot know."""
    row = session.first(_ANCHOR_OF_LOG, {"log": _ANCHORED})
    if row is None:
        return ["the anchor of the log is gone: whether its end was cut off is not known"] * bool(
            blocks
        )
    held, proof = Anchor(*row[:3]), row[3]
    if not vault.is_blind(session, _ANCHORED, _told(held), proof):
        return ["the anchor of the log was changed by somebody without the master key"]
    last = blocks[-1][0] if blocks else 0
    if last > held.block:
        return [f"blocks {held.block + 1} to {last} were added behind the anchor, not by Dougong"]
    return _differs_from(held, blocks)


def _differs_from(kept: Anchor | None, blocks: Sequence[Row]) -> list[str]:
    if kept is None:
        return []
    last, behind = (blocks[-1][0], blocks[-1][2]) if blocks else (0, 0)
    if last < kept.block:
        return [
            f"the end of the log was cut off: it had {kept.block} blocks and {kept.events} "
            f"events, and ends at block {last} and event {behind}"
        ]
    found = next((block for block in blocks if block[0] == kept.block), None)
    if found is None or (found[2], found[4]) != (kept.events, kept.hash):
        return [f"block {kept.block} is not the one that was sealed: the log was replaced"]
    return []


def _told(last: Anchor) -> bytes:
    return f"{last.block}|{last.events}|{last.hash}".encode()


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
    dumps, newline = orjson.dumps, orjson.OPT_APPEND_NEWLINE
    for start in range(0, len(events), _HASHED_AT_ONCE):
        some = events[start : start + _HASHED_AT_ONCE]
        digest.update(b"".join([dumps(row, option=newline) for row in some]))
    return digest.hexdigest()
