"""What the seats of a sheet decide together, by the node's mode. Knows no people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from engines.flow.signing.sheet import APPROVED, REJECTED, Sheet


class Mode(StrEnum):
    """Who decides."""

    ANY = "any"
    ALL = "all"
    SEQUENTIAL = "sequential"
    VOTE = "vote"


class Power(StrEnum):
    """What one seat's word alone can do."""

    NONE = "none"
    VETO = "veto"  # its rejection rejects
    ONE_PASS = "one_pass"  # noqa: S105 - its approval passes; no password
    DECIDES = "decides"  # both


@dataclass(frozen=True, slots=True)
class Weight:
    """What a written signer's seats count for."""

    votes: Fraction = Fraction(1)
    power: Power = Power.NONE


_ORDINARY = Weight()


@dataclass(frozen=True, slots=True)
class Quorum:
    """How seats are counted.

    `threshold` is the share of votes that passes a vote, above 0 to 1; a fraction, as two of three
    is no decimal.
    """

    mode: Mode = Mode.ALL
    threshold: Fraction = Fraction(1)
    waits_for_all: bool = False
    weights: tuple[Weight, ...] = ()

    @property
    def is_in_turn(self) -> bool:
        """Whether one seat is asked after the other."""
        return self.mode is Mode.SEQUENTIAL

    def verdict(self, sheet: Sheet) -> str:
        """Approved, rejected, or '' while it is open."""
        votes = {seat: sheet.vote(seat) for seat in sheet.seats}
        return self._by_power(sheet, votes) or self._by_mode(sheet, votes)

    def _by_power(self, sheet: Sheet, votes: Mapping[int, str]) -> str:
        for seat, vote in votes.items():
            power = self._weight(sheet, seat).power
            if vote == REJECTED and power in (Power.VETO, Power.DECIDES):
                return REJECTED
            if vote == APPROVED and power in (Power.ONE_PASS, Power.DECIDES):
                return APPROVED
        return ""

    def _by_mode(self, sheet: Sheet, votes: Mapping[int, str]) -> str:
        said = list(votes.values())
        if self.waits_for_all and "" in said:
            return ""
        if self.mode is Mode.VOTE:
            return self._by_count(sheet, votes)
        if self.mode is Mode.ANY:
            return APPROVED if APPROVED in said else "" if "" in said else REJECTED
        return REJECTED if REJECTED in said else "" if "" in said else APPROVED

    def _by_count(self, sheet: Sheet, votes: Mapping[int, str]) -> str:
        """Passed when the share is reached; rejected as soon as it cannot be any more."""
        weighed = [(vote, self._weight(sheet, seat).votes) for seat, vote in votes.items()]
        needed = self.threshold * sum((one for _, one in weighed), Fraction(0))
        given = sum((one for vote, one in weighed if vote == APPROVED), Fraction(0))
        still = sum((one for vote, one in weighed if not vote), Fraction(0))
        if given >= needed:
            return APPROVED
        return REJECTED if given + still < needed else ""

    def _weight(self, sheet: Sheet, seat: int) -> Weight:
        """That of the seat's written signer; one that was added counts once."""
        written = (one.signer for one in sheet.lines if one.seat == seat and one.signer >= 0)
        signer = next(written, -1)
        return self.weights[signer] if 0 <= signer < len(self.weights) else _ORDINARY
