"""A task for one person: the flow waits until it is finished with one of its outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.action import FactPath
from engines.assignee.parse import Assignee
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.offer import Offer
from engines.flow.outcomes import OUTCOMES, parse_offer
from engines.flow.schemas import ASSIGNEE, FORM_PART, of
from engines.flow.signals import TaskCompleted
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.messages import Recipient, ToNobody, ToUser
from engines.values import LocaleText, RoleId, UserId, Value

_SKIP = "skip"
_AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Task(Behaviour):
    """Opens one task on entry; its token's state is the key of the open one."""

    assignee: Assignee
    offer: Offer

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the assignee and the outcomes' actions read."""
        return self.assignee.paths | self.offer.paths

    @property
    def asks(self) -> frozenset[RoleId]:
        """Whom its assignee names."""
        return self.assignee.roles

    def offer_of(self, kind: str) -> Offer:
        """Its buttons and fields."""
        return self.offer

    @property
    def needs_undo(self) -> bool:
        """Who it is for is found before anything is opened."""
        return False

    def enter(self, run: Walk, token: Token) -> Ways:
        """Open the task; with nobody to do it, follow the definition's policy."""
        # whoever did it before, when it comes back
        again = token.state.get(_AGAIN) if token.state else None
        to = ToUser(UserId(again)) if again else self.assignee.recipient(run.facts)
        if isinstance(to, ToNobody):
            self._without_anybody(run, token, to.policy)
            return NO_WAY
        key = f"{token.node}.{token.id}"
        run.open_task(token, key, to, self.offer.due_at(run.now))
        run.park(token, key)
        return NO_WAY

    def complete(self, run: Walk, token: Token, signal: TaskCompleted) -> None:
        """Do what the outcome says and go its way."""
        self._go(run, token, signal.outcome)

    def time_out(self, run: Walk, token: Token, outcome: str) -> None:
        """Do what the outcome says, as if somebody had taken it."""
        self._go(run, token, outcome)

    def withdraw(self, run: Walk, token: Token) -> None:
        """Take the open task back."""
        if token.state:
            run.withdraw_task(token.state)

    def hand_over(self, run: Walk, token: Token, to: Recipient) -> None:
        """Replace the open task by one for somebody else; nobody leaves it where it is."""
        if isinstance(to, ToNobody):
            run.note("handed_to_nobody", token.node)
            return
        run.withdraw_task(token.state)
        node, number, *times = str(token.state).split(".")
        key = f"{node}.{number}.{int(times[0]) + 1 if times else 1}"
        run.note("handed_over", token.node)
        run.open_task(token, key, to)
        run.update(token, key)

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """The one task."""
        return (token.state,) if token.state else ()

    def nobody_found(self, run: Walk, token: Token, key: str) -> None:
        """Whoever was to do it is not there: follow the definition's policy."""
        self._without_anybody(run, token, self.assignee.policy)

    def reentry(self, before: Value, by: UserId | None, key: str = "") -> Value:
        """The same person does it again."""
        return {_AGAIN: by} if by is not None else None

    def _go(self, run: Walk, token: Token, name: str) -> None:
        outcome = self.offer.by_id[name]
        if outcome.actions:
            run.act(outcome.actions, token)
        run.note("edge_taken", outcome.edge)
        run.leave(token, outcome.edge)

    def _without_anybody(self, run: Walk, token: Token, policy: str) -> None:
        if policy != _SKIP:
            run.stop(token, "Nobody can be given this task.")
            return
        run.note("skipped", token.node)
        run.leave(token, self.offer.outcomes[0].edge)


class TaskType(NodeType):
    """`{type: task, assign: {role: clerk}, outcomes: {done: {to: end}}}`."""

    name = "task"
    label = LocaleText((("en", "Task"), ("zh", "任务"), ("es", "Tarea"), ("ar", "مهمة")))
    icon = "user"
    glyph = "box"
    group = "people"
    waits = True
    has_tasks = True
    schema = {
        "properties": {
            "assign": of(ASSIGNEE, "Assigned to"),
            "form": FORM_PART,
            "outcomes": OUTCOMES,
        },
        "required": ["assign", "outcomes"],
    }
    example = {
        "type": "task",
        "title": "Look at it",
        "assign": {"role": "clerk"},
        "due": {"within": "4h"},
        "outcomes": {"done": {"title": "Done", "to": "end"}},
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check assignee, outcomes and fields."""
        assignee = site.at("assign").assignee(data.get("assign"))
        offer = parse_offer(data, site)
        if assignee is None or not offer.outcomes:
            return None
        return Task(assignee, offer)


TYPE = TaskType()
