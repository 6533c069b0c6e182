"""The part of the OpenAPI document that speaks of the acts on tasks, cases and people."""

from __future__ import annotations

from runtime.web.api.act import Act
from runtime.web.api.acts import FLOW_ACTS, MESSAGE, PERSON_ACTS, START, TASK_ACTS
from runtime.web.api.parts import KEY, operation, path_parameter
from runtime.web.api.shapes import Json

_LED_TO: Json = {"type": "object", "description": "What it led to."}


def flow_paths(app: str) -> Json:
    """Every address of `flows.py` in one app."""
    base = f"/{app}/-"
    found: Json = {
        f"{base}/flows": {"post": _post(app, START, 201, _started())},
        f"{base}/messages": {"post": _post(app, MESSAGE, 204, None)},
    }
    for act in TASK_ACTS:
        found[f"{base}/tasks/{{task}}/{act.name}"] = _one(app, "task", act, 204, None)
    for act in FLOW_ACTS:
        found[f"{base}/flows/{{instance}}/{act.name}"] = _one(app, "instance", act, 200, _LED_TO)
    for act in PERSON_ACTS:
        found[f"{base}/people/{{user}}/{act.name}"] = _one(app, "user", act, 200, _LED_TO)
    end = operation(f"{app}.substitutes.end", "End a substitute's period", 204, None, [KEY])
    found[f"{base}/substitutes/{{proxy}}"] = {
        "parameters": [path_parameter("proxy")],
        "delete": end,
    }
    return found


def _one(app: str, subject: str, act: Act, status: int, answers: Json | None) -> Json:
    name = _post(app, act, status, answers, f"{subject}.")
    return {"parameters": [path_parameter(subject)], "post": name}


def _post(app: str, act: Act, status: int, answers: Json | None, prefix: str = "") -> Json:
    name = f"{app}.{prefix or 'flows.'}{act.name}"
    takes = {key: dict(schema) for key, schema in act.takes.items()}
    return operation(name, act.summary, status, answers, [KEY], takes, act.required)


def _started() -> Json:
    return {"type": "object", "properties": {"instance": {"type": "string"}}}
