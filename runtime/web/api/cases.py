"""Where a case is, which way it came and why; what happened to a record: read by a program."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from engines.values import AppId, FormId, InstanceId, RecordId
from runtime.access.shown import FlowStep, FlowView, ShownFlow
from runtime.web.api.parts import REF, operation, path_parameter
from runtime.web.api.shapes import Json, answer, task_json
from runtime.web.routes import JSON, SIGNED_IN, route
from runtime.web.story import Told, told
from runtime.web.visitor import actor_for, runtime, visitor

cases = Blueprint("api_cases", __name__, url_prefix="/api/v1")

_CASE: Final = "/<app>/-/flows/<instance>"
_RECORD: Final = "/<app>/<form>/<record>"


@route(cases, _CASE, permission=SIGNED_IN, takes=JSON, is_api=True)
def read(app: str, instance: str) -> Response:
    """A case: its state, every step with its tasks, and the story of how it came there."""
    view = runtime().reading.flow_view(actor_for(app), AppId(app), InstanceId(instance))
    return answer(_case(view, app))


@route(cases, f"{_RECORD}/flows", permission=SIGNED_IN, takes=JSON, is_api=True)
def of_record(app: str, form: str, record: str) -> Response:
    """The cases on a record, newest first, each with its tasks."""
    found = runtime().reading.flows_of(actor_for(app), AppId(app), FormId(form), RecordId(record))
    return answer({"flows": [_flow(one) for one in found]})


@route(cases, f"{_RECORD}/history", permission=SIGNED_IN, takes=JSON, is_api=True)
def history(app: str, form: str, record: str) -> Response:
    """What happened to a record, newest first, as far as the caller may know it."""
    found = runtime().reading.timeline(actor_for(app), AppId(app), FormId(form), RecordId(record))
    return answer({"history": [_entry(one) for one in told(found, AppId(app), visitor())]})


def _case(view: FlowView, app: str) -> Json:
    locale = visitor().locale
    return {
        "id": view.instance,
        "flow": view.flow,
        "title": view.title.in_locale(locale),
        "version": view.version,
        "status": view.status,
        "incident": view.incident or None,
        "form": view.form,
        "record": view.record,
        "record_title": view.record_title,
        "started_at": view.started_at,
        "ended_at": view.ended_at,
        "stands": [one.node for one in view.steps if one.state in ("here", "stuck")],
        "steps": [_step(one, locale) for one in view.steps],
        "history": [_entry(one) for one in told(view.story, AppId(app), visitor())],
        "can": {
            "withdraw": view.can_withdraw,
            "urge": view.can_urge,
            "copy": view.can_copy,
        },
    }


def _step(step: FlowStep, locale: str) -> Json:
    return {
        "node": step.node,
        "title": step.title.in_locale(locale),
        "state": step.state,
        "times": step.times,
        "reason": step.reason or None,
        "tasks": [task_json(one, locale) for one in step.tasks],
    }


def _flow(flow: ShownFlow) -> Json:
    locale = visitor().locale
    return {
        "id": flow.instance,
        "flow": flow.flow,
        "title": flow.title.in_locale(locale),
        "version": flow.version,
        "status": flow.status,
        "incident": flow.incident or None,
        "started_at": flow.started_at,
        "ended_at": flow.ended_at,
        "tasks": [task_json(one, locale) for one in flow.tasks],
    }


def _entry(entry: Told) -> Json:
    return {
        "at": entry.at,
        "who": entry.who,
        "is_machine": entry.is_machine,
        "what": str(entry.sentence),
        "comment": entry.comment or None,
        "changes": [
            {"field": one.title, "before": str(one.before), "after": str(one.after)}
            for one in entry.changes
        ],
        "why": list(map(str, entry.why)),
    }


def case_paths(app: str) -> Json:
    """The address of a case in one app."""
    return {
        f"/{app}/-/flows/{{instance}}": {
            "parameters": [path_parameter("instance")],
            "get": operation(
                f"{app}.flows.read",
                "Where a case is, which way it came, and why",
                200,
                {"$ref": REF + "Case"},
            ),
        }
    }


def record_case_paths(app: str, form: str, name: str, title: str) -> Json:
    """The addresses of what goes on with a record of one form."""
    base = f"/{app}/{form}/{{record}}"
    flows = {"type": "object", "properties": {"flows": _list({"$ref": REF + "Case"})}}
    history_ = {"type": "object", "properties": {"history": _list({"$ref": REF + "Happened"})}}
    return {
        f"{base}/flows": {
            "parameters": [path_parameter("record")],
            "get": operation(f"{name}.flows", f"Flows on {title}", 200, flows),
        },
        f"{base}/history": {
            "parameters": [path_parameter("record")],
            "get": operation(f"{name}.history", f"What happened to {title}", 200, history_),
        },
    }


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_INSTANT: Json = {"type": "string", "format": "date-time"}
CASE_SCHEMAS: Final[Json] = {
    "Case": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "flow": _TEXT,
            "title": _TEXT,
            "version": {"type": "integer"},
            "status": {"enum": ["running", "ended", "incident", "suspended"]},
            "incident": _TEXT_OR_NULL,
            "form": _TEXT,
            "record": _TEXT,
            "record_title": _TEXT,
            "started_at": _INSTANT,
            "ended_at": {**_INSTANT, "type": ["string", "null"]},
            "stands": _list(_TEXT),
            "steps": _list({"$ref": REF + "Step"}),
            "tasks": _list({"$ref": REF + "Task"}),
            "history": _list({"$ref": REF + "Happened"}),
            "can": {"type": "object", "additionalProperties": {"type": "boolean"}},
        },
    },
    "Step": {
        "type": "object",
        "properties": {
            "node": _TEXT,
            "title": _TEXT,
            "state": {"enum": ["here", "been", "stuck", "ahead"]},
            "times": {"type": "integer"},
            "reason": _TEXT_OR_NULL,
            "tasks": _list({"$ref": REF + "Task"}),
        },
    },
    "Happened": {
        "type": "object",
        "properties": {
            "at": _INSTANT,
            "who": _TEXT,
            "is_machine": {"type": "boolean"},
            "what": _TEXT,
            "comment": _TEXT_OR_NULL,
            "changes": _list(
                {
                    "type": "object",
                    "properties": {"field": _TEXT, "before": _TEXT, "after": _TEXT},
                }
            ),
            "why": {**_list(_TEXT), "description": "One sentence a step, in your language."},
        },
    },
}
