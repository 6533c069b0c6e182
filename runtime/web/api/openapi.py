"""`/api/v1/openapi.json`: OpenAPI 3.1 of the apps the caller has a part in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response

from engines.form.model import Form
from engines.values import AppId
from runtime.access import gate
from runtime.access.lists import OPERATORS
from runtime.commands import Actor
from runtime.live import LiveApp
from runtime.web.api.field_schema import field_schema
from runtime.web.api.shapes import Json, answer
from runtime.web.routes import JSON, SIGNED_IN, route
from runtime.web.visitor import actor_anywhere, actor_for, live_app, runtime

openapi = Blueprint("api_openapi", __name__, url_prefix="/api/v1")

_REF = "#/components/schemas/"
_ERRORS = (400, 401, 403, 404, 409, 413, 415, 422, 429)


@route(openapi, "/openapi.json", permission=SIGNED_IN, takes=JSON, is_api=True)
def document() -> Response:
    """The description of what the caller may do."""
    apps = runtime().reading.apps(actor_anywhere())
    return answer(described([(live_app(one.id), actor_for(one.id)) for one in apps]))


def described(apps: Iterable[tuple[LiveApp, Actor]]) -> Json:
    """The whole document for some apps, each as one actor sees it."""
    paths: Json = {}
    schemas: Json = dict(_SHARED)
    for live, actor in apps:
        paths.update(_task_paths(live.definition.id))
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
    values = {"$ref": _REF + name}
    title = form.title.in_locale(actor.locale)
    found: Json = {
        f"/{app}/{form.id}": {
            "get": _operation(f"{name}.list", f"List {title}", 200, _page_of(values), _QUERY),
            "post": _operation(
                f"{name}.create",
                f"Submit {title}",
                201,
                {"$ref": _REF + "Stored"},
                [_KEY],
                {"values": values},
            ),
        },
        f"/{app}/{form.id}/{{record}}": {
            "parameters": [_path("record")],
            "get": _operation(f"{name}.read", f"Read {title}", 200, _record_of(values)),
            "patch": _operation(
                f"{name}.change",
                f"Change {title}",
                200,
                {"$ref": _REF + "Stored"},
                [_KEY],
                {"values": values, "revision": {"type": "integer"}},
            ),
            "delete": _operation(f"{name}.delete", f"Delete {title}", 204, None, [_KEY]),
        },
    }
    for act, (path, method) in {
        "create": (f"/{app}/{form.id}", "post"),
        "update": (f"/{app}/{form.id}/{{record}}", "patch"),
        "delete": (f"/{app}/{form.id}/{{record}}", "delete"),
    }.items():
        if not gate.ever(form, actor, act):
            del found[path][method]
    return found


def _task_paths(app: AppId) -> Json:
    task = {"$ref": _REF + "Task"}
    tasks = {"type": "object", "properties": {"tasks": {"type": "array", "items": task}}}
    which = _query("which", {"enum": ["mine", "pool", "done"]})
    one = f"/{app}/-/tasks/{{task}}"
    done: Json = {
        "outcome": {"type": "string"},
        "values": {"type": "object"},
        "comment": {"type": "string"},
        "revision": {"type": "integer"},
    }
    name = f"{app}.tasks"
    return {
        f"/{app}/-/tasks": {"get": _operation(f"{name}.list", "List tasks", 200, tasks, [which])},
        one: {
            "parameters": [_path("task")],
            "get": _operation(f"{name}.read", "Read a task", 200, task),
        },
        f"{one}/claim": {
            "parameters": [_path("task")],
            "post": _operation(f"{name}.claim", "Take a task", 204, None, [_KEY]),
        },
        f"{one}/release": {
            "parameters": [_path("task")],
            "post": _operation(f"{name}.release", "Give a task back", 204, None, [_KEY]),
        },
        f"{one}/complete": {
            "parameters": [_path("task")],
            "post": _operation(f"{name}.complete", "Finish a task", 204, None, [_KEY], done),
        },
    }


def _operation(
    operation_id: str,
    summary: str,
    status: int,
    answers: Mapping[str, Any] | None,
    parameters: Iterable[Json] = (),
    takes: Json | None = None,
) -> Json:
    content = {"application/json": {"schema": answers}} if answers else None
    responses: Json = {
        str(status): {"description": "Done", **({"content": content} if content else {})}
    }
    responses["default"] = _REFUSED
    operation: Json = {"operationId": operation_id, "summary": summary, "responses": responses}
    if parameters:
        operation["parameters"] = list(parameters)
    if takes is not None:
        schema = {"type": "object", "properties": takes, "additionalProperties": False}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


def _record_of(values: Json) -> Json:
    return {"allOf": [{"$ref": _REF + "Record"}, {"properties": {"values": values}}]}


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


def _path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, schema: Json, description: str = "") -> Json:
    about = {"description": description} if description else {}
    return {"name": name, "in": "query", "schema": schema, **about}


_TEXT: Json = {"type": "string"}
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 100},
    "description": "A repeat with the same key gets the first answer.",
}
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
_REFUSED: Json = {
    "description": "Refused: " + ", ".join(map(str, _ERRORS)),
    "content": {"application/json": {"schema": {"$ref": _REF + "Error"}}},
}
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
