"""Refused answers as sentences in the visitor's language. The codes are the form engine's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engines.errors import FieldProblem
from engines.form.display import (
    Display,
    date_text,
    datetime_text,
    duration_text,
    number_text,
)
from engines.values import locale_text
from runtime.web.catalogue import Catalogue


def problem_text(words: Catalogue, problem: FieldProblem, display: Display) -> str:
    """`Enter a date on or after 1 March 2026.`"""
    own = problem.params.get("message")
    if own:  # the author's own sentence, by locale
        return locale_text(own).in_locale(display.locale)
    params = {name: _shown(value, display) for name, value in problem.params.items()}
    return words.say(f"problem.{problem.code}", **_counted(problem.params), **params)


def _counted(params: Mapping[str, Any]) -> dict[str, int]:
    """Limits are what plural forms follow: `at least 3 characters`."""
    limit = params.get("max", params.get("min"))
    return {"count": int(limit)} if isinstance(limit, int | Decimal) else {}


def _shown(value: object, display: Display) -> str:  # noqa: PLR0911  one line a type
    match value:
        case bool():
            return str(value)
        case int() | Decimal():
            return number_text(value, display.locale)
        case datetime():
            return datetime_text(value, display)
        case date():
            return date_text(value, display.locale)
        case timedelta():
            return duration_text(value, display.locale)
        case list() | tuple() | frozenset() | set():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
