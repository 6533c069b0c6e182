"""An answer as an axis with series, as most drawings want it."""

from __future__ import annotations

from typing import Any

from engines.report.plain import column, plain
from engines.report.shape import ResultTable


def axis(table: ResultTable, index: int, locale: str) -> dict[str, Any]:
    """A dimension: its title, grain (pages write times in words), keys and labels."""
    dimension = table.question.dimensions[index]
    keys = table.axis(index)
    return {
        "title": dimension.title.in_locale(locale),
        "grain": dimension.grain.value if dimension.grain is not None else None,
        "keys": [plain(key) for key in keys],
        "labels": [table.label(index, key, locale) for key in keys],
    }


def series(table: ResultTable, locale: str) -> list[dict[str, Any]]:
    """One series a measure; or, with a second dimension, one a key of it, of the only measure."""
    cells = table.cells()
    keys = table.axis(0)
    if len(table.question.dimensions) == 1:
        empty: tuple[Any, ...] = (None,) * len(table.question.measures)
        return [
            {
                **column(measure, locale),
                "values": [plain(cells.get((key,), empty)[at]) for key in keys],
            }
            for at, measure in enumerate(table.question.measures)
        ]
    only = column(table.question.measures[0], locale)
    return [
        {
            **only,
            "key": plain(second),
            "title": table.label(1, second, locale),
            "values": [plain(cells.get((key, second), (None,))[0]) for key in keys],
        }
        for second in table.axis(1)
    ]
