"""Keep the clocks of service levels with each change of a record, and do what their steps say.

One timer a record, for the earliest step of all its clocks. What a clock is stands in
`engines/sla`; here it is looked up, asked, kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from engines.action import Occasion
from engines.calendar.model import Time
from engines.form.model import Form
from engines.messages import ClockReached, SetFields
from engines.sla.clock import Clock, State, due_steps, next_at, observed, with_reached
from engines.sla.model import Arrival, Policy, Step, Target, time_of
from engines.values import FieldId, FormId, RecordId, Value
from runtime.access.clocks import clock_of
from runtime.perform.work import Origin, Work
from runtime.ports import ClockRow, Record

TIMER = "clock"  # ref of the timer of a record: clock:<form>:<record>
_MICROSECOND = timedelta(microseconds=1)
_NOTHING: frozenset[Arrival] = frozenset()
_Key: TypeAlias = tuple[str, str]  # policy and target


@dataclass(slots=True)
class Followed:
    """What a look at a record led to, before it is kept: `values` belong into the record."""

    form: FormId
    record: RecordId
    rows: list[ClockRow] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    next_at: datetime | None = None
    had_clocks: bool = False


def begin(work: Work, form: Form, record: Record) -> Followed | None:
    """The clocks of a record that is about to be stored for the first time."""
    if not work.runs_effects or form.id not in work.app.definition.sla.by_form:
        return None
    return _follow(work, record, work.facts(form.id, record), {}, _NOTHING)


def follow(work: Work, form: Form, record: Record, changed: Iterable[str]) -> Followed | None:
    """The clocks of a record that is about to be stored with `changed` fields."""
    policies = work.app.definition.sla
    if not work.runs_effects or form.id not in policies.by_form:
        return None
    if policies.reads[form.id].isdisjoint(changed):
        return None
    kept = _kept(work, form.id, record.id)
    return _follow(work, record, work.facts(form.id, record), kept, _NOTHING)


def keep(work: Work, followed: Followed) -> None:
    """Store what `begin` or `follow` found, once the record itself is stored."""
    work.unit.clocks.save(followed.rows)
    app = work.app.definition.id
    ref = f"{TIMER}:{followed.form}:{followed.record}"
    if followed.next_at is not None:
        work.unit.instances.start_timer(app, None, ref, followed.next_at)
    elif followed.had_clocks:
        work.unit.instances.cancel_timer(None, ref, app=app)


def arrived(work: Work, form: Form, record: Record) -> None:
    """Tell the clocks of the records that a new record links to."""
    waiting = work.app.definition.sla.awaiting.get(form.id)
    if not waiting or not work.runs_effects:
        return
    facts = work.facts(form.id, record)
    came: dict[tuple[FormId, RecordId], set[Arrival]] = {}
    for policy in waiting:
        for arrival in [one for target in policy.targets for one in target.arrivals]:
            linked = record.values.get(arrival.link) if arrival.form == form.id else None
            if linked and arrival.holds(facts):
                came.setdefault((policy.form, RecordId(linked)), set()).add(arrival)
    for (of_form, linked), arrivals in came.items():
        _look_again(work, of_form, linked, frozenset(arrivals))


def fire(work: Work, ref: str) -> None:
    """The time of a record's next step has come."""
    _, form, record = ref.split(":", 2)
    _look_again(work, FormId(form), RecordId(record), _NOTHING)


def forget(work: Work, form: FormId, record: RecordId) -> None:
    """A record is gone, and its clocks with it."""
    app = work.app.definition.id
    if form in work.app.definition.sla.by_form:
        work.unit.clocks.forget(app, form, record)
        work.unit.instances.cancel_timer(None, f"{TIMER}:{form}:{record}", app=app)


def _look_again(work: Work, form: FormId, record: RecordId, came: frozenset[Arrival]) -> None:
    """Ask all clocks of a stored record; fields that show them are set as by a rule."""
    found = work.record(form, record) if form in work.app.tables else None
    if found is None or form not in work.app.definition.sla.by_form:
        return
    kept = _kept(work, form, record)
    followed = _follow(work, found, work.facts(form, found), kept, came)
    keep(work, followed)
    stale = {name: one for name, one in followed.values.items() if found.values.get(name) != one}
    if stale:
        work.put((SetFields(form, record, stale, "sla"),), Origin("sla"))


def _kept(work: Work, form: FormId, record: RecordId) -> dict[_Key, ClockRow]:
    rows = work.unit.clocks.of_record(work.app.definition.id, form, record)
    return {(row.policy, row.target): row for row in rows}


def _follow(
    work: Work,
    record: Record,
    facts: dict[str, Any],
    kept: dict[_Key, ClockRow],
    came: frozenset[Arrival],
) -> Followed:
    found = Followed(record.form, record.id, had_clocks=bool(kept))
    for policy in work.app.definition.sla.by_form[record.form]:
        for target in policy.targets:
            _ask(work, _Asked(policy, target, facts, came), kept, found)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """One target, and what there is to know about the record."""

    policy: Policy
    target: Target
    facts: dict[str, Any]
    came: frozenset[Arrival]


def _ask(work: Work, asked: _Asked, kept: dict[_Key, ClockRow], found: Followed) -> None:
    """Steps that came due first, then the look; the clock is kept when it is another."""
    target = asked.target
    row = kept.get((asked.policy.id, target.id))
    before = clock_of(row) if row is not None else None
    clock = before
    look = asked.policy.look(target, asked.facts, work.now, asked.came)
    times = partial(_time, work)
    if clock is not None:
        due = due_steps(target, clock, times, work.now)
        for step in due:
            _do(work, asked, clock, step, found)
        clock = with_reached(clock, due) if due else clock
    clock = observed(target, clock, look, times)
    if clock is None:
        return
    if clock != before:
        found.rows.append(_row(work, asked, clock, found))
    if target.due_field is not None and clock.state is not State.OFF:
        shown = found.values.get(target.due_field)
        found.values[target.due_field] = _earlier(shown, clock.due_at)
    if target.kept_field is not None and clock.state is not State.OFF:
        _show_kept(work, target.kept_field, clock, found)
    found.next_at = _earlier(found.next_at, next_at(target, clock, times))


def _show_kept(work: Work, field: FieldId, clock: Clock, found: Followed) -> None:
    """Of several clocks that show in one field, one late makes it late, one open keeps it open."""
    kept = clock.is_kept(work.now)
    shown = found.values.get(field, True)
    found.values[field] = False if False in (kept, shown) else kept and shown
    late_at = clock.due_at + _MICROSECOND if clock.due_at is not None else None
    if clock.state is State.RUNNING and late_at is not None and late_at > work.now:
        found.next_at = _earlier(found.next_at, late_at)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one is not None and other is not None else one or other


def _do(work: Work, asked: _Asked, clock: Clock, step: Step, found: Followed) -> None:
    """Queue what a step does; its key is the same however often it is tried."""
    policy, target = asked.policy.id, asked.target.id
    reason = f"sla.{policy}.{target}.{step.id}"
    facts = asked.facts
    for number, action in enumerate(step.actions):
        values = action.values(facts)
        if values:
            effect = SetFields(found.form, found.record, values, reason)
            work.put((effect,), Origin(reason))
            facts = {**facts, "record": {**facts["record"], **values}}
        key = f"{reason}.{found.record}.{clock.cycle}.{number}"
        occasion = Occasion(found.form, found.record, reason, key)
        work.put(action.effects(facts, occasion), Origin(reason))
    work.tell(ClockReached(found.form, found.record, policy, target, step.id))


def _time(work: Work, calendar: str) -> Time:
    return time_of(work.app.definition.calendars.get(calendar))


def _row(work: Work, asked: _Asked, clock: Clock, found: Followed) -> ClockRow:
    return ClockRow(
        app=work.app.definition.id,
        form=found.form,
        record=found.record,
        policy=asked.policy.id,
        target=asked.target.id,
        state=clock.state.value,
        cycle=clock.cycle,
        begun_at=clock.begun_at,
        since=clock.since,
        spent_us=clock.spent // _MICROSECOND,
        within_us=clock.within // _MICROSECOND,
        calendar=clock.calendar,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        reached=" ".join(clock.reached),
    )
