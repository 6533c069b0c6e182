"""The `tests:` of a definition: what is given, what happens, what is expected; run in a sandbox.

    tests:
      bell_is_mended:
        given: {users: {mia: mechanic}, at: "2026-03-02 10:00"}
        when: [{submit: repair, as: buyer, with: {fault: bell}}, {advance: 2h}]
        expect: {record: {state: waiting}, sent: [{to: boss, subject: Still waiting}]}

The vocabulary of steps stands in `builder.steps`; what a publish does with failures in `runtime`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from builder.expectation import missed
from builder.sandbox import Sandbox
from builder.steps import Step, StepError, read_step, take
from builder.witness import Compiled, Part, compiled
from engines.app import typed_data
from engines.definition import AppDefinition
from engines.diagnostics import Diagnostic, Path
from engines.errors import AppBuilderError
from engines.source import read_source

STANDARD_START = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001  a Monday morning in the app's zone
SECTION = "tests"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a test found wrong, and where in the definition the author asked for it."""

    code: str
    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one test went and what it came by; no failures: as expected."""

    test: str
    failures: tuple[Failure, ...]
    reached: frozenset[Part] = frozenset()


def scenario_gate(definition: AppDefinition, text: str) -> Sequence[Diagnostic]:
    """What forbids to publish a text: every test of its own that fails."""
    name = f"{definition.id}.yaml"
    failures = [one for verdict in verdicts(text, name) for one in verdict.failures]
    return sorted(diagnostics(failures, text, name))


def diagnostics(failures: Iterable[Failure], text: str, name: str) -> list[Diagnostic]:
    """Failures at their places in the text."""
    source = read_source(text, name)
    found = []
    for one in failures:
        line, column = source.position(one.path)
        hint = "Mend the definition, or the test if it asks for the wrong thing."
        found.append(Diagnostic(one.code, one.path, line, one.message, hint, column, name))
    return found


def verdicts(text: str, name: str) -> Iterator[Verdict]:
    """How every test of a definition goes, in its order. Raises DefinitionError."""
    data, _ = typed_data(text, name)
    tests = data.get(SECTION) or {}
    if tests:
        known = compiled(text, name)
        for test, scenario in tests.items():
            yield _verdict(text, name, scenario or {}, (SECTION, test), known)


def opened(
    text: str, name: str, given: Mapping[str, Any], known: Compiled | None = None
) -> Sandbox:
    """A sandbox as `given:` describes it. Raises StepError for a time that is none."""
    users = given.get("users") or {}
    people = {who: roles if isinstance(roles, list) else [roles] for who, roles in users.items()}
    known = known or compiled(text, name)
    at = moment(given.get("at"), ZoneInfo(known.definition.time_zone))
    has_seeds = bool(given.get("seeds"))
    return Sandbox.of(text, name, at=at, people=people, with_seeds=has_seeds, known=known)


def moment(written: object, zone: ZoneInfo) -> datetime:
    """`2026-03-02 10:00` in a zone as an instant; a Monday morning when nothing is written."""
    try:
        local = datetime.fromisoformat(str(written)) if written else STANDARD_START
    except ValueError as error:
        raise StepError(f"{written!r} is no time. Write 2026-03-02 10:00.") from error
    aware = local if local.tzinfo is not None else local.replace(tzinfo=zone)
    return aware.astimezone(UTC)


def _verdict(
    text: str, name: str, scenario: Mapping[str, Any], path: Path, known: Compiled
) -> Verdict:
    test = str(path[-1])
    try:
        sandbox = opened(text, name, scenario.get("given") or {}, known)
    except AppBuilderError as error:
        return Verdict(test, (Failure("V001", (*path, "given"), str(error)),))
    with closing(sandbox):
        failures = tuple(_failures(sandbox, scenario, path))
        return Verdict(test, failures, frozenset(sandbox.witness.reached))


def _failures(sandbox: Sandbox, scenario: Mapping[str, Any], path: Path) -> Iterator[Failure]:
    for number, data in enumerate(scenario.get("when") or ()):
        failure = _failure_of(sandbox, data, (*path, "when", number))
        if failure is not None:
            yield failure
            return  # what follows would only fail because of this
    for place, message in missed(sandbox, scenario.get("expect") or {}):
        yield Failure("V004", (*path, "expect", *place), message)


def _failure_of(sandbox: Sandbox, data: Mapping[str, Any], path: Path) -> Failure | None:
    try:
        step = read_step(data)
    except StepError as error:
        return Failure("V002", path, str(error))
    refusal = refusal_of(sandbox, step)
    if refusal and not step.is_refused:
        return Failure("V003", path, f"{step.verb} {step.what} was refused: {refusal}")
    if step.is_refused and not refusal:
        return Failure("V003", path, f"{step.verb} {step.what} was not refused")
    return None


def refusal_of(sandbox: Sandbox, step: Step) -> str:
    """Take a step; why it was refused, or nothing."""
    try:
        take(sandbox, step)
    except AppBuilderError as error:
        return str(error)
    return ""
