"""Lines over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engines.report import pivot
from engines.report.charttype import ChartType
from engines.report.question import Question
from engines.report.shape import ResultTable
from engines.values import LocaleText


class LineChart(ChartType):
    """How numbers move; the first dimension is a time."""

    name = "line"
    group = "trend"
    icon = "chart-line"
    label = LocaleText((("en", "Lines"), ("zh", "折线图"), ("es", "Líneas"), ("ar", "خطوط")))
    dimensions = (1, 2)
    measures = (1, 8)
    schema: ClassVar[Mapping[str, Any]] = {
        "area": {"type": "boolean", "title": "Filled below", "default": False},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Orders a week",
        "of": "order",
        "by": [{"field": "created_at", "grain": "week"}],
        "measure": {"orders": {"count": "true"}, "slow": {"percentile": ["hours", "90"]}},
        "chart": {"type": "line", "area": True},
    }

    def misfit(self, question: Question) -> str:
        found = super().misfit(question)
        if found:
            return found
        if question.dimensions[0].grain is None:
            return f"{self.name} needs a time as its first dimension"
        is_crowded = len(question.dimensions) == 2 and len(question.measures) > 1
        return f"{self.name} with two dimensions shows exactly 1 measure" if is_crowded else ""

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        return {
            "axis": pivot.axis(table, 0, locale),
            "series": pivot.series(table, locale),
            "is_area": bool(options.get("area")),
        }


TYPE = LineChart()
