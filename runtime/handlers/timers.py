"""A timer is due: move its instance, or run its rule."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from engines.flow.signals import TimerFired
from engines.messages import SetFields
from engines.rules.evaluate import next_run
from engines.rules.model import Due, OnSchedule, Rule
from engines.values import FormId, RecordId, RuleId
from runtime.commands import FireTimer
from runtime.handlers import starts
from runtime.handlers.outcome import Outcome
from runtime.perform import clocks, flows
from runtime.perform.rules import decided, tell_decision
from runtime.perform.work import Origin, Work
from runtime.ports import Filter, Record, RecordQuery, TimerRow

ROWS_AT_ONCE = 200  # records a scheduled rule takes in one transaction


def fire_timer(work: Work, command: FireTimer) -> Outcome:
    """Do what a timer was set for, once; one that was replaced or cancelled does nothing."""
    timer = work.unit.instances.timer(command.timer)
    if timer is None or timer.generation != command.generation:
        return Outcome(details={"fired": False})
    if not work.unit.instances.finish_timer(timer.id, timer.generation):
        return Outcome(details={"fired": False})
    if timer.instance is not None:
        _move_instance(work, timer)
    elif timer.ref.startswith(f"{clocks.TIMER}:"):
        clocks.fire(work, timer.ref)
    elif timer.ref.startswith(f"{starts.TIMER}:"):
        starts.fire(work, timer.ref)
    elif timer.ref.startswith("rule:"):
        _run_rule(work, timer.ref)
    else:
        _run_schedule(work, timer.ref)
    return Outcome(details={"fired": True})


def _move_instance(work: Work, timer: TimerRow) -> None:
    row = work.unit.instances.get(timer.instance, lock=True) if timer.instance else None
    if row is not None and row.status != "ended":  # a suspended one holds it; branches go on
        flows.move(work, row, TimerFired(timer.ref))


def _run_rule(work: Work, ref: str) -> None:
    _, rule_id, form, record_id = ref.split(":", 3)
    rule = work.app.definition.rules.rules.get(RuleId(rule_id))
    record = work.record(FormId(form), RecordId(record_id)) if rule is not None else None
    if rule is not None and record is not None:
        _apply(work, rule, FormId(form), record)


def _run_schedule(work: Work, ref: str) -> None:
    """Run a scheduled rule on the next rows; the last of them arms the next occasion."""
    _, rule_id, *cursor = ref.split(":", 2)
    rule = work.app.definition.rules.rules.get(RuleId(rule_id))
    if rule is None or not isinstance(rule.on, OnSchedule):
        return
    after = _run_on_rows(work, rule, cursor[0] if cursor else None)
    app = work.app.definition
    if after is not None:
        work.unit.instances.start_timer(app.id, None, f"schedule:{rule.id}:{after}", work.unit.now)
        return
    if cursor:
        return  # the occasion that began these rows has armed the next one
    zone = ZoneInfo(app.time_zone)
    due_at = next_run(rule.on.cron, work.unit.now.astimezone(zone)).astimezone(UTC)
    work.unit.instances.start_timer(app.id, None, f"schedule:{rule.id}", due_at)


def _run_on_rows(work: Work, rule: Rule, cursor: str | None) -> str | None:
    table = work.app.table(rule.form)
    filters: tuple[Filter, ...] = ()
    if rule.when is not None and not rule.when.sql_problems():
        filters = (Filter(rule.when.tree, work.facts_for_values(rule.form, {})),)
    query = RecordQuery(rule.form, filters=filters, after=cursor, limit=ROWS_AT_ONCE)
    page = work.unit.records.page(table, query)
    for record in page.records:
        _apply(work, rule, rule.form, record)
    return page.next


def _apply(work: Work, rule: Rule, form: FormId, record: Record) -> None:
    reason = f"rules.{rule.id}"
    decision = decided(work, Due(rule.id), work.app.form(form), record, None)
    if not decision.fired:
        return
    if decision.values:
        work.put((SetFields(form, record.id, decision.values, reason),), Origin(reason))
    work.put(decision.effects, Origin(reason))
    tell_decision(work, form, record.id, decision)
