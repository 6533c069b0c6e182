"""Changes of a sheet while it is signed: signers added, removed, taken back. Opens no tasks."""

from __future__ import annotations

from dataclasses import dataclass

from engines.errors import Conflict
from engines.flow.person_signals import Voice, Where
from engines.flow.signing.sheet import APPROVED, OPEN, WAITING, Sheet, Signature
from engines.values import RoleId, UserId


@dataclass(frozen=True, slots=True)
class Adding:
    """What a signer may do about further signers. `roles` None: anybody of the app."""

    where: tuple[Where, ...] = tuple(Where)
    roles: tuple[RoleId, ...] | None = None


def with_added(sheet: Sheet, number: int, who: UserId, where: Where, by: UserId) -> Sheet:
    """The sheet with `who` asked by the holder of signature `number`. Raises Conflict."""
    index = sheet.find(number)
    adder = sheet.lines[index]
    if adder.adder is not None:
        raise Conflict("Somebody who was added as a signer cannot add another one.")
    if who == by or who in sheet.people():
        raise Conflict("This person signs here already.", {"who": who})
    if where is Where.PARALLEL:
        seat = 1 + max(sheet.seats, default=-1)
        line = Signature(seat, -1, Voice(user=who), adder=by)
        return sheet._replace(lines=(*sheet.lines, line))
    line = Signature(adder.seat, -1, Voice(user=who), adder=by)
    sheet = with_holder(sheet, number, by)
    return sheet.with_inserted(index if where is Where.BEFORE else index + 1, line)


def with_holder(sheet: Sheet, number: int, by: UserId) -> Sheet:
    """The sheet in which `by`, who acted on a signature, is asked by name from now on."""
    index = sheet.find(number)
    return sheet.with_line(index, sheet.lines[index]._replace(voice=Voice(user=by)))


def line_of(sheet: Sheet, who: str) -> int:
    """The index of the signature a person or a role is still to give. Raises Conflict."""
    for index, one in enumerate(sheet.lines):
        if not one.is_decided and who in (one.voice.user, one.voice.role):
            return index
    raise Conflict("This person does not sign here any more.", {"who": who})


def with_removed(sheet: Sheet, index: int, by: UserId | None) -> Sheet:
    """The sheet without a signer who has not acted; `by` None: an operator. Raises Conflict."""
    line = sheet.lines[index]
    if line.is_decided:
        raise Conflict("This person has signed already.", {"by": line.by})
    if by is not None and line.adder != by:
        raise Conflict("Only the one who added a signer can remove them again.")
    if len(sheet.lines) == 1:
        raise Conflict("The last signer cannot be removed.")
    return sheet.without(index)


def with_taken_back(sheet: Sheet, number: int, by: UserId) -> Sheet:
    """The sheet in which the latest signature was never given. Raises Conflict."""
    index = sheet.find(number)
    line = sheet.lines[index]
    if not line.is_decided or line.by != by:
        raise Conflict("This signature is not yours to take back.")
    if sheet.latest != number:
        raise Conflict("Somebody has acted since; it cannot be taken back any more.")
    reopened = line._replace(state=WAITING, by=None, voice=Voice(user=by))
    return sheet.with_line(index, reopened)._replace(latest=-1)


def with_nothing_open(sheet: Sheet) -> Sheet:
    """The sheet in which everybody who has not signed is asked anew later."""
    lines = tuple(
        one._replace(state=WAITING, number=-1) if one.state == OPEN else one for one in sheet.lines
    )
    return sheet._replace(lines=lines)


def with_signed(sheet: Sheet, number: int, outcome: str, by: UserId) -> Sheet:
    """The sheet with a signature given. Raises Conflict when `by` has signed another seat."""
    index = sheet.find(number)
    line = sheet.lines[index]
    is_second = line.voice.user is None and any(
        one.by == by and one.seat != line.seat for one in sheet.lines
    )
    if is_second:
        raise Conflict("You have signed here already; somebody else of the group must sign this.")
    signed = line._replace(state=outcome, by=by)
    return sheet.with_line(index, signed)._replace(latest=number)


def seats_covered(sheet: Sheet, by: UserId) -> tuple[int, ...]:
    """Indexes of further lines that only `by` could sign, who has signed once and for all."""
    return tuple(
        index
        for index, one in enumerate(sheet.lines)
        if not one.is_decided and one.voice.user == by and one.voice.role is not None
    )


def approvers(sheet: Sheet) -> tuple[UserId, ...]:
    """Who has approved, in the order of the sheet."""
    signed = [one.by for one in sheet.lines if one.state == APPROVED and one.by is not None]
    return tuple(dict.fromkeys(signed))
