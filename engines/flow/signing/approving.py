"""What an approval does with its token: asks, counts, and lets people change their minds.

How it is written is in `nodes/approval.py`; what a sheet is, in `sheet.py`. Long because all that
may happen to a sheet comes together here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.errors import Conflict
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import START_EDGE
from engines.flow.offer import Offer
from engines.flow.person_signals import Asked, Returned, SignerAdded, SignerRemoved, Voice, Where
from engines.flow.signals import TaskCompleted
from engines.flow.signing import changes
from engines.flow.signing.parse import Signers
from engines.flow.signing.returning import REVISE, Returning
from engines.flow.signing.seating import Auto, Seating
from engines.flow.signing.sheet import (
    APPROVED,
    OPEN,
    REVISING,
    WAITING,
    Sheet,
    Signature,
    key_of,
    number_of,
    sheet_from_json,
    sheet_to_json,
)
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.messages import Recipient, ToNobody, ToPool, ToUser
from engines.plain import changed
from engines.values import NodeId, RoleId, UserId, Value

_ASKED: Mapping[str, Any] = {"asked": True}  # the state until it is known who the signers are
_HANDED = "handed"  # the key that says: who gets what is open has been asked


@dataclass(frozen=True, slots=True)
class Approval(Behaviour):
    """One task for each signature that is due; its state is the sheet they sign."""

    signers: Signers
    offer: Offer
    returning: Returning

    # --- what its tasks offer ---

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the signers and the outcomes' actions read."""
        return self.offer.paths.union(*(signer.paths for signer in self.signers.people))

    @property
    def asks(self) -> frozenset[RoleId]:
        """Whom its signers name."""
        return frozenset().union(*(signer.roles for signer in self.signers.people))

    def offer_of(self, kind: str) -> Offer:
        """Approve and reject; the initiator of a returned case mends it and submits it again."""
        return self.returning.offer if kind == REVISE else self.offer

    @property
    def may_add(self) -> tuple[RoleId, ...] | None:
        """Whose holders may be added as signers."""
        return self.signers.adding.roles if self.signers.adding is not None else None

    @property
    def adds_where(self) -> tuple[Where, ...]:
        """Where signers may add others, as the definition says."""
        return self.signers.adding.where if self.signers.adding is not None else ()

    def signatures(self, token: Token) -> tuple[Asked, ...]:
        """The lines of the sheet, in their order; nobody while the signers are looked for."""
        if not token.state or token.state == _ASKED:
            return ()
        return tuple(
            Asked(
                one.voice,
                one.state,
                key_of(token.node, token.id, one.number) if one.number >= 0 else "",
                one.by,
                one.adder,
            )
            for one in _sheet(token).lines
            if one.seat != REVISING
        )

    def kind_of(self, token: Token, key: str) -> str:
        """Whether it is the initiator's task after a return."""
        sheet = _sheet(token)
        return REVISE if sheet.lines[sheet.find(number_of(key))].seat == REVISING else ""

    # --- asking ---

    def enter(self, run: Walk, token: Token) -> Ways:
        """Find out who signs; a sheet that was begun before is gone on with."""
        if token.state:
            run.park(token)
            self._proceed(run, token, sheet_from_json(token.state))
            return NO_WAY
        run.park(token, dict(_ASKED))
        run.ask(token, tuple(one.recipient(run.facts) for one in self.signers.people))
        return NO_WAY

    def staff(self, run: Walk, token: Token, voices: tuple[tuple[Voice, ...], ...]) -> None:
        """Seat who was found, each person once, and ask whose turn it is."""
        if token.state.get(_HANDED):
            self._handed(run, token, voices[0])
            return
        if token.state != _ASKED:
            return
        seating = Seating(self.signers.quorum, self._given(run, token.node))
        for number, (signer, found) in enumerate(zip(self.signers.people, voices, strict=True)):
            if not seating.seat(number, found, signer.policy):
                run.stop(token, "nobody is there to sign")
                return
        for what, who in seating.notes:
            run.note(what, token.node, who)
        sheet = seating.sheet()
        if not sheet.lines:
            run.note("skipped", token.node)
            self._finish(run, token, APPROVED)
            return
        self._proceed(run, token, sheet)

    def nobody_found(self, run: Walk, token: Token, key: str) -> None:
        """Somebody who was to sign is gone: what the definition says of an empty signer holds."""
        sheet = _sheet(token)
        index = sheet.find(number_of(key))
        line = sheet.lines[index]
        policy = self.signers.people[line.signer].policy if line.signer >= 0 else "skip"
        seating = Seating(self.signers.quorum, ())
        if not seating.seat(line.signer, (), policy):
            run.stop(token, "nobody is there to sign")
            return
        run.note("nobody_signs", token.node, policy)
        filled = seating.lines[0]._replace(seat=line.seat) if seating.lines else None
        left = sheet.with_line(index, filled) if filled else sheet.without(index)
        if not left.seats:
            self._finish(run, token, APPROVED)
            return
        self._proceed(run, token, left)

    def _handed(self, run: Walk, token: Token, voices: Sequence[Voice]) -> None:
        sheet = _sheet(token)
        if not voices or not sheet.open_numbers():
            run.note("handed_to_nobody", token.node)
            run.update(token, sheet_to_json(sheet))
            return
        self.withdraw(run, token)
        first = next(one for one in sheet.lines if one.state == OPEN)
        kept = [one for one in sheet.lines if one.state != OPEN]
        known = {one.voice.user for one in kept if one.voice.user is not None}
        line = Signature(first.seat, first.signer, voices[0])
        run.note("handed_over", token.node)
        lines = (*kept, *([] if voices[0].user in known else [line]))
        self._proceed(run, token, sheet._replace(lines=lines))

    # --- signing ---

    def complete(self, run: Walk, token: Token, signal: TaskCompleted) -> None:
        """Count the signature; decide as soon as nothing can change the result."""
        sheet, number = _sheet(token), number_of(signal.key)
        if self.kind_of(token, signal.key) == REVISE:
            self._resubmit(run, token, sheet)
            return
        signed = changes.with_signed(sheet, number, signal.outcome, signal.by)
        for index in reversed(changes.seats_covered(signed, signal.by)):
            run.note("signs_once", token.node, signal.by)
            if signed.lines[index].state == OPEN:
                run.withdraw_task(_key(token, signed.lines[index]))
            signed = signed.without(index)
        self._proceed(run, token, signed)

    def approvers(self, before: Token, signal: TaskCompleted) -> tuple[UserId, ...]:
        """All who have approved."""
        others = changes.approvers(_sheet(before))
        return (*others, *([signal.by] if signal.outcome == APPROVED else []))

    def signed(self, token: Token) -> tuple[UserId, ...]:
        """Who has signed with their own hand."""
        lines = _sheet(token).lines
        return tuple(one.by for one in lines if one.by is not None and one.number >= 0)

    def time_out(self, run: Walk, token: Token, outcome: str) -> None:
        """Decide for those who have not."""
        self._finish(run, token, outcome)

    def withdraw(self, run: Walk, token: Token) -> None:
        """Take back what nobody has signed yet."""
        for key in self.open_keys(token):
            run.withdraw_task(key)

    def hand_over(self, run: Walk, token: Token, to: Recipient) -> None:
        """Every open signature is asked of somebody else instead, once it is known who."""
        if self.open_keys(token):
            run.update(token, {**token.state, _HANDED: True})
            run.ask(token, (to,))

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Signatures that are asked for and missing."""
        return tuple(_key(token, one) for one in _sheet(token).lines if one.state == OPEN)

    # --- changing the signers, going back ---

    def add_signer(self, run: Walk, token: Token, signal: SignerAdded) -> None:
        """Ask somebody else too, where the definition allows it."""
        adding = self.signers.adding
        if adding is None or signal.where not in adding.where:
            raise Conflict("This step does not let its signers add others so.")
        number = number_of(signal.key)
        sheet = changes.with_added(_sheet(token), number, signal.who, signal.where, signal.by)
        self._proceed(run, token, sheet)

    def remove_signer(self, run: Walk, token: Token, signal: SignerRemoved) -> None:
        """Ask somebody no longer; what is left may decide."""
        sheet = _sheet(token)
        who = signal.who
        index = changes.line_of(sheet, who) if who else sheet.find(number_of(signal.key))
        left = changes.with_removed(sheet, index, signal.by)
        if sheet.lines[index].state == OPEN:
            run.withdraw_task(_key(token, sheet.lines[index]))
        self._proceed(run, token, left)

    def take_back(self, run: Walk, token: Token, key: str, by: UserId) -> None:
        """Ask the last signer again, who has thought better of it."""
        self._proceed(run, token, changes.with_taken_back(_sheet(token), number_of(key), by))

    def comes_back(self, to: str, acted: Sequence[NodeId]) -> bool:
        """Whether a returned case comes straight back to who returned it."""
        self.returning.require(to, acted)
        return self.returning.comes_back

    def ask_initiator(self, run: Walk, token: Token, initiator: UserId, signal: Returned) -> None:
        """One task for the initiator; nobody signs until it is done."""
        self.withdraw(run, token)
        sheet = _returned(_sheet(token), signal)
        number = sheet.next_number
        line = Signature(REVISING, -1, Voice(user=initiator), OPEN, number)
        run.open_task(token, key_of(token.node, token.id, number), ToUser(initiator), kind=REVISE)
        asked = sheet._replace(lines=(line, *sheet.lines), next_number=number + 1, latest=-1)
        run.update(token, sheet_to_json(asked))

    def left(self, token: Token, signal: Returned) -> Value:
        """The sheet as it is; who has not signed is asked again."""
        return sheet_to_json(_returned(_sheet(token), signal))

    def reentry(self, before: Value, by: UserId | None, key: str = "") -> Value:
        """The sheet as it was; without one all sign anew."""
        if not before or before == _ASKED:
            return None
        sheet = sheet_from_json(before)
        if key and by is not None:
            sheet = changes.with_holder(sheet, number_of(key), by)
        return sheet_to_json(changes.with_nothing_open(sheet))

    # --- private ---

    def _given(self, run: Walk, node: NodeId) -> frozenset[UserId]:
        """Whose signature is taken for given here."""
        found: set[UserId] = set()
        if Auto.INITIATOR in self.signers.auto and run.initiator is not None:
            found.add(run.initiator)
        if Auto.SAME_PERSON_BEFORE in self.signers.auto:
            found |= {one for act in run.memory.acts for one in act.approved if act.node != node}
        return frozenset(found)

    def _resubmit(self, run: Walk, token: Token, sheet: Sheet) -> None:
        """Sign on where it was left, or begin the whole flow again."""
        if not self.returning.comes_back:
            run.memory = changed(run.memory, acts=())
            run.leave(token, START_EDGE)
            return
        lines = tuple(one for one in sheet.lines if one.seat != REVISING)
        self._proceed(run, token, sheet._replace(lines=lines))

    def _proceed(self, run: Walk, token: Token, sheet: Sheet) -> None:
        """Finish if the seats have decided, else ask those whose turn it is."""
        verdict = self.signers.quorum.verdict(sheet)
        if verdict:
            for line in sheet.lines:
                if line.state == OPEN:
                    run.withdraw_task(_key(token, line))
            self._finish(run, token, verdict)
            return
        run.update(token, sheet_to_json(self._asked(run, token, sheet)))

    def _asked(self, run: Walk, token: Token, sheet: Sheet) -> Sheet:
        """The sheet with a task open for every line whose turn it is, and for no other."""
        due = self._due(sheet)
        due_at = self.offer.due_at(run.now)
        for index, line in enumerate(sheet.lines):
            if line.state == OPEN and index not in due:
                run.withdraw_task(_key(token, line))
                sheet = sheet.with_line(index, line._replace(state=WAITING))
            if line.state == WAITING and index in due:
                number = sheet.next_number
                key = key_of(token.node, token.id, number)
                run.open_task(token, key, _recipient(line.voice), due_at)
                asked = line._replace(state=OPEN, number=number)
                sheet = sheet.with_line(index, asked)._replace(next_number=number + 1)
        return sheet

    def _due(self, sheet: Sheet) -> frozenset[int]:
        """Indexes of the lines whose turn it is: one of each seat, or of the first seat left."""
        turns = [(seat, sheet.turn(seat)) for seat in sheet.seats if not sheet.vote(seat)]
        due = [index for _, index in turns if index is not None]
        return frozenset(due[:1] if self.signers.quorum.is_in_turn else due)

    def _finish(self, run: Walk, token: Token, result: str) -> None:
        outcome = self.offer.by_id[result]
        run.act(outcome.actions, token)
        run.note("edge_taken", outcome.edge)
        run.leave(token, outcome.edge)


def _sheet(token: Token) -> Sheet:
    if not token.state or token.state == _ASKED:
        return Sheet()
    return sheet_from_json(token.state)


def _returned(sheet: Sheet, signal: Returned) -> Sheet:
    """The sheet with nothing open, on which who returned the case is asked by name."""
    held = changes.with_holder(sheet, number_of(signal.key), signal.by)
    return changes.with_nothing_open(held)


def _key(token: Token, line: Signature) -> str:
    return key_of(token.node, token.id, line.number)


def _recipient(voice: Voice) -> Recipient:
    """A group of one is still asked as the group, so that its task can be given back."""
    if voice.role is not None:
        return ToPool(voice.role)
    return ToUser(voice.user) if voice.user is not None else ToNobody("block")
