"""One number, large, against a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from engines.expression.types import NUMBER
from engines.report.charttype import ChartType
from engines.report.plain import column, plain
from engines.report.question import Question
from engines.report.shape import ResultTable
from engines.values import LocaleText, Value

_AT_LEAST: Final = "at_least"


class KpiChart(ChartType):
    """A tile with a number; with a target it says whether the number is good."""

    name = "kpi"
    group = "number"
    icon = "gauge"
    label = LocaleText((("en", "Number"), ("zh", "指标"), ("es", "Indicador"), ("ar", "مؤشر")))
    dimensions = (0, 0)
    measures = (1, 1)
    schema: ClassVar[Mapping[str, Any]] = {
        "target": {"type": "number", "title": "Target"},
        "good": {"title": "Good is", "enum": [_AT_LEAST, "at_most"], "default": _AT_LEAST},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Open orders",
        "of": "order",
        "where": "record.status != 'done'",
        "measure": {"orders": {"count": "true"}},
        "chart": {"type": "kpi", "target": 20, "good": "at_most"},
    }

    def misfit(self, question: Question) -> str:
        return super().misfit(question) or (
            f"{self.name} shows numbers and lengths of time, not a {question.measures[0].type}"
            if str(question.measures[0].type) not in ("number", "duration")
            else ""
        )

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        measure = table.question.measures[0]
        value = table.rows[0].values[0] if table.rows else None
        target = options.get("target") if measure.type == NUMBER else None
        return {
            **column(measure, locale),
            "value": plain(value),
            "target": plain(target),
            "is_met": _is_met(value, target, str(options.get("good", _AT_LEAST))),
        }


def _is_met(value: Value, target: Value, good: str) -> bool | None:
    if value is None or target is None:
        return None
    return bool(value >= target if good == _AT_LEAST else value <= target)


TYPE = KpiChart()
