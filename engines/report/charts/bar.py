"""Bars side by side or stacked, upright or lying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engines.report import pivot
from engines.report.charttype import ChartType
from engines.report.question import Question
from engines.report.shape import ResultTable
from engines.values import LocaleText


class BarChart(ChartType):
    """Compares groups; a second dimension gives each group several bars."""

    name = "bar"
    group = "comparison"
    icon = "chart-bar"
    label = LocaleText((("en", "Bars"), ("zh", "柱状图"), ("es", "Barras"), ("ar", "أعمدة")))
    dimensions = (1, 2)
    measures = (1, 8)
    schema: ClassVar[Mapping[str, Any]] = {
        "stacked": {"type": "boolean", "title": "Stacked", "default": False},
        "horizontal": {"type": "boolean", "title": "Lying", "default": False},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Orders a month",
        "of": "order",
        "by": [{"field": "created_at", "grain": "month"}, "status"],
        "measure": {"orders": {"count": "true"}},
        "chart": {"type": "bar", "stacked": True},
    }

    def misfit(self, question: Question) -> str:
        is_crowded = len(question.dimensions) == 2 and len(question.measures) > 1
        crowded = f"{self.name} with two dimensions shows exactly 1 measure" if is_crowded else ""
        return super().misfit(question) or crowded

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        return {
            "axis": pivot.axis(table, 0, locale),
            "series": pivot.series(table, locale),
            "is_stacked": bool(options.get("stacked")),
            "is_horizontal": bool(options.get("horizontal")),
        }


TYPE = BarChart()
