"""What starts a flow by itself: how `on:` is written, and its parsed form.

Carrying it out is the runtime's: it hears of records, times and messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engines.context import DefinitionContext
from engines.cron import parse_cron
from engines.diagnostics import Path, did_you_mean, one_of
from engines.expression.compile import Expression
from engines.expression.types import BOOLEAN
from engines.flow.model import Start, Trigger
from engines.flow.schemas import CONDITION, FIELDS, ID_PATTERN, of
from engines.values import FieldId, FormId

_FORM: Final[Mapping[str, Any]] = {"type": "string", "x-reference": "form"}
# the ways by the key that writes each, with the key of the form below it where it is a map
_WAYS: Final[Mapping[str, tuple[Trigger, str]]] = {
    "created": (Trigger.CREATED, ""),
    "changed": (Trigger.CHANGED, ""),
    "start": (Trigger.PERSON, ""),
    "api": (Trigger.API, ""),
    "schedule": (Trigger.SCHEDULE, "each"),
    "message": (Trigger.MESSAGE, "of"),
}


def trigger_schema() -> dict[str, Any]:
    """The schema of `on:`."""
    return {
        "type": "object",
        "title": "Starts",
        "properties": {
            "created": of(_FORM, "When a record is created"),
            "changed": of(_FORM, "When a record is changed"),
            "fields": of(FIELDS, "Only these fields"),
            "when": of(CONDITION, "Only if"),
            "start": of(_FORM, "By a button on the record"),
            "api": of(_FORM, "By another program"),
            "schedule": {
                "type": "object",
                "title": "At a time",
                "properties": {
                    "cron": {"type": "string", "title": "Minute hour day month weekday"},
                    "each": of(_FORM, "For each record of"),
                },
                "required": ["cron", "each"],
                "additionalProperties": False,
            },
            "message": {
                "type": "object",
                "title": "When a message comes",
                "properties": {
                    "name": {"type": "string", "title": "Name", "pattern": ID_PATTERN},
                    "of": of(_FORM, "About a record of"),
                },
                "required": ["name", "of"],
                "additionalProperties": False,
            },
        },
        "minProperties": 1,
        "additionalProperties": False,
    }


def forms_named(data: Mapping[str, Any]) -> list[tuple[Path, object]]:
    """Every place of a flow that names its form, with the name written there."""
    trigger = data.get("on") or {}
    found: list[tuple[Path, object]] = [(("for",), data["for"])] if "for" in data else []
    for way, (_, below) in _WAYS.items():
        if way in trigger:
            written = trigger[way]
            path = ("on", way, below) if below else ("on", way)
            found.append((path, (written or {}).get(below) if below else written))
    return found


@dataclass(frozen=True, slots=True)
class Parsed:
    """The trigger of a flow."""

    trigger: Trigger
    when: Expression | None
    start: Start


def parse_trigger(
    data: Mapping[str, Any], path: Path, form: FormId, context: DefinitionContext
) -> Parsed:
    """The trigger written under `on:`; without one a flow is started by buttons and actions."""
    written = data.get("on") or {}
    at = (*path, "on")
    ways = [way for way in _WAYS if way in written]
    if len(ways) > 1:
        context.problems.add(
            "W025",
            at,
            "the flow starts in two ways",
            hint=f"Keep {ways[0]!r} or {ways[1]!r}; the action 'start' can start any flow.",
        )
    way = ways[0] if ways else "start"
    when = None
    if "when" in written:
        when = context.expression(written["when"], (*at, "when"), form, expect=BOOLEAN)
    if "fields" in written and way != "changed":
        context.problems.add(
            "W028", (*at, "fields"), f"'fields' means nothing beside {way!r}",
            hint="Use it with 'changed'.",
        )  # fmt: skip
    parse = _PARTS.get(way)
    start = parse(written, at, form, context) if parse is not None else Start()
    return Parsed(_WAYS[way][0], when, start)


def _changed(
    written: Mapping[str, Any], at: Path, form: FormId, context: DefinitionContext
) -> Start:
    known = context.forms[form].fields
    names = [FieldId(str(name)) for name in written.get("fields") or ()]
    for number, name in enumerate(names):
        if name not in known:
            context.problems.add(
                "W027",
                (*at, "fields", number),
                f"unknown field {name!r} of form {form!r}",
                hint=did_you_mean(name, known) or one_of(known),
            )
    return Start(fields=frozenset(names))


def _schedule(
    written: Mapping[str, Any], at: Path, form: FormId, context: DefinitionContext
) -> Start:
    try:
        return Start(cron=parse_cron(str(written["schedule"].get("cron"))))
    except ValueError as error:
        hint = "Write minute, hour, day, month, weekday: 0 9 * * 1-5."
        context.problems.add("W026", (*at, "schedule", "cron"), str(error), hint=hint)
        return Start()


def _message(
    written: Mapping[str, Any], at: Path, form: FormId, context: DefinitionContext
) -> Start:
    return Start(message=str(written["message"]["name"]))


_PARTS: Final[Mapping[str, Callable[..., Start]]] = {
    "changed": _changed, "schedule": _schedule, "message": _message,
}  # fmt: skip
