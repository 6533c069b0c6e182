"""The clocks of a record as the organisation's own people see them; customers see none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engines.sla.clock import Clock, State
from engines.sla.model import Target, time_of
from engines.values import FormId, LocaleText, RecordId
from runtime.access import gate
from runtime.access.view import Looking
from runtime.ports import ClockRow


@dataclass(frozen=True, slots=True)
class ShownClock:
    """One promise about a record and how it stands."""

    policy: LocaleText
    title: LocaleText
    state: State
    within: timedelta
    left: timedelta  # of the time that counts; negative when late
    due_at: datetime | None
    stopped_at: datetime | None
    is_late: bool
    reached: tuple[LocaleText, ...]  # the steps that have happened
    calendar: LocaleText | None  # None: every hour counts


def clocks_of(looking: Looking, form: FormId, record: RecordId) -> tuple[ShownClock, ...]:
    """The clocks of a record that the actor may read, in the order of the definition."""
    definition = looking.app.definition
    if form not in definition.sla.by_form or not _is_inside(looking):
        return ()
    looking.stored(looking.app.form(form), record)  # raises NotFound unless it may be read
    rows = looking.reader.clocks.of_record(definition.id, form, record)
    kept = {(row.policy, row.target): row for row in rows}
    found = []
    for policy in definition.sla.by_form[form]:
        for target in policy.targets:
            row = kept.get((policy.id, target.id))
            if row is not None and row.state != State.OFF:
                found.append(_shown(looking, policy.title, target, row))
    return tuple(found)


def clock_of(row: ClockRow) -> Clock:
    """The engine's clock of a row."""
    return Clock(
        state=State(row.state),
        begun_at=row.begun_at,
        since=row.since,
        spent=timedelta(microseconds=row.spent_us),
        within=timedelta(microseconds=row.within_us),
        calendar=row.calendar,
        due_at=row.due_at,
        cycle=row.cycle,
        stopped_at=row.stopped_at,
        reached=tuple(row.reached.split()),
    )


def _is_inside(looking: Looking) -> bool:
    """Whether the actor is more than a person outside."""
    actor = looking.actor
    return gate.is_unrestricted(actor) or bool(actor.roles - looking.app.definition.portal_roles)


def _shown(looking: Looking, policy: LocaleText, target: Target, row: ClockRow) -> ShownClock:
    clock = clock_of(row)
    calendar = looking.app.definition.calendars.get(clock.calendar)
    return ShownClock(
        policy=policy,
        title=target.title,
        state=clock.state,
        within=clock.within,
        left=clock.left(time_of(calendar), looking.now),
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        is_late=clock.is_late(looking.now),
        reached=tuple(step.title for step in target.steps if step.id in clock.reached),
        calendar=calendar.title if calendar is not None else None,
    )
