"""Compare what a test expects with how its sandbox stands; says what is otherwise, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from builder.sandbox import Sandbox
from builder.steps import case_meant
from engines.diagnostics import Path, did_you_mean
from engines.errors import NotFound
from engines.form.model import Form
from engines.values import FieldId, FlowId
from runtime.adapters.recording import Recorded

Missed = tuple[Path, str]  # where in `expect:`, what is wrong


def missed(sandbox: Sandbox, expect: Mapping[str, Any]) -> Iterator[Missed]:
    """Every expectation that is not met."""
    if "record" in expect:
        label = sandbox.cases[0].label if sandbox.cases else ""
        yield from _record(sandbox, label, expect["record"] or {}, ("record",))
    for label, values in (expect.get("records") or {}).items():
        yield from _record(sandbox, label, values or {}, ("records", label))
    for number, wanted in enumerate(expect.get("tasks") or ()):
        if not _has_task(sandbox, wanted):
            yield ("tasks", number), f"no open task is {_words(wanted)}; {_open_tasks(sandbox)}"
    for flow, status in (expect.get("flows") or {}).items():
        yield from _flow(sandbox, flow, str(status))
    yield from _sent(sandbox, expect)


def _record(
    sandbox: Sandbox, word: str, values: Mapping[str, Any], path: Path
) -> Iterator[Missed]:
    try:
        case = case_meant(sandbox, word)
        shown = sandbox.record(case.label)
    except NotFound:
        yield path, f"there is no record {word!r}" if word else "no record came into being"
        return
    form = sandbox.definition.forms[case.form]
    for name, wanted in values.items():
        field = FieldId(name)
        if field not in form.fields and field not in shown.values:
            yield (*path, name), f"unknown field {name!r}. {did_you_mean(name, form.fields) or ''}"
            continue
        found = as_written(sandbox, form, field, shown.values.get(field))
        if not _same(found, wanted):
            yield (*path, name), f"{case.label}.{name} is {_shown(found)}, not {_shown(wanted)}"


def _has_task(sandbox: Sandbox, wanted: Mapping[str, Any]) -> bool:
    cases = [case_meant(sandbox, wanted["on"])] if wanted.get("on") else sandbox.cases
    return any(
        task.state == "open"
        and task.node == wanted.get("node", task.node)
        and wanted.get("for", task.assignee or task.role) in (task.assignee, task.role)
        for case in cases
        for task in sandbox.tasks(case.label)
    )


def _open_tasks(sandbox: Sandbox) -> str:
    found = [
        f"{task.node} for {task.assignee or task.role}"
        for case in sandbox.cases
        for task in sandbox.tasks(case.label)
        if task.state == "open"
    ]
    return f"open are: {', '.join(found)}" if found else "none is open"


def _flow(sandbox: Sandbox, flow: str, status: str) -> Iterator[Missed]:
    if FlowId(flow) not in sandbox.definition.flows:
        known = did_you_mean(flow, sandbox.definition.flows) or ""
        yield ("flows", flow), f"unknown flow {flow!r}. {known}"
        return
    found = [
        one.status
        for case in sandbox.cases
        for one in sandbox.flows(case.label)
        if one.flow == flow
    ]
    if status not in found:
        yield (
            ("flows", flow),
            f"the flow {flow} is {', '.join(found) or 'not started'}, not {status}",
        )


def _sent(sandbox: Sandbox, expect: Mapping[str, Any]) -> Iterator[Missed]:
    if "sent" not in expect:
        return
    wanted = expect["sent"] or []
    if not wanted and sandbox.messages:
        yield ("sent",), f"messages were sent: {_messages(sandbox)}"
    for number, one in enumerate(wanted):
        template = one.get("template")
        if template is not None and template not in sandbox.definition.templates:
            known = did_you_mean(template, sandbox.definition.templates) or ""
            yield ("sent", number, "template"), f"unknown template {template!r}. {known}"
            continue
        if not any(_is_message(sandbox, message, one) for message in sandbox.messages):
            yield ("sent", number), f"no message is {_words(one)}; {_messages(sandbox)}"


def _is_message(sandbox: Sandbox, one: Recorded, wanted: Mapping[str, Any]) -> bool:
    message = one.message
    template = sandbox.witness.templates.get(message.key, "")
    receivers = {message.target, message.target.partition("@")[0]}
    return (
        str(wanted.get("to", message.target)) in receivers
        and wanted.get("channel", message.channel) == message.channel
        and wanted.get("template", template) == template
        and str(wanted.get("subject", "")) in message.subject
    )


def _messages(sandbox: Sandbox) -> str:
    found = [
        f"{one.message.channel} to {one.message.target}: {one.message.subject}"
        f" ({sandbox.witness.templates.get(one.message.key, '')})"
        for one in sandbox.messages
    ]
    return "; ".join(found) if found else "nothing was sent"


def as_written(sandbox: Sandbox, form: Form, name: FieldId, value: Any) -> Any:
    """A value as an author writes it: records and files by the names they have in the trial."""
    field = form.fields.get(name)
    plain = field.type.to_json(value, field.options) if field is not None else value
    names = {str(case.record): f"@{case.label}" for case in sandbox.cases}
    names.update(sandbox.file_names)
    if isinstance(plain, list):
        return [names.get(one, one) if isinstance(one, str) else one for one in plain]
    return names.get(plain, plain) if isinstance(plain, str) else plain


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            _same(found.get(key), value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        is_long = isinstance(found, list) and len(found) == len(wanted)
        return is_long and all(_same(*pair) for pair in zip(found, wanted, strict=True))
    if _text(found) == _text(wanted):
        return True
    try:
        return Decimal(_text(found)) == Decimal(_text(wanted))
    except InvalidOperation:
        return False


def _text(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(value: Any) -> str:
    return repr(_text(value)) if _text(value) else "empty"


def _words(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in wanted.items())
