"""What can be wrong with an expression: mistakes found at publish, failures while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engines.diagnostics import Path, Problems
from engines.errors import AppBuilderError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in an expression; `column` counts its characters from 1."""

    column: int
    code: str
    message: str
    hint: str = ""


class ExpressionError(AppBuilderError):
    """The expression is wrong; `problems` say all that is wrong with it, from left to right."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("; ".join(f"{one.message} [{one.code}]" for one in self.problems))


class EvaluationError(AppBuilderError):
    """A sound expression could not be computed on these facts: a limit or a fact of wrong type."""


class Findings:
    """Collects the problems of one expression."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, code: str, column: int, message: str, hint: str | None = None) -> None:
        """Note a problem at `column` (from 1)."""
        self.problems.append(Problem(column, code, message, hint or ""))

    def raise_any(self) -> None:
        """Raise what was found, if anything was."""
        if self.problems:
            raise ExpressionError(self.problems)


def report(problems: Problems, path: Path, error: ExpressionError) -> None:
    """Put the problems of the expression at `path` among those of its definition."""
    for one in error.problems:
        problems.add(one.code, path, one.message, hint=one.hint)
