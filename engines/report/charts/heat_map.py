"""Two dimensions as a grid of shades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engines.report import pivot
from engines.report.charttype import ChartType
from engines.report.plain import column, plain
from engines.report.shape import ResultTable
from engines.values import LocaleText


class HeatMapChart(ChartType):
    """Where numbers crowd: hours against weekdays, products against causes."""

    name = "heat_map"
    group = "comparison"
    icon = "grid"
    label = LocaleText(
        (("en", "Heat map"), ("zh", "热力图"), ("es", "Mapa de calor"), ("ar", "خريطة حرارية"))
    )
    dimensions = (2, 2)
    measures = (1, 1)
    example: ClassVar[Mapping[str, Any]] = {
        "title": "When orders come",
        "of": "order",
        "by": [
            {"field": "created_at", "grain": "hour"},
            {"field": "created_at", "grain": "weekday"},
        ],
        "chart": {"type": "heat_map"},
    }

    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        across = {key: at for at, key in enumerate(table.axis(0))}
        down = {key: at for at, key in enumerate(table.axis(1))}
        return {
            **column(table.question.measures[0], locale),
            "x": pivot.axis(table, 0, locale),
            "y": pivot.axis(table, 1, locale),
            # [place across, place down, number]
            "cells": [
                [across[row.keys[0]], down[row.keys[1]], plain(row.values[0])]
                for row in table.rows
            ],
        }


TYPE = HeatMapChart()
