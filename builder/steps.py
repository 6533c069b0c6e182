"""What people and the clock do in a trial, as data: read from a script, taken, written down again.

    {submit: repair, as: buyer, with: {fault: bell}}
    {claim: mend, on: repair_1, as: mia}
    {complete: mend, as: mia, outcome: mended, with: {hours: 1.5}}
    {answer: erp, on: order_1, with: {id: B-7}}     (another program; `status: 503` fails)
    {advance: 4h}        (or `next`: until the next timer or message is due)

`@bicycle_1` as an answer is the record of that name; a file is given by its name alone. What
follows from steps stands in `builder.sandbox`, what is expected of them in `builder.scenario`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder import answering
from builder.sandbox import Sandbox
from builder.witness import Case
from engines.duration import parse_duration
from engines.errors import AppBuilderError, Conflict, NotFound
from engines.form.model import Form
from engines.values import FlowId, FormId
from runtime.access.shown import ShownTask

VERBS = ("submit", "change", "start", "claim", "release", "complete", "answer", "advance")
_BY_NOBODY = ("answer", "advance")
NEXT = "next"
_LEAST_STATUS, _MOST_STATUS = 200, 599


class StepError(Conflict):
    """A step cannot be understood; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act: `what` is a form, a record's name, a flow, a node, a connector or a time."""

    verb: str
    what: str
    who: str = ""
    on: str = ""  # a record's name; empty: the latest that fits
    outcome: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    call: str = ""  # that is answered: POST /orders; empty: the first that waits
    status: str = ""  # of the answer; empty: 200
    body: Any = None  # of the answer
    is_refused: bool = False  # whether the author expects it to be refused


def read_step(data: Mapping[str, Any]) -> Step:
    """A step from its written form. Raises StepError."""
    verbs = [verb for verb in VERBS if verb in data]
    if len(verbs) != 1:
        raise StepError(f"A step does one of {', '.join(VERBS)}.")
    verb, who = verbs[0], str(data.get("as") or "")
    if verb not in _BY_NOBODY and not who:
        raise StepError(f"Say with `as:` who does `{verb}`: a person or a role.")
    given = data.get("with") or {}
    if verb != "answer" and not isinstance(given, Mapping):
        raise StepError("`with:` is a map of fields and what is answered.")
    return Step(
        verb=verb,
        what=str(data[verb] or ""),
        who=who,
        on=str(data.get("on") or ""),
        outcome=str(data.get("outcome") or ""),
        answers={} if verb == "answer" else given,
        comment=str(data.get("comment") or ""),
        call=str(data.get("call") or ""),
        status=str(data.get("status") or ""),
        body=given if verb == "answer" else None,
        is_refused=data.get("refused") in (True, "true"),
    )


def written(step: Step) -> dict[str, Any]:
    """The step as an author writes it; `read_step` takes it back."""
    parts: dict[str, Any] = {
        step.verb: step.what,
        "on": step.on,
        "as": step.who,
        "outcome": step.outcome,
        "call": step.call,
        "status": step.status,
        "with": step.body or dict(step.answers),
        "comment": step.comment,
        "refused": step.is_refused,
    }
    return {key: value for key, value in parts.items() if value}


def take(sandbox: Sandbox, step: Step) -> None:
    """Do what a step says. Raises StepError, and whatever a person would be refused with."""
    sandbox.begin_step()
    try:
        _TAKERS[step.verb](sandbox, step)
    except AppBuilderError:
        sandbox.take_back_step()
        raise


def case_meant(sandbox: Sandbox, word: str) -> Case:
    """The record of a name, or the latest one of a form. Raises NotFound."""
    of_form = [case for case in sandbox.cases if case.form == word]
    return of_form[-1] if of_form else sandbox.case(word)


def named_answers(sandbox: Sandbox, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with records' ids turned into their names, so that a script outlives its trial."""
    names: dict[str, str] = {case.record: f"@{case.label}" for case in sandbox.cases}
    names.update(sandbox.file_names)
    return {key: _each(value, lambda one: names.get(one, one)) for key, value in answers.items()}


def _submit(sandbox: Sandbox, step: Step) -> None:
    if FormId(step.what) not in sandbox.definition.forms:
        raise NotFound(f"the form {step.what}")
    form = sandbox.definition.forms[FormId(step.what)]
    sandbox.submit(step.who, form.id, _answers(sandbox, step, form))


def _change(sandbox: Sandbox, step: Step) -> None:
    case = case_meant(sandbox, step.what)
    form = sandbox.definition.forms[case.form]
    sandbox.change(step.who, case.label, _answers(sandbox, step, form))


def _start(sandbox: Sandbox, step: Step) -> None:
    flow = sandbox.definition.flows.get(FlowId(step.what))
    if flow is None:
        raise NotFound(f"the flow {step.what}")
    sandbox.start(step.who, flow.id, case_meant(sandbox, step.on or flow.form).label)


def _claim(sandbox: Sandbox, step: Step) -> None:
    sandbox.claim(step.who, _task(sandbox, step).id)


def _release(sandbox: Sandbox, step: Step) -> None:
    sandbox.release(step.who, _task(sandbox, step).id)


def _complete(sandbox: Sandbox, step: Step) -> None:
    task = _task(sandbox, step)
    answers = _answers(sandbox, step, sandbox.definition.forms[task.form])
    sandbox.complete(step.who, task.id, step.outcome, answers, step.comment)


def _answer(sandbox: Sandbox, step: Step) -> None:
    status = step.status or str(answering.OK)
    if not (status.isdecimal() and _LEAST_STATUS <= int(status) <= _MOST_STATUS):
        raise StepError(f"{status} is no status of HTTP. Write 422 or 503.")
    case = case_meant(sandbox, step.on) if step.on else None
    call = answering.call_meant(sandbox, step.what, case, step.call)
    answering.answer(sandbox, call, int(status), step.body)


def _advance(sandbox: Sandbox, step: Step) -> None:
    if step.what == NEXT:
        sandbox.advance_to_next()
        return
    try:
        length = parse_duration(step.what)
    except ValueError as error:
        raise StepError(f"{error}. Write 30m, 4h, 3d or next.") from error
    sandbox.advance(length)


# One for each verb; a test holds them together.
_TAKERS: Mapping[str, Callable[[Sandbox, Step], None]] = {
    "submit": _submit,
    "change": _change,
    "start": _start,
    "claim": _claim,
    "release": _release,
    "complete": _complete,
    "answer": _answer,
    "advance": _advance,
}


def _task(sandbox: Sandbox, step: Step) -> ShownTask:
    """The open task at a node that is the person's, or their pool's; the latest record's first."""
    actor = sandbox.actor(step.who)
    found = [
        task
        for which in ("mine", "pool")
        for task in sandbox.reading.tasks(actor, sandbox.app, which)
        if task.node == step.what
    ]
    if step.on:
        record = case_meant(sandbox, step.on).record
        found = [task for task in found if task.record == record]
    if not found:
        about = f" about {step.on}" if step.on else ""
        raise NotFound(f"a task {step.what}{about} that {step.who} could act on")
    newest = {case.record: number for number, case in enumerate(sandbox.cases)}
    return max(found, key=lambda task: newest.get(task.record, -1))


def _answers(sandbox: Sandbox, step: Step, form: Form) -> dict[str, Any]:
    """The answers as a person gives them: names of records and of files become ids."""

    def record(value: Any) -> Any:
        is_name = isinstance(value, str) and value.startswith("@")
        return case_meant(sandbox, value[1:]).record if is_name else value

    def file(value: Any) -> Any:
        is_name = isinstance(value, str) and value and value not in sandbox.file_names
        return sandbox.upload(step.who, value) if is_name else value

    files = {field.id for field in form.fields.values() if field.type.widget == "file"}
    return {
        key: _each(value, file if key in files else record) for key, value in step.answers.items()
    }


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [change(one) for one in value]
    return value if isinstance(value, Mapping) else change(value)
