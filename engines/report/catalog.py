"""The catalogue of charts: one file each in `charts/`, found by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engines.registry import leaves_of
from engines.report.charttype import ChartType


@cache
def chart_types() -> Mapping[str, ChartType]:
    """Every chart by name."""
    return leaves_of("engines.report.charts", ChartType)  # type: ignore[type-abstract]
