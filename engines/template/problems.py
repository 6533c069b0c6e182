"""What can be wrong with a template: mistakes found at publish, failures while rendering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engines.diagnostics import Path, Problems
from engines.errors import AppBuilderError


@dataclass(frozen=True, slots=True, order=True)
class TemplateProblem:
    """One mistake in a template; `line` counts its lines from 1."""

    line: int
    code: str
    message: str
    hint: str = ""


class TemplateError(AppBuilderError):
    """The template is wrong; `problems` say all that is wrong, in the order of lines."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("; ".join(f"{one.message} [{one.code}]" for one in self.problems))


class RenderError(AppBuilderError):
    """A sound template could not be rendered on these data: a limit, or no plain data."""


def report(problems: Problems, path: Path, error: TemplateError) -> None:
    """Put the problems of the template at `path` among those of its definition."""
    for one in error.problems:
        problems.add(one.code, path, one.message, hint=one.hint)
