"""`/api/v1/<app>/-/migrations`: which version cases follow; bring them to another, and back."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest

from engines.values import AppId, FlowId, InstanceId, NodeId
from runtime.access.lists import OPERATORS
from runtime.commands import MigrateFlows
from runtime.web.api.act import COMMENT, ID, IDS, NAMES, NUMBER, Act, Given, read
from runtime.web.api.parts import KEY, operation
from runtime.web.api.shapes import Json, answer, body, key_of
from runtime.web.filters import asked_filter
from runtime.web.routes import JSON, can, route
from runtime.web.visitor import actor_for, runtime, visitor

migrations = Blueprint("api_migrations", __name__, url_prefix="/api/v1")

_BASE: Final = "/<app>/-/migrations"
_OPERATE: Final = can("operate")
_NARROWED: Final[Json] = {
    "flow": ID,
    "version": {**NUMBER, "minimum": 1},
    "instances": {**IDS, "description": "These cases alone."},
    "at_node": {**ID, "description": "Cases with something at this node."},
    "where": {
        "type": "array",
        "items": {"type": "string", "maxLength": 600},
        "maxItems": 10,
        "description": f"field~operator~value; operators: {', '.join(OPERATORS)}",
    },
    "after": {**ID, "description": "`next` of the answer before"},
}
_MAPPING: Final[Json] = {
    "mapping": {**NAMES, "description": "Nodes that have another id there: {old: new}."}
}
_REQUIRED: Final = ("flow", "version")


def _command(app: AppId, given: Given, **how: Any) -> MigrateFlows:
    mapping = given.get("mapping", {})
    return MigrateFlows(
        app,
        FlowId(given["flow"]),
        given["version"],
        {NodeId(old): NodeId(new) for old, new in mapping.items()},
        instances=tuple(map(InstanceId, given["instances"])),
        at_node=NodeId(given["at_node"]) if given["at_node"] else None,
        where=tuple(map(_filter, given["where"])),
        after=given["after"],
        reason=given.get("reason", ""),
        **how,
    )


def _filter(text: str) -> tuple[str, str, str]:
    found = asked_filter(text)
    if found is None:
        raise BadRequest(f"where is field~operator~value, not {text!r}")
    return found.field, found.operator, found.text


MIGRATION_ACTS: Final = (
    Act(
        "plan",
        "What becomes of each case: stays, moves or needs a person, and why",
        lambda app, _, given: _command(app, given),
        {**_NARROWED, **_MAPPING},
        _REQUIRED,
    ),
    Act(
        "apply",
        "Bring cases to a version, those that can move by themselves",
        lambda app, _, given: _command(app, given, is_dry=False),
        {**_NARROWED, **_MAPPING, "reason": COMMENT},
        (*_REQUIRED, "reason"),
    ),
    Act(
        "undo",
        "Bring those back to a version that were brought from it",
        lambda app, _, given: _command(app, given, is_dry=False, is_undo=True),
        {**_NARROWED, "reason": COMMENT},
        (*_REQUIRED, "reason"),
    ),
)
_BY_NAME: Final = {one.name: one for one in MIGRATION_ACTS}


@route(migrations, _BASE, permission=_OPERATE, takes=JSON, is_api=True)
def flows(app: str) -> Response:
    """How many cases that have not ended follow each version of each flow."""
    found = runtime().reading.running_versions(actor_for(app), AppId(app))
    rows = [
        {
            "flow": one.flow,
            "title": one.title.in_locale(visitor().locale),
            "version": one.version,
            "cases": one.cases,
            "is_live": one.is_live,
        }
        for one in found
    ]
    return answer({"versions": rows})


@route(
    migrations,
    f"{_BASE}/<any('plan','apply','undo'):act>",
    permission=_OPERATE,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def carry_out(app: str, act: str) -> Response:
    """Plan, apply or undo; `{"instances": […], "next": id or null}`."""
    found = _BY_NAME[act]
    command = found.command(AppId(app), "", read(found, body(frozenset(found.takes))))
    done = runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
    return answer(dict(done.details))


def migration_paths(app: str) -> Json:
    """Every address here in one app, for who operates it."""
    base, name = f"/{app}/-/migrations", f"{app}.migrations"
    listing = operation(f"{name}.list", "Which version cases follow", 200, _VERSIONS)
    found: Json = {base: {"get": listing}}
    for act in MIGRATION_ACTS:
        takes = {key: dict(schema) for key, schema in act.takes.items()}
        done = operation(
            f"{name}.{act.name}", act.summary, 200, _FATES, [KEY], takes, act.required
        )
        found[f"{base}/{act.name}"] = {"post": done}
    return found


def _rows(name: str, properties: Json) -> Json:
    row = {"type": "object", "properties": properties}
    return {name: {"type": "array", "items": row}}


_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer"}
_VERSIONS: Json = {
    "type": "object",
    "properties": _rows(
        "versions",
        {
            "flow": _TEXT,
            "title": _TEXT,
            "version": _WHOLE,
            "cases": _WHOLE,
            "is_live": {"type": "boolean"},
        },
    ),
}
_FATES: Json = {
    "type": "object",
    "properties": {
        **_rows(
            "instances",
            {
                "instance": _TEXT,
                "form": _TEXT,
                "record": _TEXT,
                "version": _WHOLE,
                "verdict": {"enum": ["stays", "moves", "needs_a_person"]},
                "why": {"type": "array", "items": _TEXT},
                "reasons": {"type": "array", "items": {"type": "object"}},
            },
        ),
        "next": {"type": ["string", "null"]},
    },
}
