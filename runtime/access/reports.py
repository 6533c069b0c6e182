"""Reports and dashboards through the gate: rows as in lists, and no field one may not know.

A field that is hidden or masked for the reader may not take part at all: groups, smallest values
and conditions would tell what the page does not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.errors import FieldErrors, FieldProblem, NotAllowed, NotFound
from engines.form.model import Form, View
from engines.report.model import Dashboard, Report, Tile
from engines.report.plain import read_cell
from engines.report.query import AggregateQuery, Aggregates, aggregate_query
from engines.report.question import Question
from engines.report.shape import ResultTable, table
from engines.values import DashboardId, FieldId, FormId, RecordId, ReportId, UserId
from runtime.access import gate, lists
from runtime.access.masking import may_know
from runtime.access.shown import ListPage
from runtime.access.view import Looking
from runtime.facts import USERS
from runtime.ports import Filter, RecordQuery

EVERY_RECORD = "all"


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report's answer for one reader; `drawing` is what the chart element draws, as JSON."""

    report: Report
    form: Form
    table: ResultTable
    drawing: dict[str, Any]  # {"type": "bar", "title": …, "is_cut": False, "data": {…}}


@dataclass(frozen=True, slots=True)
class ShownTile:
    """A tile with its report, or with the reason why this reader may not see it."""

    tile: Tile
    page: ReportPage | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """A dashboard as one reader sees it."""

    dashboard: Dashboard
    tiles: tuple[ShownTile, ...]


def require_report(looking: Looking, report: ReportId) -> None:
    """Raises NotAllowed for a report over what the actor may not know."""
    question = _report(looking, report).question
    form = looking.app.form(question.form)
    if not gate.ever(form, looking.actor, "read"):
        gate.refuse(form, looking.actor, "read")
    _require_known(looking, form, question)


def report_page(
    looking: Looking,
    report: ReportId,
    ask: lists.Ask = lists.PLAIN,
    *,
    in_all: bool = False,
) -> ReportPage:
    """A report over the records the actor may read; `ask.filters` narrow it further.

    `in_all` asks for the totals too, be they drawn or not.
    """
    found = _report(looking, report)
    question = found.question
    form = looking.app.form(question.form)
    _require_known(looking, form, question)
    rows = _rows(looking, form, question, ask)
    query = _query(looking, question)
    answer = _answer(looking, query, rows)
    totals: Sequence[Any] = ()
    if in_all or found.chart.wants_totals(found.options):
        totals = _answer(looking, query.in_all, rows).groups[0].values
    shown = table(question, answer, totals, _names(looking, question, answer))
    drawing = {
        "type": found.chart.name,
        "title": found.title.in_locale(looking.actor.locale),
        "is_cut": shown.is_cut,
        "data": found.chart.data(shown, found.options, looking.actor.locale),
    }
    return ReportPage(found, form, shown, drawing)


def dashboard_page(looking: Looking, dashboard: DashboardId) -> DashboardPage:
    """A dashboard, all its reports of one moment. Raises NotFound."""
    found = looking.app.definition.dashboards.get(dashboard)
    if found is None:
        raise NotFound(f"dashboard {dashboard}")
    pages: dict[ReportId, ReportPage | str] = {}
    for tile in found.tiles:
        if tile.report not in pages:
            pages[tile.report] = _page_or_reason(looking, tile.report)
    return DashboardPage(found, tuple(_tile(tile, pages[tile.report]) for tile in found.tiles))


def records_behind(
    looking: Looking, report: ReportId, cell: Sequence[Any], ask: lists.Ask = lists.PLAIN
) -> ListPage:
    """The records that one cell of a report counts; `cell` is its keys as the drawing has them.

    Raises FieldErrors for a cell that cannot be one of this report.
    """
    found = _report(looking, report)
    question = found.question
    form = looking.app.form(question.form)
    _require_known(looking, form, question)
    if not found.can_drill:
        raise NotAllowed("The records behind this report are not shown.")
    try:
        keys = read_cell(question.dimensions, list(cell))
    except ValueError as error:
        raise FieldErrors([FieldProblem("cell", "filter_does_not_fit", {"value": ""})]) from error
    rows = _rows(looking, form, question, ask)
    page = looking.reader.records.group_page(
        looking.app.table(form.id), _query(looking, question), keys, rows
    )
    return lists.shown_page(looking, form, _every_record(form), page)


def may_open(looking: Looking, dashboard: str) -> bool:
    """Whether the actor may read records of any report on a dashboard; for menus."""
    found = looking.app.definition.dashboards.get(DashboardId(dashboard))
    if found is None:
        return False
    forms = {looking.app.definition.reports[one.report].question.form for one in found.tiles}
    return any(gate.ever(looking.app.form(form), looking.actor, "read") for form in forms)


def _report(looking: Looking, report: ReportId) -> Report:
    found = looking.app.definition.reports.get(report)
    if found is None:
        raise NotFound(f"report {report}")
    return found


def _page_or_reason(looking: Looking, report: ReportId) -> ReportPage | str:
    try:
        return report_page(looking, report)
    except NotAllowed as refusal:
        return refusal.reason


def _tile(tile: Tile, found: ReportPage | str) -> ShownTile:
    if isinstance(found, str):
        return ShownTile(tile, None, found)
    return ShownTile(tile, found)


def _require_known(looking: Looking, form: Form, question: Question) -> None:
    for key in sorted(question.keys):
        if not may_know(looking.app, form.id, looking.actor, [key]):
            field = form.fields.get(FieldId(key.split(".")[0]))
            name = field.title.in_locale(looking.actor.locale) if field is not None else key
            raise NotAllowed(f"This report uses the field {name}, which you may not see.")


def _rows(looking: Looking, form: Form, question: Question, ask: lists.Ask) -> RecordQuery:
    """The records that take part: readable, wanted by the report, and asked for."""
    query = lists.record_query(looking, form, replace(_every_record(form), when=None), ask)
    if question.where is None:
        return query
    own = Filter(question.where.tree, looking.blank_facts(form.id))
    return replace(query, filters=(own, *query.filters))


def _every_record(form: Form) -> View:
    return lists.view_of(form, EVERY_RECORD)


def _query(looking: Looking, question: Question) -> AggregateQuery:
    return aggregate_query(question, looking.app.definition.time_zone)


def _answer(looking: Looking, query: AggregateQuery, rows: RecordQuery) -> Aggregates:
    return looking.reader.records.aggregate(looking.app.table(query.form), query, rows)


def _names(looking: Looking, question: Question, answer: Aggregates) -> dict[str, str]:
    """Names behind the ids among the keys, of what the actor may read."""
    ids: dict[FormId, set[str]] = {}
    for at, dimension in enumerate(question.dimensions):
        if dimension.links_to is not None:
            found = {group.keys[at] for group in answer.groups if group.keys[at] is not None}
            ids.setdefault(dimension.links_to, set()).update(found)
    names: dict[str, str] = {}
    for form, wanted in ids.items():
        if form == USERS:
            names |= {one: looking.person(UserId(one)) for one in sorted(wanted)}
        else:
            names |= looking.titles(form, [RecordId(one) for one in sorted(wanted)])
    return names
