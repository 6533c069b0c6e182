"""The same task several times: at once or one after the other, all of them or until enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engines.action import FactPath
from engines.assignee.parse import Assignee
from engines.flow.behaviour import Behaviour
from engines.flow.instance import Token
from engines.flow.nodetype import NodeType
from engines.flow.offer import Offer
from engines.flow.outcomes import outcome_schema, parse_offer
from engines.flow.plural import PLURAL, Open, Plural, parse_plural
from engines.flow.schemas import ASSIGNEE, FORM_PART, ID_PATTERN, NODE, of
from engines.flow.signals import TaskCompleted
from engines.flow.site import Site
from engines.flow.walk import NO_WAY, Walk, Ways
from engines.messages import Recipient, ToNobody, ToUser
from engines.values import LocaleText, RoleId, UserId


@dataclass(frozen=True, slots=True)
class MultiTask(Behaviour):
    """One token, many tasks; keys are `<node>.<token id>.<number>`."""

    assignee: Assignee
    offer: Offer
    plural: Plural

    @property
    def paths(self) -> frozenset[FactPath]:
        """What the assignee, the numbers and the outcomes' actions read."""
        return self.assignee.paths | self.offer.paths | self.plural.paths

    @property
    def asks(self) -> frozenset[RoleId]:
        """Whom its assignee names."""
        return self.assignee.roles

    def offer_of(self, kind: str) -> Offer:
        """The buttons and fields of each task."""
        return self.offer

    @property
    def needs_undo(self) -> bool:
        """A number may not be computable."""
        return True

    def enter(self, run: Walk, token: Token) -> Ways:
        """Open the first tasks; with nobody to do them, stop."""
        to = self.assignee.recipient(run.facts)
        if isinstance(to, ToNobody):
            run.stop(token, "Nobody can be given this task.")
            return NO_WAY
        self.plural.begin(run, token, *self._both(run, token, to))
        return NO_WAY

    def complete(self, run: Walk, token: Token, signal: TaskCompleted) -> None:
        """Do what the outcome says and count."""
        run.act(self.offer.by_id[signal.outcome].actions, token)
        to = self.assignee.recipient(run.facts)
        number = int(signal.key.rpartition(".")[2])
        self.plural.ended(run, token, number, *self._both(run, token, to))

    def takes_more(self, token: Token) -> bool:
        """Until adding is closed."""
        return self.plural.takes_more(token)

    def add_work(self, run: Walk, token: Token, to: UserId | None) -> None:
        """One more task, for somebody named or whoever the node would ask."""
        whom = ToUser(to) if to is not None else self.assignee.recipient(run.facts)
        self.plural.add(run, token, partial(self._open, run, token, whom))

    def close_adding(self, run: Walk, token: Token) -> None:
        """Go on when what is open is done."""
        to = self.assignee.recipient(run.facts)
        self.plural.close(run, token, *self._both(run, token, to))

    def withdraw(self, run: Walk, token: Token) -> None:
        """Take every open task back; what is done stays done."""
        for key in self.open_keys(token):
            run.withdraw_task(key)

    def hand_over(self, run: Walk, token: Token, to: Recipient) -> None:
        """Give every open task to somebody else; nobody leaves them where they are."""
        if isinstance(to, ToNobody):
            run.note("handed_to_nobody", token.node)
            return
        self.withdraw(run, token)
        first, count = token.state["next"], len(token.state["open"])
        numbers = list(range(first, first + count))
        for number in numbers:
            run.open_task(token, _key(token, number), to)
        run.note("handed_over", token.node)
        run.update(token, {**token.state, "open": numbers, "next": first + count})

    def open_keys(self, token: Token) -> tuple[str, ...]:
        """Those that are not done yet."""
        return tuple(_key(token, number) for number in (token.state or {}).get("open", ()))

    def may_move(self, token: Token) -> bool:
        """What has gone on already only holds the tasks that are left."""
        return not token.state.get("gone")

    def _both(self, run: Walk, token: Token, to: Recipient) -> tuple[Open, Open]:
        """How a task is opened for `to`, and how one is taken back."""
        return partial(self._open, run, token, to), partial(self._take_back, run, token)

    def _open(self, run: Walk, token: Token, to: Recipient, number: int) -> None:
        run.open_task(token, _key(token, number), to, self.offer.due_at(run.now))

    def _take_back(self, run: Walk, token: Token, number: int) -> None:
        run.withdraw_task(_key(token, number))


def _key(token: Token, number: int) -> str:
    return f"{token.node}.{token.id}.{number}"


_OUTCOME = outcome_schema()
_OUTCOME_WITHOUT_WAY = {
    **_OUTCOME,
    "properties": {key: one for key, one in _OUTCOME["properties"].items() if key != "to"},
}


class MultiTaskType(NodeType):
    """`{type: multi_task, count: 3, enough: 2, assign: {role: clerk}, outcomes: …, to: end}`."""

    name = "multi_task"
    label = LocaleText(
        (("en", "Several tasks"), ("zh", "多实例任务"), ("es", "Varias tareas"),
         ("ar", "عدة مهام"))
    )  # fmt: skip
    icon = "user"
    glyph = "box"
    group = "people"
    waits = True
    has_tasks = True
    schema = {
        "properties": {
            **PLURAL,
            "assign": of(ASSIGNEE, "Assigned to"),
            "form": FORM_PART,
            "outcomes": {
                "type": "object",
                "title": "Outcomes",
                "description": "The ways to finish each task, in the order of their buttons.",
                "minProperties": 1,
                "maxProperties": 20,
                "propertyNames": {"pattern": ID_PATTERN},
                "additionalProperties": _OUTCOME_WITHOUT_WAY,
            },
            "to": of(NODE, "Then goes to"),
        },
        "required": ["assign", "outcomes", "count"],
    }
    example = {
        "type": "multi_task",
        "title": "Give an opinion",
        "count": 3,
        "enough": 2,
        "assign": {"role": "clerk"},
        "outcomes": {"done": {"title": "Done"}},
        "to": "end",
    }

    def parse(self, data: Mapping[str, Any], site: Site) -> Behaviour | None:
        """Check assignee, numbers, outcomes and fields."""
        edge = site.way_out(data)
        assignee = site.at("assign").assignee(data.get("assign"))
        offer = parse_offer(data, site, edge)
        plural = parse_plural(data, site, edge)
        if assignee is None or plural is None or not offer.outcomes:
            return None
        return MultiTask(assignee, offer, plural)


TYPE = MultiTaskType()
