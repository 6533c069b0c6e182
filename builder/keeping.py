"""Write a trial down as a test of its definition: who was there, what was done, what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from builder.expectation import as_written
from builder.sandbox import Sandbox
from builder.steps import Step, named_answers, written
from builder.witness import Case
from engines.errors import NotFound
from runtime.access.shown import ShownFlow
from runtime.adapters.recording import Recorded


def kept(sandbox: Sandbox, steps: Sequence[Step]) -> dict[str, Any]:
    """An entry of `tests:` that takes the same steps and expects what stands now."""
    return {
        "given": _given(sandbox),
        "when": [
            written(replace(one, answers=named_answers(sandbox, one.answers))) for one in steps
        ],
        "expect": _expected(sandbox, steps),
    }


def _given(sandbox: Sandbox) -> dict[str, Any]:
    zone = ZoneInfo(sandbox.definition.time_zone)
    given: dict[str, Any] = {"at": f"{sandbox.began_at.astimezone(zone):%Y-%m-%d %H:%M}"}
    users = {
        name: roles[0] if len(roles) == 1 else list(roles)
        for name, roles in sandbox.roles_by_person.items()
        if list(roles) != [name]  # a role's own stand-in is there without being asked for
    }
    if users:
        given["users"] = users
    if sandbox.seeds:
        given["seeds"] = True
    return given


def _expected(sandbox: Sandbox, steps: Sequence[Step]) -> dict[str, Any]:
    cases = sandbox.cases[sandbox.seeds :]
    answered = {name for step in steps for name in step.answers}
    flows = {str(flow.flow): flow.status for case in cases for flow in _flows(sandbox, case)}
    tasks = [
        {"node": task.node, "on": case.label, "for": str(task.assignee or task.role)}
        for case in cases
        for flow in _flows(sandbox, case)
        for task in flow.tasks
        if task.state == "open"
    ]
    # By template and not by subject: a text that is worded otherwise breaks no test.
    sent = [_message(sandbox, one) for one in sandbox.messages]
    records = {case.label: _decided(sandbox, case, answered) for case in cases}
    parts = {
        "records": {label: values for label, values in records.items() if values},
        "flows": flows,
        "tasks": tasks,
    }
    return {**{key: value for key, value in parts.items() if value}, "sent": sent}


def _message(sandbox: Sandbox, one: Recorded) -> dict[str, str]:
    template = sandbox.witness.templates.get(one.message.key, "")
    named = {"template": template} if template else {}  # a call of another program has none
    return {
        "to": one.message.target.partition("@")[0],
        "channel": one.message.channel,
        **named,
    }


def _decided(sandbox: Sandbox, case: Case, answered: set[str]) -> dict[str, Any]:
    """What nobody answered: defaults, computed values and what rules and flows set."""
    form = sandbox.definition.forms[case.form]
    try:
        values = sandbox.record(case.label).values
    except NotFound:
        return {}
    found = {
        str(name): as_written(sandbox, form, name, values.get(name))
        for name, field in form.fields.items()
        if name not in answered and not field.is_system
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _flows(sandbox: Sandbox, case: Case) -> tuple[ShownFlow, ...]:
    try:
        return sandbox.flows(case.label)
    except NotFound:
        return ()
