"""A dashboard's text to tiles on a grid; what is wrong with it is reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.context import DefinitionContext
from engines.diagnostics import Path, did_you_mean, one_of
from engines.report.model import COLUMNS, Dashboard, Report, Tile
from engines.values import DashboardId, LocaleText, ReportId, locale_text


def parse_dashboard(
    dashboard_id: DashboardId,
    data: Mapping[str, Any],
    context: DefinitionContext,
    reports: Mapping[ReportId, Report],
) -> Dashboard | None:
    """The dashboard, or None when something in it was reported, be it by the schema."""
    path: Path = ("dashboards", dashboard_id)
    if context.problems.has_under(path):
        return None
    reported = len(context.problems)
    tiles: list[Tile] = []
    for name, written in data["tiles"].items():
        tile = _tile(str(name), written, (*path, "tiles", name), context, reports)
        if tile is None:
            continue
        for other in tiles:
            if tile.overlaps(other):
                context.problems.add(
                    "P022",
                    (*path, "tiles", name, "at"),
                    f"the tile covers cells of tile {other.id!r}",
                    hint="Move one of the two.",
                )
        tiles.append(tile)
    if len(context.problems) > reported:
        return None
    title = locale_text(data.get("title"), dashboard_id, context.locales)
    return Dashboard(dashboard_id, title, tuple(tiles))


def _tile(
    name: str,
    data: Mapping[str, Any],
    path: Path,
    context: DefinitionContext,
    reports: Mapping[ReportId, Report],
) -> Tile | None:
    x, y, width, height = (int(one) for one in data["at"])
    if not (width and height and x + width <= COLUMNS):
        context.problems.add(
            "P021",
            (*path, "at"),
            f"a tile of {width} by {height} cells at column {x} does not fit",
            hint=f"The columns go from 0 to {COLUMNS - 1}; width and height are at least 1.",
        )
    report_id = ReportId(str(data["report"]))
    if report_id not in reports:
        if not context.problems.has_under(("reports", report_id)):
            hint = did_you_mean(report_id, reports) or one_of(reports)
            said = f"unknown report {str(report_id)!r}"
            context.problems.add("P020", (*path, "report"), said, hint=hint)
        return None
    title = data.get("title")
    shown = locale_text(title, "", context.locales) if title else LocaleText(())
    return Tile(name, report_id, shown or reports[report_id].title, x, y, width, height)
