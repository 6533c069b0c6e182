"""One command's work in progress: its transaction, its queue of effects, its events.

FIFO, not recursion: an effect of a rule is carried out after the effects that came before it, and
sees what they did. The queue is limited, so that rules which set each other off end in an error
that names them. What each effect does stands in the other modules of this package.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engines.errors import Conflict
from engines.messages import Effect, Event
from engines.values import FormId, InstanceId, RecordId, Values
from runtime.commands import Actor
from runtime.facts import Known, record_values, surroundings, with_linked
from runtime.live import Live, LiveApp
from runtime.ports import Record, Unit

MAX_EFFECTS = 500  # of one command, before it is taken for a loop


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an effect comes from: a rule or an instance of a flow."""

    reason: str  # "rules.vip_fast_lane", "flows.approval"
    instance: InstanceId | None = None


@dataclass(slots=True)
class Work:
    """The state of one command inside its transaction."""

    unit: Unit
    live: Live
    app: LiveApp
    actor: Actor
    occurred_at: datetime | None = None  # of what an import tells; None: now
    runs_rules: bool = True
    runs_effects: bool = True
    queue: deque[tuple[Effect, Origin]] = field(default_factory=deque)
    done: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    known: Known = field(default_factory=dict)  # what stands behind links; empty after a change
    # who asks and when, as facts; never handed to another piece of work
    _around: dict[str, Any] = field(default_factory=dict, init=False)

    @property
    def now(self) -> datetime:
        """The instant rules and flows reckon with."""
        return self.occurred_at or self.unit.now

    def put(self, effects: tuple[Effect, ...], origin: Origin) -> None:
        """Queue effects behind those that wait."""
        self.queue.extend((effect, origin) for effect in effects)

    def next(self) -> tuple[Effect, Origin] | None:
        """The next effect to carry out. Raises Conflict when there have been too many."""
        if not self.queue:
            return None
        effect, origin = self.queue.popleft()
        self.done.append(origin.reason)
        if len(self.done) > MAX_EFFECTS:
            names = ", ".join(dict.fromkeys(self.done[-20:]))
            raise Conflict(
                f"The automatic steps set each other off without end: {names}. "
                "Nothing was saved. Give one of them a condition that stops being true.",
            )
        return effect, origin

    def tell(self, *events: Event) -> None:
        """Note what happened; all of it is appended to the log at the end of the command."""
        self.events.extend(events)

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

    def record(self, form: FormId, record: RecordId, *, lock: bool = True) -> Record | None:
        """A record as it stands in this transaction."""
        return self.unit.records.get(self.app.table(form), record, lock=lock)

    def facts(self, form: FormId, record: Record, old: Values | None = None) -> dict[str, Any]:
        """Facts about a stored record."""
        values = record_values(self.unit, self.app, form, record, self.known)
        return self.facts_about(values, old)

    def facts_for_values(
        self, form: FormId, values: Mapping[str, Any], old: Values | None = None
    ) -> dict[str, Any]:
        """Facts about values that are not stored yet."""
        widened = with_linked(self.unit, self.app, form, values, self.known)
        return self.facts_about(widened, old)

    def facts_about(self, values: Values, old: Values | None = None) -> dict[str, Any]:
        """Facts about values with everything that is behind links."""
        if self._around.get("now") != self.now:
            self._around = surroundings(self.app, self.actor, self.now)
        return {**self._around, "record": values, "old": old}
