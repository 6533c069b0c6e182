"""What commands say about values: the catalogue's sentences in the language of the commands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engines.errors import FieldProblem
from engines.form.display import Display
from runtime.web.catalogue import catalogue
from runtime.web.problems import problem_text

LOCALE = "en"  # commands speak English; what they print of an app is the app's


def problem_sentence(problem: FieldProblem) -> str:
    """What is wrong with one value, and what to do."""
    return problem_text(catalogue(LOCALE), problem, Display(LOCALE, ZoneInfo("UTC")))
