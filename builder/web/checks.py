"""What is wrong with a draft and what is worth a look, for the designer's list of problems.

The designer asks after every gesture, for every designer at work: a text is checked once, and of
who holds which role only one question is put to the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from builder.unheld import Asked, asked_roles, unheld, warnings_of
from builder.web.answers import problem_line
from engines.app import checked
from engines.diagnostics import Diagnostic
from engines.values import AppId, RoleId
from runtime.ports import Reader


@dataclass(frozen=True, slots=True)
class Checks:
    """What a text alone tells; of one with mistakes nobody knows yet whom its flows ask."""

    problems: tuple[Diagnostic, ...]
    asked: tuple[Asked, ...] = ()
    warnings: Mapping[RoleId, tuple[Diagnostic, ...]] | None = None


def problem_lines(
    reader: Reader, app: AppId, text: str, name: str, locale: str
) -> list[Mapping[str, Any]]:
    """Everything that is wrong or worth a look, in file order, in the reader's language."""
    known = _checks(text, name)
    missing = _missing(reader, app, known)
    return [_line(one, locale) for one in sorted([*known.problems, *missing])]


def unheld_roles(reader: Reader, app: AppId, text: str, name: str) -> tuple[Asked, ...]:
    """The roles that flows of a text ask and nobody holds; none while the text is wrong."""
    return unheld(reader, app, _checks(text, name).asked)


def _missing(reader: Reader, app: AppId, known: Checks) -> Iterable[Diagnostic]:
    by_role = known.warnings or {}
    for one in unheld(reader, app, known.asked) if known.asked else ():
        yield from by_role[one.role]


@lru_cache(maxsize=8)
def _checks(text: str, name: str) -> Checks:
    found = checked(text, name)
    if found.definition is None or found.source is None:
        return Checks(found.problems)
    asked = asked_roles(found.definition)
    return Checks(found.problems, asked, warnings_of(asked, found.source))


@lru_cache(maxsize=512)
def _line(one: Diagnostic, locale: str) -> Mapping[str, Any]:
    return problem_line(one, locale)
