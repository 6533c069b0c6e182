"""What a bench found, as one line of JSON that `python -m bench` collects into its table.

Two goals: the one that must be met now, which decides the exit code, and the one of the finished
product, which is shown. A bench ends with `return report(*results)` from its `main`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson

MARK = b'{"work":'  # how a line of a result begins


@dataclass(frozen=True, slots=True)
class Result:
    """One measured work. With the unit `x` more is better; with any other, less is.

    `found` is what the goals are held against: the ratio, or an absolute figure in `unit`.
    """

    work: str  # "list of 100,000, SQLite"
    found: float
    unit: str  # "x", "ms", "ms CPU", "MB", "bytes"
    final: float | None  # the finished product's goal; None: shown only
    now: float | None = None  # today's goal; None: shown only
    ours: str = ""  # "4,120 rows/CPU-s"
    reference: str = ""  # "openpyxl + SQLAlchemy Core 980 rows/CPU-s"

    def meets(self, goal: float | None) -> bool:
        """Whether a goal is met."""
        if goal is None:
            return False
        return self.found >= goal if self.unit == "x" else self.found <= goal

    @property
    def is_missed(self) -> bool:
        """Whether the goal of today is missed."""
        return self.now is not None and not self.meets(self.now)

    @property
    def verdict(self) -> str:
        """`missed`, `met` today's goal, or `final`: the finished product's; `later`: not yet.

        Empty where there is no goal.
        """
        if self.final is None:
            return ""
        if self.is_missed:
            return "missed"
        if self.meets(self.final):
            return "final"
        return "later" if self.now is None else "met"

    @property
    def cells(self) -> tuple[str, ...]:
        """The result as a row of the table."""
        goals = self._amount(self.final) if self.final is not None else ""
        if self.now is not None and self.now != self.final:
            goals = f"{self._amount(self.now)}, later {goals}"
        return (
            self.work,
            self.ours,
            self.reference,
            self._amount(self.found),
            goals,
            self.verdict,
        )

    def _amount(self, number: float) -> str:
        figure = f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
        return f"{figure}x" if self.unit == "x" else f"{figure} {self.unit}"


HEADINGS = ("work", "ours", "reference", "found", "goal", "verdict")


def report(*results: Result) -> int:
    """Print every result as a line; how the process should end."""
    for one in results:
        print(orjson.dumps(asdict(one)).decode(), flush=True)
    return 1 if any(one.is_missed for one in results) else 0


def result_of(line: bytes) -> Result | None:
    """The result a line of output holds; None for other words."""
    return Result(**orjson.loads(line)) if line.startswith(MARK) else None


def table(results: list[Result]) -> str:
    """All results as one table of text."""
    rows = [HEADINGS, *(one.cells for one in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
