"""From the text of a rule to a `Rule`, and the JSON Schema of the section `rules`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engines.context import DefinitionContext
from engines.cron import parse_cron
from engines.diagnostics import did_you_mean, one_of
from engines.duration import parse_duration
from engines.expression.types import BOOLEAN, DATE, DATETIME
from engines.rules.actiontype import Spot
from engines.rules.catalog import parse_actions
from engines.rules.model import (
    On,
    OnChanged,
    OnCreated,
    OnDeleted,
    OnSchedule,
    OnTimeAfter,
    Rule,
)
from engines.values import FieldId, FormId, RuleId, locale_text

ID_PATTERN: Final = "^[a-z][a-z0-9_]{0,47}$"
_TEXT: Final = {"type": ["string", "object"], "additionalProperties": {"type": "string"}}
_FORM: Final = {"type": "string", "x-reference": "form"}
_WAYS: Final = ("created", "changed", "deleted", "schedule", "after")


def rules_schema() -> dict[str, Any]:
    """The schema of the section `rules`; it refers to `$defs/actions`."""
    rule = {
        "type": "object",
        "properties": {
            "title": {**_TEXT, "title": "Title"},
            "on": _on_schema(),
            "when": {
                "type": ["boolean", "string"],
                "title": "If",
                "x-expression": "condition",
            },
            "priority": {
                "type": "integer",
                "title": "Priority",
                "description": "Higher ones run first; equal ones in the order written.",
                "default": 0,
            },
            "stop": {
                "type": "boolean",
                "title": "No later rule",
                "description": "When this rule fires, the rules after it do not run.",
                "default": False,
            },
            "do": {"$ref": "#/$defs/actions"},
        },
        "required": ["on", "do"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "title": "Rules",
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": rule,
    }


def parse_rule(
    rule_id: RuleId, data: Mapping[str, Any], context: DefinitionContext
) -> Rule | None:
    """The compiled rule, or None when something in it was reported, be it by the schema."""
    path = ("rules", rule_id)
    if context.problems.has_under(path):
        return None
    reported = len(context.problems)
    on = _on(data.get("on") or {}, Spot((*path, "on"), FormId(""), context))
    if on is None:
        return None
    when = None
    if "when" in data:
        when = context.expression(data["when"], (*path, "when"), on.form, expect=BOOLEAN)
    actions = parse_actions(data.get("do"), (*path, "do"), on.form, context)
    if not actions and len(context.problems) == reported:
        context.problems.add("R003", path, "the rule does nothing", hint="Add an action to 'do'.")
    if len(context.problems) > reported:
        return None
    return Rule(
        id=rule_id,
        title=locale_text(data.get("title"), rule_id, context.locales),
        on=on,
        when=when,
        priority=int(data.get("priority", 0)),
        stop=bool(data.get("stop", False)),
        actions=actions,
        path=path,
    )


def _on_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "Runs",
        "properties": {
            "created": {**_FORM, "title": "When a record is created"},
            "changed": {**_FORM, "title": "When a record is changed"},
            "fields": {
                "type": "array",
                "title": "Only these fields",
                "items": {"type": "string", "x-reference": "field"},
            },
            "deleted": {**_FORM, "title": "When a record is deleted"},
            "schedule": {
                "type": "object",
                "title": "At times",
                "properties": {
                    "cron": {
                        "type": "string",
                        "title": "Schedule",
                        "description": "Minute, hour, day, month, weekday: 0 9 * * 1-5.",
                    },
                    "each": {**_FORM, "title": "For each record of"},
                },
                "required": ["cron", "each"],
                "additionalProperties": False,
            },
            "after": {
                "type": "object",
                "title": "Some time after",
                "properties": {
                    "form": {**_FORM, "title": "Form"},
                    "field": {"type": "string", "title": "Field", "x-reference": "field"},
                    "delay": {"type": "string", "title": "Delay", "x-format": "duration"},
                },
                "required": ["form", "field", "delay"],
                "additionalProperties": False,
            },
        },
        "minProperties": 1,
        "additionalProperties": False,
    }


def _on(data: Mapping[str, Any], spot: Spot) -> On | None:
    ways = [way for way in _WAYS if way in data]
    if len(ways) != 1:
        said = " and ".join(repr(way) for way in ways)
        wrong = f"{said} both say when the rule runs" if ways else "nothing says when it runs"
        spot.problem("R001", wrong, one_of(_WAYS))
        return None
    way = ways[0]
    parsers = {"schedule": _schedule, "after": _time_after}
    if way in parsers:
        return parsers[way](data[way], spot.at(way))
    form = _form(data[way], spot.at(way))
    if form is None:
        return None
    if "fields" in data and way != "changed":
        spot.at("fields").problem(
            "R004", f"'fields' means nothing beside {way!r}", "Use it with 'changed'."
        )
        return None
    simple: dict[str, On] = {"created": OnCreated(form), "deleted": OnDeleted(form)}
    return simple.get(way) or _changed(form, data.get("fields") or (), spot.at("fields"))


def _changed(form: FormId, names: Any, spot: Spot) -> On | None:
    known = spot.context.forms[form].fields
    unknown = [(n, str(name)) for n, name in enumerate(names) if name not in known]
    for number, name in unknown:
        spot.at(number).problem(
            "R005",
            f"unknown field {name!r} of form {form!r}",
            did_you_mean(name, known) or one_of(known),
        )
    if unknown:
        return None
    return OnChanged(form, frozenset(FieldId(str(name)) for name in names))


def _schedule(data: Mapping[str, Any], spot: Spot) -> On | None:
    form = _form(data.get("each"), spot.at("each"))
    try:
        cron = parse_cron(str(data.get("cron")))
    except ValueError as error:
        spot.at("cron").problem(
            "R006", str(error), "Write minute, hour, day, month, weekday: 0 9 * * 1-5."
        )
        return None
    return OnSchedule(cron, form) if form is not None else None


def _time_after(data: Mapping[str, Any], spot: Spot) -> On | None:
    form = _form(data.get("form"), spot.at("form"))
    if form is None:
        return None
    fields = spot.context.forms[form].fields
    moments = [name for name, field in fields.items() if field.type in (DATE, DATETIME)]
    field = FieldId(str(data.get("field")))
    if field not in moments:
        wrong = "is no date or time" if field in fields else "is not a field"
        hint = did_you_mean(field, moments) or one_of(moments)
        spot.at("field").problem("R007", f"{field!r} {wrong} of form {form!r}", hint)
        return None
    try:
        delay = parse_duration(str(data.get("delay")))
    except ValueError as error:
        spot.at("delay").problem("R008", str(error), "Write a duration like 30m, 4h or 1d12h.")
        return None
    return OnTimeAfter(form, field, delay)


def _form(name: object, spot: Spot) -> FormId | None:
    forms = spot.context.forms
    if name in forms:
        return FormId(str(name))
    hint = did_you_mean(str(name), forms) or one_of(forms)
    spot.problem("R002", f"unknown form {name!r}", hint)
    return None
