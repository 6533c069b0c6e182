"""Arm the timers of rules that speak of time after a field, and of scheduled rules."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from engines.cron import next_time
from engines.definition import AppDefinition
from engines.rules.evaluate import next_run
from engines.values import FormId
from runtime.facts import system_values
from runtime.perform.work import Work
from runtime.ports import Record, Unit


def arm_after_rules(work: Work, form: FormId, record: Record) -> None:
    """Start or move the timer of every rule that waits for a time after a field of the record."""
    if not work.runs_effects:
        return
    values = {**record.values, **system_values(record)}
    for rule in work.app.definition.rules.waiting[form]:
        ref = f"rule:{rule.id}:{form}:{record.id}"
        start = _instant(work, values.get(rule.field))
        if start is None:
            work.unit.instances.cancel_timer(None, ref)
            continue
        due_at = start + rule.delay
        if due_at > work.unit.now or record.revision == 1:
            work.unit.instances.start_timer(work.app.definition.id, None, ref, due_at)


def arm_schedules(unit: Unit, app: AppDefinition) -> None:
    """Start the timer of every scheduled rule and flow of a version that goes live."""
    here = unit.now.astimezone(ZoneInfo(app.time_zone))
    for schedule in app.rules.schedules():
        due_at = next_run(schedule.cron, here).astimezone(UTC)
        unit.instances.start_timer(app.id, None, f"schedule:{schedule.id}", due_at)
    for flow in app.flows.values():
        if flow.on.cron is not None:
            due_at = next_time(flow.on.cron, here).astimezone(UTC)
            unit.instances.start_timer(app.id, None, f"flow:{flow.id}", due_at)


def _instant(work: Work, value: object) -> datetime | None:
    """A datetime as it is; a date from its first moment in the app's zone."""
    if isinstance(value, datetime):
        return value
    if value is None or not hasattr(value, "year"):
        return None
    zone = ZoneInfo(work.app.definition.time_zone)
    return datetime.combine(value, time.min, zone).astimezone(UTC)  # type: ignore[arg-type]
