"""The draft's own tests over HTTP: run on demand, with what of the definition they come by."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from builder.coverage import Covered, coverage
from builder.drafts import Drafts
from builder.scenario import Verdict, diagnostics, verdicts
from builder.web import answers
from engines.app import parse_app
from engines.diagnostics import format_path
from engines.values import AppId
from runtime.web.routes import JSON, can, route
from runtime.web.visitor import actor_for, visitor


def add_tests(blueprint: Blueprint, drafts: Drafts) -> None:
    """Register the address that runs the tests."""

    @route(
        blueprint,
        "/design/api/<app>/tests",
        permission=can("design"),
        methods=["POST"],
        takes=JSON,
    )
    def tests(app: str) -> Response:
        text, name = drafts.view(actor_for(app), AppId(app)).text, f"{app}.yaml"
        definition, locale = parse_app(text, name), visitor().locale.split("-", 1)[0]
        found = list(verdicts(text, name))
        covered = coverage(definition, [one.reached for one in found])
        return answers.send(
            {
                "tests": [_verdict_json(one, text, name, locale) for one in found],
                "coverage": {one.kind: _covered_json(one) for one in covered},
            }
        )


def _verdict_json(verdict: Verdict, text: str, name: str, locale: str) -> dict[str, Any]:
    failures = diagnostics(verdict.failures, text, name)
    lines = [answers.problem_line(one, locale) for one in failures]
    return {"test": verdict.test, "failures": lines}


def _covered_json(covered: Covered) -> dict[str, Any]:
    return {
        "reached": covered.reached,
        "total": covered.total,
        "missing": [{"path": list(path), "place": format_path(path)} for path in covered.missing],
    }
