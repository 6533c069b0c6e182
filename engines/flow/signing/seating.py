"""Who sits down to sign: people found become seats, one for each person, and policies fill gaps.

Not here: finding the people (the runtime's) and counting what they say (`quorum.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engines.flow.person_signals import Voice
from engines.flow.signing.quorum import Power, Quorum
from engines.flow.signing.sheet import APPROVED, REJECTED, WAITING, Sheet, Signature
from engines.values import UserId

PASS_POLICY: Final = "auto_pass"  # noqa: S105 - no password
REJECT_POLICY: Final = "reject"
SKIP_POLICY: Final = "skip"


class Auto(StrEnum):
    """Whose signature is taken for given."""

    INITIATOR = "initiator"
    SAME_PERSON_BEFORE = "same_person_before"


@dataclass(slots=True)
class Seating:
    """The seats while they are taken; `notes` say what was decided without a person."""

    quorum: Quorum
    given: Collection[UserId]  # whose signature is taken for given
    lines: list[Signature] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("signs_once", "u-ana")

    def seat(self, signer: int, voices: Sequence[Voice], policy: str) -> bool:
        """Let the people of a written signer sit down; False when somebody must look at it."""
        if not voices:
            return self._leave_empty(signer, policy)
        for voice in voices:
            self._sit(signer, voice)
        return True

    def sheet(self) -> Sheet:
        """The sheet they sign."""
        return Sheet(tuple(self.lines))

    def _sit(self, signer: int, voice: Voice) -> None:
        there = self._place_of(voice)
        if there is not None:
            self.notes.append(("signs_once", str(voice.user)))
            if self._is_stronger(signer, self.lines[there].signer):
                self.lines[there] = self.lines[there]._replace(signer=signer)
            return
        is_given = voice.user is not None and voice.user in self.given
        if is_given:
            self.notes.append(("auto_approved", str(voice.user)))
        state = APPROVED if is_given else WAITING
        by = voice.user if is_given else None
        self.lines.append(Signature(len(self.lines), signer, voice, state, by=by))

    def _place_of(self, voice: Voice) -> int | None:
        if voice.user is None:
            return None
        for index, one in enumerate(self.lines):
            if one.voice.user == voice.user:
                return index
        return None

    def _is_stronger(self, signer: int, than: int) -> bool:
        weights = self.quorum.weights
        return weights[than].power is Power.NONE and weights[signer].power is not Power.NONE

    def _leave_empty(self, signer: int, policy: str) -> bool:
        states = {PASS_POLICY: APPROVED, REJECT_POLICY: REJECTED}
        if policy in states:
            self.notes.append(("nobody_signs", policy))
            line = Signature(len(self.lines), signer, Voice(), states[policy])
            self.lines.append(line)
            return True
        if policy == SKIP_POLICY:
            self.notes.append(("nobody_signs", policy))
        return policy == SKIP_POLICY
