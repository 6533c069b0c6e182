"""`/api/v1/openapi.json`: OpenAPI 3.1 of the apps the caller has a part in."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response

from engines.form.model import Form
from engines.values import AppId
from runtime.access import gate
from runtime.access.lists import OPERATORS
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.web.api.cases import CASE_SCHEMAS, case_paths, record_case_paths
from runtime.web.api.field_schema import field_schema
from runtime.web.api.flow_paths import flow_paths
from runtime.web.api.migrations import migration_paths
from runtime.web.api.operating_paths import operating_paths
from runtime.web.api.parts import KEY, REF, operation, path_parameter
from runtime.web.api.records import ERASING
from runtime.web.api.report_paths import REPORT_SCHEMAS, report_paths
from runtime.web.api.shapes import Json, answer
from runtime.web.api.versions import version_paths
from runtime.web.routes import JSON, SIGNED_IN, route
from runtime.web.visitor import actor_anywhere, actor_for, live_app, runtime

openapi = Blueprint("api_openapi", __name__, url_prefix="/api/v1")


@route(openapi, "/openapi.json", permission=SIGNED_IN, takes=JSON, is_api=True)
def document() -> Response:
    """The description of what the caller may do."""
    apps = runtime().reading.apps(actor_anywhere())
    return answer(described([(live_app(one.id), actor_for(one.id)) for one in apps]))


def described(apps: Iterable[tuple[LiveApp, Actor]]) -> Json:
    """The whole document for some apps, each as one actor sees it."""
    paths: Json = {}
    schemas: Json = {**_SHARED, **REPORT_SCHEMAS, **CASE_SCHEMAS}
    for live, actor in apps:
        paths.update(_task_paths(live.definition.id))
        paths.update(flow_paths(live.definition.id))
        paths.update(case_paths(live.definition.id))
        paths.update(report_paths(live.definition.id, _QUERY))
        if gate.is_unrestricted(actor) or "operate" in actor.can:
            paths.update(operating_paths(live.definition.id))
            paths.update(migration_paths(live.definition.id))
        if gate.is_unrestricted(actor) or "publish" in actor.can:
            paths.update(version_paths(live.definition.id))
        for form in live.definition.forms.values():
            if gate.ever(form, actor, "read") or gate.ever(form, actor, "create"):
                name = f"{live.definition.id}.{form.id}"
                schemas[name] = _values_schema(form, actor)
                paths.update(_form_paths(live.definition.id, form, actor, name))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dougong", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _values_schema(form: Form, actor: Actor) -> Json:
    """The fields the actor may know; what they may not change is `readOnly`."""
    rights = gate.field_rights(form, actor)
    own = [one for one in form.own_fields if one.id not in rights.hidden and one.is_stored]
    properties = {
        one.id: {
            **field_schema(one, actor.locale, is_masked=one.id in rights.masked),
            **({} if one.id in rights.editable and one.takes_answers else {"readOnly": True}),
        }
        for one in own
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _form_paths(app: AppId, form: Form, actor: Actor, name: str) -> Json:
    values = {"$ref": REF + name}
    title = form.title.in_locale(actor.locale)
    found: Json = {
        f"/{app}/{form.id}": {
            "get": operation(f"{name}.list", f"List {title}", 200, _page_of(values), _QUERY),
            "post": operation(
                f"{name}.create",
                f"Submit {title}",
                201,
                {"$ref": REF + "Stored"},
                [KEY],
                {"values": values},
            ),
        },
        f"/{app}/{form.id}/{{record}}": {
            "parameters": [path_parameter("record")],
            "get": operation(f"{name}.read", f"Read {title}", 200, _record_of(values)),
            "patch": operation(
                f"{name}.change",
                f"Change {title}",
                200,
                {"$ref": REF + "Stored"},
                [KEY],
                {"values": values, "revision": {"type": "integer"}},
            ),
            "delete": operation(f"{name}.delete", f"Delete {title}", 204, None, [KEY]),
        },
    }
    for act, (path, method) in {
        "create": (f"/{app}/{form.id}", "post"),
        "update": (f"/{app}/{form.id}/{{record}}", "patch"),
        "delete": (f"/{app}/{form.id}/{{record}}", "delete"),
    }.items():
        if not gate.ever(form, actor, act):
            del found[path][method]
    if form.is_subject and gate.ever(form, actor, "delete"):
        found[f"/{app}/{form.id}/{{record}}/erase"] = _erasing(name)
    return {**found, **record_case_paths(app, form.id, name, title)}


def _erasing(name: str) -> Json:
    summary = "Destroy a person's encrypted values for good; the record stays"
    told = {"type": "object", "properties": {"had_values": {"type": "boolean"}}}
    done = operation(f"{name}.erase", summary, 200, told, [KEY], dict(ERASING), tuple(ERASING))
    return {"parameters": [path_parameter("record")], "post": done}


def _task_paths(app: AppId) -> Json:
    task = {"$ref": REF + "Task"}
    more = {"type": ["integer", "null"], "description": "`skip` of the page that follows"}
    listed = {"tasks": {"type": "array", "items": task}, "next": more}
    tasks = {"type": "object", "properties": listed}
    asked = [
        _query("which", {"enum": ["mine", "pool", "done"]}),
        _query("skip", {"type": "integer", "minimum": 0}),
        _query("q", _TEXT, "Words of the step's title or the record"),
        _query("node", _TEXT, "The id of a step"),
    ]
    one = f"/{app}/-/tasks/{{task}}"
    done: Json = {
        "outcome": {"type": "string"},
        "values": {"type": "object"},
        "comment": {"type": "string"},
        "revision": {"type": "integer"},
        "signature": {"type": "string", "description": "The id of a file."},
        "attachments": {"type": "array", "items": {"type": "string"}},
        "chosen": {"type": "array", "items": {"type": "string"}},
    }
    name = f"{app}.tasks"
    return {
        f"/{app}/-/tasks": {"get": operation(f"{name}.list", "List tasks", 200, tasks, asked)},
        one: {
            "parameters": [path_parameter("task")],
            "get": operation(f"{name}.read", "Read a task", 200, task),
        },
        f"{one}/claim": {
            "parameters": [path_parameter("task")],
            "post": operation(f"{name}.claim", "Take a task", 204, None, [KEY]),
        },
        f"{one}/release": {
            "parameters": [path_parameter("task")],
            "post": operation(f"{name}.release", "Give a task back", 204, None, [KEY]),
        },
        f"{one}/complete": {
            "parameters": [path_parameter("task")],
            "post": operation(f"{name}.complete", "Finish a task", 204, None, [KEY], done),
        },
    }


def _record_of(values: Json) -> Json:
    return {"allOf": [{"$ref": REF + "Record"}, {"properties": {"values": values}}]}


def _page_of(values: Json) -> Json:
    return {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": _record_of(values)},
            "next": {"type": ["string", "null"]},
            "total": {"type": "integer"},
            "is_total_exact": {"type": "boolean"},
        },
    }


def _query(name: str, schema: Json, description: str = "") -> Json:
    about = {"description": description} if description else {}
    return {"name": name, "in": "query", "schema": schema, **about}


_TEXT: Json = {"type": "string"}
_QUERY: list[Json] = [
    _query("view", _TEXT),
    _query(
        "where",
        {"type": "array", "items": _TEXT},
        f"field~operator~value; operators: {', '.join(OPERATORS)}",
    ),
    _query("q", _TEXT, "Words to search for"),
    _query("sort", _TEXT, "Fields parted by commas, - for descending"),
    _query("after", _TEXT, "`next` of the page before"),
    _query("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
]
_INSTANT: Json = {"type": "string", "format": "date-time"}
_SHARED: Json = {
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message", "problems"],
                "properties": {
                    "code": _TEXT,
                    "message": _TEXT,
                    "problems": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"path": _TEXT, "message": _TEXT, "hint": _TEXT},
                        },
                    },
                },
            }
        },
    },
    "Stored": {"type": "object", "properties": {"id": _TEXT, "revision": {"type": "integer"}}},
    "Record": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "revision": {"type": "integer"},
            "created_at": _INSTANT,
            "updated_at": _INSTANT,
        },
    },
    "Task": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "form": _TEXT,
            "record": _TEXT,
            "state": {"enum": ["open", "done", "withdrawn"]},
            "due_at": {**_INSTANT, "type": ["string", "null"]},
            "can_act": {"type": "boolean"},
            "can_claim": {"type": "boolean"},
        },
    },
}
