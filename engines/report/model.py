"""Reports and dashboards as a definition has them, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engines.report.charttype import ChartType
from engines.report.question import Question
from engines.values import DashboardId, LocaleText, ReportId

COLUMNS: Final = 12  # of a dashboard's grid


@dataclass(frozen=True, slots=True)
class Report:
    """A question and the chart that shows the answer."""

    id: ReportId
    title: LocaleText
    question: Question
    chart: ChartType
    options: Mapping[str, Any]  # of the chart, as written
    can_drill: bool = True


@dataclass(frozen=True, slots=True)
class Tile:
    """A report's place on a dashboard, in cells of the grid from its top left."""

    id: str
    report: ReportId
    title: LocaleText
    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: Tile) -> bool:
        """Whether both cover a cell."""
        is_beside = self.x + self.width <= other.x or other.x + other.width <= self.x
        is_above = self.y + self.height <= other.y or other.y + other.height <= self.y
        return not (is_beside or is_above)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Reports side by side."""

    id: DashboardId
    title: LocaleText
    tiles: tuple[Tile, ...]
