"""Shares of a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from engines.report.charttype import ChartType
from engines.report.plain import column, plain
from engines.report.query import Group
from engines.report.question import Aggregate, Question
from engines.report.shape import OTHERS, ResultTable
from engines.values import LocaleText, Value

SLICES: Final = 8  # as many as there are colours that stay apart


class PieChart(ChartType):
    """Slices of a count or a sum; the smallest are put together."""

    name = "pie"
    group = "share"
    icon = "chart-pie"
    label = LocaleText((("en", "Pie"), ("zh", "饼图"), ("es", "Tarta"), ("ar", "دائري")))
    dimensions = (1, 1)
    measures = (1, 1)
    schema: ClassVar[Mapping[str, Any]] = {
        "donut": {"type": "boolean", "title": "With a hole", "default": False},
    }
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Orders by status",
        "of": "order",
        "by": ["status"],
        "chart": {"type": "pie", "donut": True},
    }

    def misfit(self, question: Question) -> str:
        found = super().misfit(question)
        if found:
            return found
        if question.dimensions[0].is_list:
            return f"{self.name} shows parts of a whole, but a list counts a record several times"
        if question.measures[0].aggregate not in (Aggregate.COUNT, Aggregate.SUM):
            return f"{self.name} shows parts of a whole: a count or a sum"
        return ""

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        rows = [row for row in table.rows if row.values[0]]
        kept, rest = _largest(rows)
        slices = [
            {
                "key": plain(row.keys[0]),
                "label": table.label(0, row.keys[0], locale),
                "value": plain(row.values[0]),
            }
            for row in kept
        ]
        if rest:
            others = {"label": OTHERS.in_locale(locale), "value": plain(_together(rest))}
            slices.append(others)
        return {
            **column(table.question.measures[0], locale),
            "slices": slices,
            "is_donut": bool(options.get("donut")),
        }


def _largest(rows: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """The slices to show in the order of the report, and those to put together."""
    if len(rows) <= SLICES:
        return list(rows), []
    large = sorted(rows, key=lambda row: row.values[0], reverse=True)[: SLICES - 1]
    names = {row.keys for row in large}
    return [row for row in rows if row.keys in names], [
        row for row in rows if row.keys not in names
    ]


def _together(rows: Sequence[Group]) -> Value:
    values = [row.values[0] for row in rows]
    return sum(values[1:], values[0])


TYPE = PieChart()
