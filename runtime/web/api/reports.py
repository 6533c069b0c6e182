"""`/api/v1/<app>/-/reports` and `…/dashboards`: rows, totals and refusals as on the pages."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, request

from engines.errors import FieldErrors, FieldProblem, NotAllowed
from engines.report.charts.table import TYPE as TABLE
from engines.values import AppId, DashboardId, ReportId
from runtime.access.lists import Ask
from runtime.access.reports import ReportPage, ShownTile
from runtime.web.api.shapes import Json, answer, page_json
from runtime.web.filters import asked_filters
from runtime.web.routes import JSON, SIGNED_IN, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

reports = Blueprint("api_reports", __name__, url_prefix="/api/v1/<app>/-")

_LONGEST_CELL = 2_000
_MOST_ROWS = 200


@route(reports, "/reports", permission=SIGNED_IN, takes=JSON, is_api=True)
def listed(app: str) -> Response:
    """The reports that the caller may see."""
    found = [_one(app, ReportId(id_)) for id_ in live_app(app).definition.reports]
    return answer({"reports": [one for one in found if one is not None]})


@route(reports, "/reports/<report>", permission=SIGNED_IN, takes=JSON, is_api=True)
def read(app: str, report: str) -> Response:
    """A report's groups and totals; `where=field~operator~value` narrows it."""
    filters = [(one.field, one.operator, one.text) for one in asked_filters(request.args)]
    found = runtime().reading.report(
        actor_for(app), AppId(app), ReportId(report), Ask(filters=filters), in_all=True
    )
    return answer(report_json(found))


@route(reports, "/reports/<report>/records", permission=SIGNED_IN, takes=JSON, is_api=True)
def behind(app: str, report: str) -> Response:
    """The records that one group counts: `cell` is its `keys` as JSON."""
    limit = request.args.get("limit", "50")
    found = runtime().reading.records_behind(
        actor_for(app),
        AppId(app),
        ReportId(report),
        _cell(),
        Ask(
            after=request.args.get("after"),
            limit=min(int(limit), _MOST_ROWS) if limit.isdecimal() and len(limit) < 6 else 50,
        ),
    )
    return answer(page_json(found))


@route(reports, "/dashboards/<dashboard>", permission=SIGNED_IN, takes=JSON, is_api=True)
def dashboard(app: str, dashboard: str) -> Response:
    """A dashboard: every tile with its report, or with the word that it is refused."""
    found = runtime().reading.dashboard(actor_for(app), AppId(app), DashboardId(dashboard))
    data = {
        "id": found.dashboard.id,
        "title": found.dashboard.title.in_locale(visitor().locale),
        "tiles": [_tile(one) for one in found.tiles],
    }
    return answer(data)


def report_json(found: ReportPage) -> Json:
    """`{"id", "title", "chart", "dimensions", "measures", "rows", "totals", "is_cut"}`."""
    locale = visitor().locale
    data = TABLE.data(found.table, {"totals": True}, locale)
    return {
        "id": found.report.id,
        "title": found.report.title.in_locale(locale),
        "chart": found.report.chart.name,
        "is_cut": found.table.is_cut,
        **data,
    }


def _one(app: str, report: ReportId) -> Json | None:
    """A report's head; None for one that uses what the caller may not know."""
    reading = runtime().reading
    try:
        reading.require_report(actor_for(app), AppId(app), report)
    except NotAllowed:
        return None
    found = live_app(app).definition.reports[report]
    title = found.title.in_locale(visitor().locale)
    return {"id": found.id, "title": title, "chart": found.chart.name, "form": found.question.form}


def _tile(shown: ShownTile) -> Json:
    tile = shown.tile
    return {
        "at": [tile.x, tile.y, tile.width, tile.height],
        "report": tile.report,
        "is_refused": shown.page is None,
        "data": report_json(shown.page) if shown.page is not None else None,
    }


def _cell() -> list[Any]:
    text = request.args.get("cell", "")
    try:
        keys = orjson.loads(text) if len(text) <= _LONGEST_CELL else None
    except orjson.JSONDecodeError:
        keys = None
    if not isinstance(keys, list):
        raise FieldErrors([FieldProblem("cell", "filter_does_not_fit", {"value": ""})])
    return keys
