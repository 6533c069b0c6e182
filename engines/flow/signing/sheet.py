"""The sheet an approval is signed on: one line for each signature, kept in the token's state.

A seat is one voice of the quorum. It has several signatures when somebody was asked to sign before
or after its signer: it approves when all of them did, and rejects with the first that does.
Not here: what the quorum makes of the seats (`quorum.py`), who may be added (`changes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from engines.errors import BugError
from engines.flow.person_signals import Voice
from engines.values import NodeId, RoleId, UserId

APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WAITING: Final = ""  # not asked yet, or asked again later
OPEN: Final = "open"
REVISING: Final = -1  # the seat of the initiator's own task after a return


class Signature(NamedTuple):
    """One person's part. `number` is that of its task, 0 or more once it was asked."""

    seat: int
    signer: int  # which of the written signers it stands for; -1: none, it was added
    voice: Voice
    state: str = WAITING  # "", open, approved, rejected
    number: int = -1
    by: UserId | None = None  # who signed
    adder: UserId | None = None  # who added it; None: it was written in the definition

    @property
    def is_decided(self) -> bool:
        """Whether it can no longer change the seat."""
        return self.state in (APPROVED, REJECTED)


class Sheet(NamedTuple):
    """All signatures, in the order in which they are asked."""

    lines: tuple[Signature, ...] = ()
    next_number: int = 0
    latest: int = -1  # number of the signature given last, the only one that may be taken back

    @property
    def seats(self) -> tuple[int, ...]:
        """The seats in order."""
        return tuple(dict.fromkeys(one.seat for one in self.lines if one.seat != REVISING))

    def vote(self, seat: int) -> str:
        """What a seat says so far: approved, rejected or '' while it is open."""
        states = [one.state for one in self.lines if one.seat == seat]
        if REJECTED in states:
            return REJECTED
        return APPROVED if set(states) == {APPROVED} else ""

    def turn(self, seat: int) -> int | None:
        """The index of the line whose turn it is within a seat."""
        for index, one in enumerate(self.lines):
            if one.seat == seat and not one.is_decided:
                return index
        return None

    def find(self, number: int) -> int:
        """The index of the line with an asked signature's number."""
        for index, one in enumerate(self.lines):
            if one.number == number:
                return index
        raise BugError(f"no signature has number {number}")

    def with_line(self, index: int, line: Signature) -> Sheet:
        """The sheet with one line replaced."""
        return self._replace(lines=(*self.lines[:index], line, *self.lines[index + 1 :]))

    def with_inserted(self, index: int, line: Signature) -> Sheet:
        """The sheet with one line more, before the one at `index`."""
        return self._replace(lines=(*self.lines[:index], line, *self.lines[index:]))

    def without(self, index: int) -> Sheet:
        """The sheet without a line."""
        return self._replace(lines=(*self.lines[:index], *self.lines[index + 1 :]))

    def open_numbers(self) -> tuple[int, ...]:
        """Numbers of the signatures that are asked for now."""
        return tuple(one.number for one in self.lines if one.state == OPEN)

    def people(self) -> tuple[UserId, ...]:
        """Who has signed or is asked by name."""
        asked = [one.by or one.voice.user for one in self.lines]
        return tuple(dict.fromkeys(one for one in asked if one is not None))


def sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    """`{"l": [[seat, signer, "u:ana", "open", 0, who signed, who added]], "n": 1}`."""
    rows = [_row(one) for one in sheet.lines]
    data: dict[str, Any] = {"l": rows, "n": sheet.next_number}
    return data if sheet.latest < 0 else {**data, "a": sheet.latest}


def sheet_from_json(data: Mapping[str, Any]) -> Sheet:
    """The sheet that `sheet_to_json` wrote, or that of an approval begun by the first release.

    That one kept `{"board.4.0": "", "board.4.1": "approved"}` and knew no names.
    """
    if "l" not in data:
        return _of_first_release(data)
    return Sheet(tuple(_line(row) for row in data["l"]), data["n"], data.get("a", -1))


def key_of(node: NodeId, token: int, number: int) -> str:
    """The key of a signature's task."""
    return f"{node}.{token}.{number}"


def number_of(key: str) -> int:
    """The number of the signature a task's key speaks of."""
    return int(key.rpartition(".")[2])


def _row(one: Signature) -> list[Any]:
    row = [one.seat, one.signer, _written(one.voice), one.state, one.number, one.by, one.adder]
    defaults = [None, None, None, WAITING, -1, None, None]
    while row[-1] == defaults[len(row) - 1]:
        row.pop()
    return row


def _line(row: Sequence[Any]) -> Signature:
    seat, signer, voice, *rest = row
    return Signature(seat, signer, _voice(voice), *rest)


def _written(voice: Voice) -> str:
    """`u:ana`, `r:clerk`; a pool of one person has both: `b:clerk:ana`."""
    if voice.user is not None and voice.role is not None:
        return f"b:{voice.role}:{voice.user}"
    return f"u:{voice.user}" if voice.user is not None else f"r:{voice.role or ''}"


def _voice(text: str) -> Voice:
    kind, _, name = text.partition(":")
    if kind == "u":
        return Voice(user=UserId(name))
    if kind == "b":
        role, _, user = name.partition(":")
        return Voice(UserId(user), RoleId(role))
    return Voice(role=RoleId(name) if name else None)


def _of_first_release(data: Mapping[str, Any]) -> Sheet:
    lines = tuple(
        Signature(number_of(key), number_of(key), Voice(), vote or OPEN, number_of(key))
        for key, vote in data.items()
    )
    return Sheet(lines, 1 + max((one.number for one in lines), default=-1))
