"""Start the flows that begin at a time of day or month, for every record that fits."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from engines.cron import next_time
from engines.flow.model import Flow
from engines.messages import StartFlow
from engines.values import FlowId
from runtime.perform.work import Origin, Work
from runtime.ports import Filter, RecordQuery

TIMER = "flow"  # its refs are "flow:<id>", and "flow:<id>:<cursor>" for further rows
ROWS_AT_ONCE = 200  # records of one transaction


def fire(work: Work, ref: str) -> None:
    """Start the flow on the next rows; the first of them arms the next occasion."""
    _, flow_id, *cursor = ref.split(":", 2)
    flow = work.app.definition.flows.get(FlowId(flow_id))
    if flow is None or flow.on.cron is None:
        return
    after = _start_on_rows(work, flow, cursor[0] if cursor else None)
    app = work.app.definition
    if after is not None:
        work.unit.instances.start_timer(app.id, None, f"{TIMER}:{flow.id}:{after}", work.unit.now)
    if cursor:
        return
    local = work.unit.now.astimezone(ZoneInfo(app.time_zone))
    due_at = next_time(flow.on.cron, local).astimezone(UTC)
    work.unit.instances.start_timer(app.id, None, f"{TIMER}:{flow.id}", due_at)


def _start_on_rows(work: Work, flow: Flow, cursor: str | None) -> str | None:
    filters: tuple[Filter, ...] = ()
    if flow.when is not None and not flow.when.sql_problems():
        filters = (Filter(flow.when.tree, work.facts_for_values(flow.form, {})),)
    query = RecordQuery(flow.form, filters=filters, after=cursor, limit=ROWS_AT_ONCE)
    page = work.unit.records.page(work.app.table(flow.form), query)
    reason = f"flows.{flow.id}"
    for record in page.records:
        if flow.starts_on(work.facts(flow.form, record)) and not _runs(work, flow, record.id):
            work.put((StartFlow(flow.id, flow.form, record.id, reason),), Origin(reason))
    return page.next


def _runs(work: Work, flow: Flow, record: str) -> bool:
    """Whether the flow is at work on the record; it is not started beside itself by the clock."""
    app = work.app.definition.id
    rows = work.unit.instances.going_on(app, flow.form, record)  # type: ignore[arg-type]
    return any(row.flow == flow.id for row in rows)
