"""The families of errors: the author's, the user's, the request's, and ours.

Not here: how they are shown (`runtime/web/errors.py`) and the sentences of field errors, which the
message catalogue makes of code and parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engines.diagnostics import Diagnostic


class AppBuilderError(Exception):
    """Root of every error this product raises on purpose."""


class DefinitionError(AppBuilderError):
    """A definition is wrong; `diagnostics` say all that is wrong with it, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One answer that cannot be taken.

    `FieldProblem("lines[2].price", "too_small", {"min": 1})`
    """

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class FieldErrors(AppBuilderError):
    """A user's answers are refused; one problem or more for each field concerned."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{one.path}: {one.code}" for one in self.problems))


class NotAllowed(AppBuilderError):
    """The actor may not do this; `reason` is safe to show."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotFound(AppBuilderError):
    """What was asked for does not exist, or the actor may not know that it does."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} was not found")


class Conflict(AppBuilderError):
    """Somebody else was first; `details` say who and what, as plain data."""

    def __init__(self, message: str, details: Mapping[str, object] | None = None) -> None:
        self.message = message
        self.details = dict(details or {})
        super().__init__(message)


class BugError(AppBuilderError):
    """Our own mistake: a state that the code promised could not be."""
