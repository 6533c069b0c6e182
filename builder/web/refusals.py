"""What the designer refuses, in its user's language: the sentences of the core are English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response

from builder.problem_words import translated
from engines.errors import Conflict, DefinitionError, NotAllowed
from runtime.web.errors import failure_of, response_of
from runtime.web.visitor import visitor

_TOLD = ("message", "hint")


def translate_refusals(blueprint: Blueprint) -> None:
    """Let the refusals of the blueprint's views speak the visitor's language."""
    for kind in (Conflict, DefinitionError, NotAllowed):
        blueprint.register_error_handler(kind, _refusal)


def _refusal(error: Exception) -> Response:
    failure, locale = failure_of(error), visitor().locale.split("-", 1)[0]
    return response_of(
        replace(
            failure,
            message=translated(failure.message, locale),
            problems=tuple(_told(one, locale) for one in failure.problems),
        )
    )


def _told(problem: Mapping[str, str], locale: str) -> Mapping[str, str]:
    return {
        key: translated(text, locale) if key in _TOLD else text for key, text in problem.items()
    }
