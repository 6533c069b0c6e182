"""Text to compiled app, and back from what was stored at publish.

The order is upgrade, schema, then `link`, which parses every section; all problems of a text are
reported at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from engines.definition import AppDefinition
from engines.diagnostics import Diagnostic, Problems
from engines.errors import BugError, DefinitionError
from engines.link import link
from engines.link_parts import note_locales
from engines.rules.table import Watch
from engines.schema import app_schema
from engines.shape import coerce_and_validate
from engines.source.read import Source, read_source
from engines.upgrades.loop import upgrade

__all__ = [
    "AppDefinition",
    "Checked",
    "checked",
    "load_app",
    "parse_app",
    "problems_of",
    "stored_data",
    "typed_data",
]


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with what is wrong with it and what is worth a look, in file order."""

    problems: tuple[Diagnostic, ...]
    source: Source | None  # None where it cannot be read
    definition: AppDefinition | None  # None while anything is wrong


def parse_app(
    text: str | bytes, name: str, *, version: int = 0, watch: Watch | None = None
) -> AppDefinition:
    """The compiled app; raises DefinitionError with everything that is wrong, in file order.

    `watch` is told of each row of a decision table that decides, for a trial's coverage.
    """
    source, data, problems = _typed(text, name)
    definition = _linked(data, problems, version, watch)
    if problems or definition is None:
        raise DefinitionError(problems.sorted(source))
    return definition


def problems_of(text: str | bytes, name: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a text and what is worth a look, in file order.

    Empty, or nothing but warnings, when it could be published.
    """
    return checked(text, name).problems


def checked(text: str | bytes, name: str) -> Checked:
    """What `problems_of` says of a text, and the compiled app where nothing is wrong."""
    try:
        source, data, problems = _typed(text, name)
    except DefinitionError as error:
        return Checked(error.diagnostics, None, None)
    definition = _linked(data, problems)
    if definition is not None:
        note_locales(data, problems)
    found = tuple(sorted([*problems.sorted(source), *problems.warnings(source)]))
    return Checked(found, source, None if problems else definition)


def typed_data(text: str | bytes, name: str) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The data of a text as the schema types it, and what is wrong with its shape.

    For the designer, which must show a text that cannot be published yet.
    """
    try:
        source, data, problems = _typed(text, name)
    except DefinitionError as error:
        return {}, error.diagnostics
    return (data if isinstance(data, dict) else {}), problems.sorted(source)


def stored_data(text: str | bytes, name: str) -> str:
    """What a published version keeps of a text besides the text: its data as JSON.

    Every scalar stays text, as the author wrote it, so that no number changes on the way.
    """
    source = read_source(text, name)
    return json.dumps(source.data, ensure_ascii=False, separators=(",", ":"))


def load_app(data: str, *, version: int) -> AppDefinition:
    """The compiled app from `stored_data`. Raises BugError when it no longer compiles."""
    try:
        return parse_app(data, "version.json", version=version)
    except DefinitionError as error:
        raise BugError(f"published version {version} does not compile: {error}") from error


def _linked(
    data: Any, problems: Problems, version: int = 0, watch: Watch | None = None
) -> AppDefinition | None:
    """The definition, wrong parts left out; None where its shape forbids to put it together."""
    is_misshapen = bool(problems)
    if not isinstance(data, dict):
        return None
    try:
        return link(data, problems, version, watch)
    except (AttributeError, KeyError, TypeError, ValueError):
        # A list where a map belongs trips whoever reads it, and there is no end of such places;
        # the schema has told of each. In a text of the right shape it is our own fault.
        if not is_misshapen:
            raise
        return None


def _typed(text: str | bytes, name: str) -> tuple[Source, Any, Problems]:
    problems = Problems()
    source = read_source(text, name)
    upgraded = replace(source, data=upgrade(source.data, problems))
    if problems:
        raise DefinitionError(problems.sorted(source))  # of another format: nothing else is sure
    return source, coerce_and_validate(upgraded, app_schema(), problems), problems
