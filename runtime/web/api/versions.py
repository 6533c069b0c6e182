"""`/api/v1/<app>/-/versions`: the versions of an app, published and rolled back by a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response

from engines.values import AppId
from runtime import commands
from runtime.kind_change import told_of
from runtime.ports import VersionRow
from runtime.web.api.act import COMMENT, NUMBER, Act, read
from runtime.web.api.parts import KEY, operation, path_parameter
from runtime.web.api.shapes import Json, answer, body, key_of
from runtime.web.routes import JSON, can, route
from runtime.web.visitor import actor_for, runtime

versions = Blueprint("api_versions", __name__, url_prefix="/api/v1")

_BASE: Final = "/<app>/-/versions"
_PUBLISH: Final = can("publish")
_LONGEST_TEXT: Final = 1_000_000
_MAX_BYTES: Final = 8 * 1024 * 1024
_PUBLISHING: Final = Act(
    "publish",
    "Make a definition the next live version",
    lambda app, _, given: commands.PublishApp(
        given["text"], f"{app}.yaml", given["note"], given["expected_live"] or None, app
    ),
    {
        "text": {"type": "string", "maxLength": _LONGEST_TEXT},
        "note": {**COMMENT, "maxLength": 2_000},
        "expected_live": {**NUMBER, "description": "Refused when another version is live."},
    },
    ("text",),
)


@route(versions, _BASE, permission=_PUBLISH, takes=JSON, is_api=True)
def listed(app: str) -> Response:
    """All versions, newest first; `conversion` says what a change of kinds could not take over."""
    with runtime().store.read() as reader:
        rows = reader.definitions.versions(AppId(app))
        found = [_version(row, told_of(reader, AppId(app), row.number)) for row in rows]
    return answer({"versions": found})


@route(
    versions,
    _BASE,
    permission=_PUBLISH,
    methods=["POST"],
    takes=JSON,
    is_api=True,
    max_bytes=_MAX_BYTES,
)
def publish(app: str) -> Response:
    """Publish a text: `{"text", "note", "expected_live"}`; 201 with the number."""
    given = read(_PUBLISHING, body(frozenset(_PUBLISHING.takes)))
    command = _PUBLISHING.command(AppId(app), "", given)
    done = runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
    return answer({"version": done.version, "conversion": dict(done.details) or None}, 201)


@route(
    versions,
    f"{_BASE}/<int:version>/roll-back",
    permission=_PUBLISH,
    methods=["POST"],
    takes=JSON,
    is_api=True,
)
def roll_back(app: str, version: int) -> Response:
    """Make an earlier version live again."""
    body(frozenset())
    command = commands.RollBackApp(AppId(app), version)
    runtime().bus.execute(command, actor_for(app), idempotency_key=key_of())
    return answer({"version": version})


def version_paths(app: str) -> Json:
    """Every address here in one app, for who may publish."""
    number = {"type": "object", "properties": {"version": {"type": "integer"}}}
    takes = {key: dict(schema) for key, schema in _PUBLISHING.takes.items()}
    base, name = f"/{app}/-/versions", f"{app}.versions"
    return {
        base: {
            "get": operation(f"{name}.list", "List versions", 200, _listing()),
            "post": operation(
                f"{name}.publish",
                _PUBLISHING.summary,
                201,
                number,
                [KEY],
                takes,
                _PUBLISHING.required,
            ),
        },
        f"{base}/{{version}}/roll-back": {
            "parameters": [path_parameter("version")],
            "post": operation(
                f"{name}.roll_back", "Make an earlier version live again", 200, number, [KEY], {}
            ),
        },
    }


def _version(row: VersionRow, told: Mapping[str, Any] | None) -> Json:
    return {
        "version": row.number,
        "is_live": row.is_live,
        "published_at": row.published_at,
        "published_by": row.published_by,
        "note": row.note,
        "conversion": None if told is None else dict(told),
    }


def _listing() -> Json:
    version = {
        "type": "object",
        "properties": {
            "version": {"type": "integer"},
            "is_live": {"type": "boolean"},
            "published_at": {"type": "string", "format": "date-time"},
            "published_by": {"type": ["string", "null"]},
            "note": {"type": "string"},
            "conversion": {
                "type": ["object", "null"],
                "description": "{done, lost, failed: [[form, record, field]]}",
            },
        },
    }
    return {
        "type": "object",
        "properties": {"versions": {"type": "array", "items": version}},
    }
