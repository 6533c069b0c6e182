"""Dashboards and reports: charts with their numbers as tables, and the records behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from flask import Blueprint, request

from engines.errors import FieldErrors, FieldProblem
from engines.report.charts.table import TYPE as TABLE
from engines.report.model import Tile
from engines.values import AppId, DashboardId, ReportId
from runtime.access.lists import Ask
from runtime.access.reports import ReportPage, ShownTile
from runtime.access.shown import ListPage
from runtime.web import addresses
from runtime.web.figures import figure
from runtime.web.filters import asked_filters
from runtime.web.pages.lists import row_of
from runtime.web.rendering import Crumb, page
from runtime.web.routes import SIGNED_IN, route
from runtime.web.visitor import actor_for, live_app, runtime, visitor

dashboards = Blueprint("dashboards", __name__)

_LONGEST_CELL = 2_000
_ROWS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report's table; `href` leads to the records it counts."""

    labels: tuple[str, ...]
    figures: tuple[str, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report as a page shows it: what the chart element draws, and the same as a table."""

    id: ReportId
    title: str
    refused: str = ""
    drawing: Mapping[str, Any] | None = None
    heads: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    totals: tuple[str, ...] = ()
    place: Tile | None = None  # on a dashboard's grid; None where a report stands alone


@route(dashboards, "/a/<app>/dashboards/<dashboard>", permission=SIGNED_IN)
def show(app: str, dashboard: str) -> str:
    """A dashboard with the reports the visitor may see."""
    found = runtime().reading.dashboard(actor_for(app), AppId(app), DashboardId(dashboard))
    tiles = sorted(found.tiles, key=lambda one: (one.tile.y, one.tile.x))
    title = found.dashboard.title.in_locale(visitor().locale)
    return page(
        "dashboard.html",
        _home(app),
        Crumb(title),
        app=app,
        here=addresses.dashboard(AppId(app), dashboard),
        heading=title,
        placed=True,
        tiles=[_drawn_tile(app, one) for one in tiles],
    )


@route(dashboards, "/a/<app>/reports/<report>", permission=SIGNED_IN)
def report_alone(app: str, report: str) -> str:
    """One report, large; filters of a list's address narrow it."""
    filters = [(one.field, one.operator, one.text) for one in asked_filters(request.args)]
    found = runtime().reading.report(
        actor_for(app), AppId(app), ReportId(report), Ask(filters=filters)
    )
    title = found.report.title.in_locale(visitor().locale)
    return page(
        "dashboard.html",
        _home(app),
        Crumb(title),
        app=app,
        heading=title,
        placed=False,
        tiles=[_drawn(app, found, title, None)],
    )


@route(dashboards, "/a/<app>/reports/<report>/records", permission=SIGNED_IN)
def behind(app: str, report: str) -> str:
    """The records that one number of a report counts."""
    reading, actor = runtime().reading, actor_for(app)
    found = reading.report(actor, AppId(app), ReportId(report))
    records = reading.records_behind(
        actor,
        AppId(app),
        ReportId(report),
        _cell(),
        Ask(after=request.args.get("after"), limit=_ROWS),
    )
    seer = visitor()
    title = found.report.title.in_locale(seer.locale)
    return page(
        "behind.html",
        _home(app),
        Crumb(title, f"/a/{app}/reports/{report}"),
        Crumb(seer.words.say("chart.records")),
        app=app,
        heading=title,
        found=records,
        heads=[one.title.in_locale(seer.locale) for one in records.columns],
        rows=[row_of(AppId(app), records, one, seer.display) for one in records.rows],
        next_href=_next(records),
    )


def _drawn_tile(app: str, shown: ShownTile) -> Drawn:
    locale = visitor().locale
    if shown.page is None:
        return Drawn(
            shown.tile.report,
            shown.tile.title.in_locale(locale),
            refused=visitor().words.say("chart.refused"),
            place=shown.tile,
        )
    title = shown.tile.title.in_locale(locale) or shown.page.report.title.in_locale(locale)
    return _drawn(app, shown.page, title, shown.tile)


def _drawn(app: str, found: ReportPage, title: str, tile: Tile | None) -> Drawn:
    locale = visitor().locale
    data = TABLE.data(found.table, {"totals": True}, locale)
    measures = data["measures"]
    can_drill = found.report.can_drill and bool(data["dimensions"])
    return Drawn(
        id=found.report.id,
        title=title,
        drawing=found.drawing,
        heads=tuple(one["title"] for one in data["dimensions"]),
        measures=tuple(one["title"] for one in measures),
        lines=tuple(
            Line(
                tuple(row["labels"]),
                _figures(row["values"], measures),
                _drill(app, found.report.id, row["keys"]) if can_drill else "",
            )
            for row in data["rows"]
        ),
        totals=_figures(data["totals"], measures) if data["totals"] else (),
        place=tile,
    )


def _figures(values: list[Any], measures: list[dict[str, Any]]) -> tuple[str, ...]:
    display = visitor().display
    return tuple(figure(value, one, display) for value, one in zip(values, measures, strict=True))


def _drill(app: str, report: ReportId, keys: list[Any]) -> str:
    return f"/a/{app}/reports/{report}/records?cell={quote(orjson.dumps(keys).decode())}"


def _cell() -> list[Any]:
    text = request.args.get("cell", "")
    try:
        keys = orjson.loads(text) if len(text) <= _LONGEST_CELL else None
    except orjson.JSONDecodeError:
        keys = None
    if not isinstance(keys, list):
        raise FieldErrors([FieldProblem("cell", "filter_does_not_fit", {"value": ""})])
    return keys


def _next(found: ListPage) -> str:
    if not found.next:
        return ""
    cell = quote(request.args.get("cell", ""))
    return f"{request.path}?cell={cell}&after={quote(found.next)}"


def _home(app: str) -> Crumb:
    return Crumb(live_app(app).definition.title.in_locale(visitor().locale), f"/a/{app}/")
