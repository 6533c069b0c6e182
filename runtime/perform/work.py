"""One command's work in progress: its transaction, its queue of effects, its events.

FIFO, not recursion: an effect of a rule is carried out after the effects that came before it, and
sees what they did. The queue is limited, so that rules which set each other off end in an error
that names them. What each effect does stands in the other modules of this package.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engines.errors import Conflict
from engines.messages import Effect, Event
from engines.plain import plain
from engines.values import FormId, InstanceId, RecordId, Values
from runtime.commands import Actor
from runtime.facts import Known, record_values, surroundings, with_linked
from runtime.live import Live, LiveApp
from runtime.ports import Record, Unit

MAX_EFFECTS = 500  # of one command, before it is taken for a loop


@plain
class Origin:
    """Where an effect comes from: a rule or an instance of a flow."""

    reason: str  # "rules.vip_fast_lane", "flows.approval"
    instance: InstanceId | None = None


class Work:
    """The state of one command inside its transaction.

    `now` is the instant rules and flows reckon with. `tell` notes what happened; all of it is
    appended to the log at the end of the command.
    """

    __slots__ = (
        "_around", "_asked", "_known", "actor", "app", "done", "events", "live", "now",
        "occurred_at", "queue", "runs_effects", "runs_rules", "tell", "unit",
    )  # fmt: skip

    def __init__(self, unit: Unit, live: Live, app: LiveApp, actor: Actor) -> None:
        self.unit = unit
        self.live = live
        self.app = app
        self.actor = actor
        self.now = unit.now
        self.occurred_at: datetime | None = None  # of what an import tells
        self.runs_rules = True
        self.runs_effects = True
        self.queue: deque[tuple[Effect, Origin]] = deque()
        self.done: list[str] = []
        self.events: list[Event] = []
        self.tell: Callable[[Event], None] = self.events.append
        self._known: Known = {}  # what stands behind links; empty after a change
        # who asks and when, as facts; never handed to another piece of work
        self._around: dict[str, Any] = {}
        # the record last asked for and the facts about it: what may be done to it, what a flow
        # does with it, is mostly asked one after the other
        self._asked: tuple[Record | None, dict[str, Any]] = (None, {})

    def happens(self, at: datetime | None) -> None:
        """Let what follows have happened at another time; None: now."""
        self.occurred_at = at
        self.now = at or self.unit.now

    def put(self, effects: tuple[Effect, ...], origin: Origin) -> None:
        """Queue effects behind those that wait."""
        for effect in effects:
            self.queue.append((effect, origin))

    def next(self) -> tuple[Effect, Origin]:
        """The next effect of the queue. Raises Conflict when there have been too many."""
        effect, origin = self.queue.popleft()
        self.done.append(origin.reason)
        if len(self.done) > MAX_EFFECTS:
            names = ", ".join(dict.fromkeys(self.done[-20:]))
            raise Conflict(
                f"The automatic steps set each other off without end: {names}. "
                "Nothing was saved. Give one of them a condition that stops being true.",
            )
        return effect, origin

    def flush_events(self) -> None:
        """Append the noted events to the log."""
        if not self.events:
            return
        self.unit.events.append(
            self.app.definition.id,
            self.app.number,
            self.events,
            actor=self.actor.user,
            via=self.actor.via,
            occurred_at=self.occurred_at,
        )
        self.events = []
        self.tell = self.events.append

    def forget(self) -> None:
        """Forget what was loaded for facts: a record has changed, and others may link to it."""
        self._known.clear()
        self._asked = (None, {})

    def record(self, form: FormId, record: RecordId, *, lock: bool = True) -> Record | None:
        """A record as it stands in this transaction."""
        return self.unit.records.get(self.app.table(form), record, lock=lock)

    def facts(self, form: FormId, record: Record, old: Values | None = None) -> dict[str, Any]:
        """Facts about a stored record; not to be changed."""
        around, (known, facts) = self._around, self._asked
        if around.get("now") is not self.now:
            around = self._surroundings()
        elif known is record and old is None and facts["now"] is self.now:
            return facts
        values = record_values(self.unit, self.app, form, record, self._known)
        found = {**around, "record": values, "old": old}
        if old is None:
            self._asked = (record, found)
        return found

    def facts_for_values(
        self, form: FormId, values: Mapping[str, Any], old: Values | None = None
    ) -> dict[str, Any]:
        """Facts about values that are not stored yet."""
        widened = with_linked(self.unit, self.app, form, values, self._known)
        return self.facts_about(widened, old)

    def facts_about(self, values: Values, old: Values | None = None) -> dict[str, Any]:
        """Facts about values with everything that is behind links."""
        around = self._around
        if around.get("now") is not self.now:
            around = self._surroundings()
        return {**around, "record": values, "old": old}

    def _surroundings(self) -> dict[str, Any]:
        self._around = surroundings(self.app, self.actor, self.now)
        return self._around
