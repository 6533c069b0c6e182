"""An approval by several people: any one of them decides, or all must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engines.action import FactPath, paths_of
from engines.assignee.parse import Assignee
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.model import FormPart, Outcome
from engines.flow.nodetype import NodeType
from engines.flow.outcomes import outcome_schema, parse_outcomes
from engines.flow.schemas import ASSIGNEE, FORM_PART
from engines.flow.signals import TaskCompleted
from engines.flow.site import Site
from engines.flow.timers import DUE
from engines.flow.walk import Walk
from engines.messages import Recipient, ToNobody
from engines.values import LocaleText

APPROVED, REJECTED = "approved", "rejected"
_ANY, _ALL = "any", "all"
_SKIP = "skip"
_OPEN = ""


@dataclass(frozen=True, slots=True)
class Approval(Behaviour):
    """One task for each signer; its state is {"board.4.0": "", "board.4.1": "approved"}."""

    mode: str
    signers: tuple[Assignee, ...]
    choices: tuple[Outcome, ...]
    part: FormPart
    within: timedelta | None

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the signers and the outcomes' actions read."""
        actions = [action for one in self.choices for action in one.actions]
        return paths_of(actions).union(*(signer.paths for signer in self.signers))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Approve and reject."""
        return self.choices

    @property
    def form(self) -> FormPart:
        """Its fields."""
        return self.part

    def enter(self, run: Walk, token: Token) -> None:
        """Ask every signer once; a signer that may be missing is passed over."""
        found = [signer.recipient(run.facts) for signer in self.signers]
        missing = [one for one in found if isinstance(one, ToNobody)]
        if any(one.policy != _SKIP for one in missing):
            run.stop(token, "nobody is there to sign")
            return
        # one person reached in two ways signs once
        people = list(dict.fromkeys(one for one in found if not isinstance(one, ToNobody)))
        if not people:
            run.note("skipped", token.node)
            self._finish(run, token, APPROVED)
            return
        due_at = run.now + self.within if self.within is not None else None
        keys = [f"{token.node}.{token.id}.{number}" for number in range(len(people))]
        for key, to in zip(keys, people, strict=True):
            run.open_task(token, key, to, due_at)
        run.park(token, dict.fromkeys(keys, _OPEN))

    def complete(self, run: Walk, token: Token, signal: TaskCompleted) -> None:
        """Count the signature; decide as soon as nothing can change the result."""
        votes: dict[str, str] = {**token.state, signal.key: signal.outcome}
        deciding = APPROVED if self.mode == _ANY else REJECTED
        is_over = signal.outcome == deciding or _OPEN not in votes.values()
        if not is_over:
            run.update(token, votes)
            return
        for key in _open(votes):
            run.withdraw_task(key)
        self._finish(run, token, signal.outcome)

    def withdraw(self, run: Walk, token: Token) -> None:
        """Take back what nobody has signed yet."""
        for key in self.open_keys(token):
            run.withdraw_task(key)

    def hand_over(self, run: Walk, token: Token, to: Recipient) -> None:
        """Every open signature is asked of somebody else instead, once."""
        if isinstance(to, ToNobody):
            run.note("handed_to_nobody", token.node)
            return
        self.withdraw(run, token)
        signed = {key: vote for key, vote in token.state.items() if vote != _OPEN}
        number = 1 + max(int(key.rpartition(".")[2]) for key in token.state)
        key = f"{token.node}.{token.id}.{number}"
        run.note("handed_over", token.node)
        run.open_task(token, key, to)
        run.update(token, {**signed, key: _OPEN})

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Signatures that are still missing."""
        return _open(token.state or {})

    def _finish(self, run: Walk, token: Token, result: str) -> None:
        outcome = next(one for one in self.choices if one.id == result)
        run.act(outcome.actions, token)
        run.note("edge_taken", outcome.edge)
        run.leave(token, outcome.edge)


def _open(votes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for key, vote in votes.items() if vote == _OPEN)


class ApprovalType(NodeType):
    """`{type: approval, mode: all, signers: [{role: legal}, {role: quality}], outcomes: …}`."""

    name = "approval"
    label = LocaleText(
        (("en", "Approval"), ("zh", "审批"), ("es", "Aprobación"), ("ar", "موافقة"))
    )
    icon = "signature"
    glyph = "box"
    group = "people"
    waits = True
    has_tasks = True
    schema = {
        "properties": {
            "mode": {
                "title": "Who decides",
                "description": "Any one of the signers, or all of them.",
                "enum": [_ANY, _ALL],
                "default": _ALL,
            },
            "signers": {
                "type": "array",
                "title": "Signers",
                "items": ASSIGNEE,
                "minItems": 1,
                "maxItems": 50,
            },
            "form": FORM_PART,
            "outcomes": {
                "type": "object",
                "title": "Outcomes",
                "properties": {APPROVED: outcome_schema(), REJECTED: outcome_schema()},
                "required": [APPROVED, REJECTED],
                "additionalProperties": False,
            },
        },
        "required": ["signers", "outcomes"],
    }
    example = {
        "type": "approval",
        "title": "Agree",
        "mode": "all",
        "signers": [{"role": "clerk"}],
        "outcomes": {"approved": {"to": "end"}, "rejected": {"to": "end"}},
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check signers, outcomes and fields."""
        written = data.get("signers") or ()
        signers = [site.at("signers", n).assignee(one) for n, one in enumerate(written)]
        choices = parse_outcomes(data, site)
        part = site.at("form").form_part(data.get("form") or {})
        known = tuple(one for one in signers if one is not None)
        if len(known) < len(signers) or {one.id for one in choices} != {APPROVED, REJECTED}:
            return None
        within = (data.get(DUE) or {}).get("within")
        due = site.quiet_duration(within) if within is not None else None
        return Approval(str(data.get("mode", _ALL)), known, choices, part, due)


TYPE = ApprovalType()
