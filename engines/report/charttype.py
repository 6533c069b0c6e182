"""The contract of a chart: what it can show, and the data its drawing needs.

How it looks is the browser's: `runtime/ui/charts/<name>.ts` draws what `data` gives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from engines.report.question import Question
from engines.report.shape import ResultTable
from engines.values import LocaleText

MANY: Final = 20


class ChartType(ABC):
    """One chart; `name` is what `chart.type` says."""

    name: ClassVar[str]
    label: ClassVar[LocaleText]
    icon: ClassVar[str]
    group: ClassVar[str]  # what it is good at: number list comparison trend share
    schema: ClassVar[Mapping[str, Any]] = {}  # option -> JSON Schema
    example: ClassVar[Mapping[str, Any]]  # a whole report
    dimensions: ClassVar[tuple[int, int]]  # least and most it can show
    measures: ClassVar[tuple[int, int]]

    def misfit(self, question: Question) -> str:
        """Why it cannot show the answers to a question, without a full stop; '' when it can."""
        for have, (least, most), what in (
            (len(question.dimensions), self.dimensions, "dimension"),
            (len(question.measures), self.measures, "measure"),
        ):
            if not least <= have <= most:
                return f"{self.name} shows {_count(least, most, what)}, this report has {have}"
        return ""

    def wants_totals(self, options: Mapping[str, Any]) -> bool:
        """Whether it also shows the measures over all records together."""
        return False

    @abstractmethod
    def data(self, table: ResultTable, options: Mapping[str, Any], locale: str) -> dict[str, Any]:
        """What is drawn, as JSON; texts in `locale`."""


def _count(least: int, most: int, what: str) -> str:
    if most == 0:
        return f"no {what}s"
    if least == most:
        return f"exactly {least} {what}{'s' if least > 1 else ''}"
    if most >= MANY:
        return f"at least {least} {what}s" if least != 1 else f"at least one {what}"
    return f"{least} or {most} {what}s" if most == least + 1 else f"{least} to {most} {what}s"
