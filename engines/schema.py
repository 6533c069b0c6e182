"""The JSON Schema of a whole definition, put together from the catalogues of the four engines."""

from __future__ import annotations

from functools import cache
from typing import Any

from engines.assignee.catalog import assignee_schema
from engines.calendar.parse import calendars_schema
from engines.connector import connectors_schema
from engines.definition import CAPABILITIES
from engines.flow.catalog import flows_schema
from engines.form.catalog import forms_definitions, forms_schema
from engines.report.schema import dashboards_schema, reports_schema
from engines.rules.catalog import action_schema, actions_schema
from engines.rules.parse import rules_schema
from engines.rules.table import tables_schema
from engines.sla.schema import sla_schema
from engines.upgrades.loop import CURRENT_FORMAT

ID_PATTERN = "^[a-z][a-z0-9_]{0,47}$"
TEXT: dict[str, Any] = {
    "type": ["string", "object"],
    "additionalProperties": {"type": ["string", "null"]},
}
# Laid out for what is to come; until then an author is told that nothing reads them.
RESERVED = ("channels", "prints")


@cache
def app_schema() -> dict[str, Any]:
    """The schema of a definition; treat it as constant."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "App definition",
        "type": "object",
        "required": ["format", "app", "title", "forms"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": CURRENT_FORMAT, "title": "Format"},
            "app": {
                "type": "string",
                "title": "App id",
                "pattern": ID_PATTERN,
                "x-hint": "Use lower-case letters, digits and '_', beginning with a letter.",
            },
            "title": {**TEXT, "title": "Title"},
            "description": {**TEXT, "title": "Description"},
            "locales": _locales(),
            "time_zone": {"type": "string", "title": "Time zone"},
            "currency": {"type": "string", "title": "Currency", "pattern": "^[A-Z]{3}$"},
            "theme": _theme(),
            "roles": _by_id(_role(), "Roles"),
            "menu": {"type": "array", "title": "Menu", "items": {"$ref": "#/$defs/menu_item"}},
            "forms": forms_schema(),
            "templates": _by_id(_template(), "Message templates"),
            "tables": tables_schema(),
            "rules": rules_schema(),
            "calendars": calendars_schema(),
            "sla": sla_schema(),
            "flows": flows_schema(),
            "reports": reports_schema(),
            "dashboards": dashboards_schema(),
            "connectors": connectors_schema(),
            "seeds": _seeds(),
            "tests": _by_id(_test(), "Tests"),
            **{name: {"type": "object", "title": name.title()} for name in RESERVED},
        },
        "$defs": {
            "action": action_schema(),
            "actions": actions_schema(),
            "assignee": assignee_schema(),
            "menu_item": _menu_item(),
            **forms_definitions(),
        },
    }


def _by_id(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": schema,
    }


def _locales() -> dict[str, Any]:
    return {
        "type": "array",
        "title": "Locales",
        "description": "The first one is shown where a text is missing in another.",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
    }


def _theme() -> dict[str, Any]:
    accent = {"type": "string", "title": "Accent colour", "pattern": "^#[0-9a-fA-F]{6}$"}
    return {
        "type": "object",
        "title": "Theme",
        "properties": {"accent": accent},
        "additionalProperties": False,
    }


def _role() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "title": {**TEXT, "title": "Title"},
            "includes": {
                "type": "array",
                "title": "Includes",
                "description": "Roles whose rights it has too.",
                "items": {"type": "string", "x-reference": "role"},
            },
            "portal": {"type": "boolean", "title": "For people outside"},
            "can": {
                "type": "array",
                "title": "May also",
                "uniqueItems": True,
                "items": {"enum": list(CAPABILITIES)},
            },
        },
        "additionalProperties": False,
    }


def _template() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["for", "subject", "body"],
        "properties": {
            "for": {"type": "string", "title": "Form", "x-reference": "form"},
            "subject": {**TEXT, "title": "Subject"},
            "body": {**TEXT, "title": "Body"},
        },
        "additionalProperties": False,
    }


def _menu_item() -> dict[str, Any]:
    group = {
        "type": "object",
        "required": ["title", "items"],
        "properties": {
            "title": {**TEXT, "title": "Title"},
            "items": {"type": "array", "items": {"$ref": "#/$defs/menu_item"}},
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "view": {"type": "string", "title": "View"},
            "form": {"type": "string", "title": "Form", "x-reference": "form"},
            "dashboard": {"type": "string", "title": "Dashboard", "x-reference": "dashboard"},
            "tasks": {"enum": ["mine", "pool", "done"], "title": "Tasks"},
            "group": group,
            "title": {**TEXT, "title": "Title"},
            "roles": {
                "type": "array",
                "title": "Only for",
                "description": "Roles that see this entry; all who may open it, when absent.",
                "minItems": 1,
                "items": {"type": "string", "x-reference": "role"},
            },
        },
        "additionalProperties": False,
    }


def _seeds() -> dict[str, Any]:
    row = {"type": "object", "additionalProperties": True}
    rows = {
        "type": "object",
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": row,
    }
    return {"type": "object", "title": "Sample records", "additionalProperties": rows}


def _test() -> dict[str, Any]:
    """What is given, what happens, what is expected; ids are looked up when the test is run."""
    text, some = {"type": "string"}, {"type": "object", "additionalProperties": True}
    persons = {"type": ["string", "array"], "items": text}
    given = _closed(
        at={**text, "title": "Begins at"},
        users={"type": "object", "title": "People", "additionalProperties": persons},
        seeds={"type": "boolean", "title": "With sample records"},
    )
    verbs = ("submit", "change", "start", "claim", "release", "complete", "answer", "advance")
    words = dict.fromkeys((*verbs, "as", "on", "outcome", "comment", "call", "status"), text)
    written = {**some, "type": ["object", "array"]}  # a list only as another program's answer
    step = _closed(**words, **{"with": written}, refused={"type": "boolean"})
    expect = _closed(
        record=some,
        records={"type": "object", "additionalProperties": some},
        tasks={"type": "array", "items": _closed(node=text, on=text, **{"for": text})},
        flows={"type": "object", "additionalProperties": text},
        sent={
            "type": "array",
            "items": _closed(to=text, channel=text, subject=text, template=text),
        },
    )
    steps = {"type": "array", "title": "When", "minItems": 1, "items": step}
    return {**_closed(given=given, when=steps, expect=expect), "required": ["when", "expect"]}


def _closed(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
