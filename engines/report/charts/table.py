"""A plain table: every dimension and measure a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engines.report.charttype import MANY, ChartType
from engines.report.plain import column, plain
from engines.report.shape import ResultTable
from engines.values import LocaleText


class TableChart(ChartType):
    """Rows of keys and numbers, with a row of totals where it is wanted."""

    name = "table"
    group = "list"
    icon = "table"
    label = LocaleText((("en", "Table"), ("zh", "表格"), ("es", "Tabla"), ("ar", "جدول")))
    dimensions = (0, 4)
    measures = (1, MANY)
    schema: ClassVar[Mapping[str, Any]] = {
        "totals": {"type": "boolean", "title": "Row of totals", "default": False},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Orders by product",
        "of": "order",
        "by": ["product"],
        "measure": {"orders": {"count": "true"}, "hours": {"mean": "hours"}},
        "sort": ["-orders"],
        "chart": {"type": "table", "totals": True},
    }

    def wants_totals(self, options: Mapping[str, Any]) -> bool:
        return bool(options.get("totals"))

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        question = table.question
        return {
            "dimensions": [
                {
                    "title": one.title.in_locale(locale),
                    "grain": one.grain.value if one.grain is not None else None,
                }
                for one in question.dimensions
            ],
            "measures": [column(one, locale) for one in question.measures],
            "rows": [
                {
                    "keys": [plain(key) for key in row.keys],
                    "labels": [table.label(at, key, locale) for at, key in enumerate(row.keys)],
                    "values": [plain(value) for value in row.values],
                }
                for row in table.rows
            ],
            "totals": [plain(value) for value in table.totals],
        }


TYPE = TableChart()
