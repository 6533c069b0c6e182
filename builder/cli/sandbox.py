"""`dougong sandbox`: try a definition without an organisation, by steps typed or written down."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from builder.cli.terms import show_json, text_of, with_json
from builder.coverage import Covered, coverage
from builder.coverage import as_json as coverage_json
from builder.expectation import missed
from builder.keeping import kept
from builder.sandbox import Sandbox
from builder.scenario import opened, refusal_of, verdicts
from builder.steps import Step, StepError, read_step
from builder.telling import as_json as line_json
from builder.telling import as_text, told_trace
from engines.app import parse_app
from engines.diagnostics import Problems, format_path
from engines.errors import AppBuilderError, DefinitionError
from engines.schema import app_schema
from engines.shape import coerce_and_validate
from engines.source.dump import dump
from engines.source.read import read_source, read_yaml

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
HELP = """\
Type one step a line:
  submit: FORM, as: WHO, with: {field: answer}      change: RECORD, as: WHO, with: {...}
  claim: NODE, as: WHO      release: NODE, as: WHO  start: FLOW, as: WHO
  complete: NODE, as: WHO, outcome: OUTCOME, with: {...}
  answer: CONNECTOR, on: RECORD, with: {what: it answers}, status: 200
  advance: 4h               advance: next
or a word: state, trace, test (the steps as a test to keep), help, quit."""

_KIND_WORDS = {"node": "nodes", "branch": "branches", "rule": "rules", "row": "rows of tables"}


@click.command()
@click.argument("file", type=FILE)
@click.option("--script", type=FILE, help="Steps to take: a file with given, when and expect.")
@click.option(
    "--tests",
    "runs_tests",
    is_flag=True,
    help="Run the definition's own tests; say what they reach.",
)
@click.option(
    "--at", metavar="TIME", help="When it begins: '2026-03-02 10:00', in the app's zone."
)
@click.option(
    "--user", "users", multiple=True, metavar="NAME=ROLE,...", help="Somebody; may be repeated."
)
@click.option("--seeds", is_flag=True, help="Begin with the sample records.")
@with_json
@click.pass_context
def sandbox(
    ctx: click.Context,
    /,
    file: Path,
    script: Path | None,
    runs_tests: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    **given: Any,
) -> None:
    """Try a definition: act as anybody, move the clock; nothing is stored and nothing leaves."""
    text, name = text_of(file), str(file)
    if runs_tests:
        ctx.exit(_run_tests(text, name, as_json=as_json))
    wanted: dict[str, Any] = _script(script) if script is not None else {"given": _given(**given)}
    with closing(opened(text, name, wanted.get("given") or {})) as trial:
        talk = Talk(trial, is_quiet=as_json)
        if script is None:
            talk.converse()
            ctx.exit(0)
        problems = [*talk.play(wanted["when"]), *_missed(trial, wanted)]
        if as_json:
            lines = told_trace(trial, trial.trace(), "en")
            show_json({"trace": [line_json(one) for one in lines], "problems": problems})
        else:
            for problem in problems:
                click.echo(f"NOT AS EXPECTED: {problem}", err=True)
    ctx.exit(1 if problems else 0)


@dataclass(slots=True)
class Talk:
    """A person at a terminal and a trial."""

    trial: Sandbox
    is_quiet: bool
    taken: list[Step] = field(default_factory=list)
    lines_shown: int = 0
    messages_shown: int = 0

    def play(self, steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """Take the steps of a script; what went wrong."""
        for data in steps:
            step = read_step(data)
            refusal = self._take(step)
            if bool(refusal) != step.is_refused:
                yield refusal or f"{step.verb} {step.what} was not refused"
                return

    def converse(self) -> None:
        """Take steps line by line until the input ends."""
        people = ", ".join(self.trial.people)
        click.echo(f"{self.trial.app}: people are {people}. `help` says what to type.")
        for line in sys.stdin:
            word = line.strip()
            if word == "quit":
                break
            if word:
                self._answer(word)

    def _answer(self, word: str) -> None:
        answer = _ANSWERS.get(word)
        if answer is not None:
            click.echo(answer(self))
            return
        try:
            data = read_yaml("{" + word + "}").data
            refusal = self._take(read_step(data if isinstance(data, dict) else {}))
        except (StepError, DefinitionError) as error:
            refusal = str(error)
        if refusal:
            click.echo(f"refused: {refusal}")

    def _take(self, step: Step) -> str:
        refusal = refusal_of(self.trial, step)
        if not refusal:
            self.taken.append(step)
        if not self.is_quiet:
            for line in self.lines(self.lines_shown):
                click.echo(line)
            self._show_messages()
        return refusal

    def lines(self, start: int) -> list[str]:
        """The trace from a line on, as it is printed."""
        trace = self.trial.trace()
        self.lines_shown = len(trace)
        told = told_trace(self.trial, trace[start:], "en")
        return [text for line in told for text in as_text(self.trial, line)]

    def _show_messages(self) -> None:
        for one in self.trial.messages[self.messages_shown :]:
            message = one.message
            click.echo(f"{'':21}[{message.channel} to {message.target}] {message.subject}")
        self.messages_shown = len(self.trial.messages)


def scenario_text(trial: Sandbox, steps: list[Step]) -> str:
    """The steps taken so far as an entry of `tests:`, expecting what came of them."""
    return dump({"tests": {"kept": kept(trial, steps)}}).removeprefix("tests:\n")


def _state(trial: Sandbox) -> Iterator[str]:
    zone = ZoneInfo(trial.definition.time_zone)
    yield f"It is {trial.now.astimezone(zone):%Y-%m-%d %H:%M}."
    for case in trial.cases:
        tasks = [task for task in trial.tasks(case.label) if task.state == "open"]
        waiting = ", ".join(f"{task.node} for {task.assignee or task.role}" for task in tasks)
        yield f"  {case.label}: {waiting or 'no open task'}"
    for timer in trial.timers():
        yield f"  {timer.due_at.astimezone(zone):%Y-%m-%d %H:%M}  {timer.ref}"


def _run_tests(text: str, name: str, *, as_json: bool) -> int:
    found = list(verdicts(text, name))
    covered = coverage(parse_app(text, name), [one.reached for one in found])
    if as_json:
        rows = [{"test": one.test, "failures": [f.message for f in one.failures]} for one in found]
        show_json({"tests": rows, "coverage": coverage_json(covered)})
    else:
        for one in found:
            click.echo(f"{'failed' if one.failures else 'passed'}  {one.test}")
            for failure in one.failures:
                click.echo(f"        {failure.message}")
        _show_coverage(covered)
    return 1 if any(one.failures for one in found) else 0


def _show_coverage(covered: Iterable[Covered]) -> None:
    for one in covered:
        if one.total:
            click.echo(f"{one.reached} of {one.total} {_KIND_WORDS[one.kind]} reached")
        for path in one.missing:
            click.echo(f"        not {format_path(path)}")


def _script(file: Path) -> dict[str, Any]:
    problems = Problems()
    source = read_source(file.read_bytes(), str(file))
    schema = app_schema()["properties"]["tests"]["additionalProperties"]
    data: Any = coerce_and_validate(source, {**schema, "required": ["when"]}, problems)
    if problems:
        raise DefinitionError(problems.sorted(source))
    return dict(data)


def _given(users: tuple[str, ...], at: str | None, *, seeds: bool) -> dict[str, Any]:
    people = {}
    for one in users:
        name, equals, roles = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r}: write NAME=ROLE or NAME=ROLE,ROLE.")
        people[name] = roles.split(",")
    return {"users": people, "at": at, "seeds": seeds}


def _missed(trial: Sandbox, wanted: Mapping[str, Any]) -> list[str]:
    try:
        return [message for _, message in missed(trial, wanted.get("expect") or {})]
    except AppBuilderError as error:
        return [str(error)]


_ANSWERS: Mapping[str, Callable[[Talk], str]] = {
    "help": lambda _: HELP,
    "state": lambda talk: "\n".join(_state(talk.trial)),
    "trace": lambda talk: "\n".join(talk.lines(0)),
    "test": lambda talk: scenario_text(talk.trial, talk.taken),
}
