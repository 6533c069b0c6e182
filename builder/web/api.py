"""The designer's JSON interface: `/design/api/<app>/…`.

Every answer about the draft has the same shape; errors have the product's one shape.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from builder.conversion import conversion
from builder.diff import Change, compare, highest_risk
from builder.drafts import Drafts
from builder.operations.catalog import Operation, read_operation
from builder.palette import palette
from builder.touched import touched
from builder.web import answers
from builder.web.checks import problem_lines, unheld_roles
from engines.app import parse_app
from engines.errors import DefinitionError, NotFound
from engines.values import AppId, FieldId, FormId
from runtime.web.icons import PATHS
from runtime.web.needs import Runtime
from runtime.web.routes import JSON, can, route
from runtime.web.visitor import actor_for, visitor

View = TypeVar("View", bound=Callable[..., Response])

_BASE = "/design/api/<app>"
_DESIGN, _PUBLISH = can("design"), can("publish")
_MAX_OPERATIONS = 100
_MAX_BYTES = 3_000_000


def add_api(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    """Register every route of the interface."""
    _add_reads(blueprint, drafts, runtime)
    _add_changes(blueprint, drafts, runtime)
    _add_warnings(blueprint, drafts, runtime)
    _add_life_cycle(blueprint, drafts, runtime)


def _add_reads(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    @route(blueprint, f"{_BASE}/draft", permission=_DESIGN)
    def draft(app: str) -> Response:
        return _draft_answer(drafts, runtime, app)

    @route(blueprint, f"{_BASE}/problems", permission=_DESIGN)
    def problems(app: str) -> Response:
        actor, name = actor_for(app), f"{app}.yaml"
        seen, live = drafts.view(actor, AppId(app)), drafts.version_text(actor, AppId(app), 0)
        with runtime.store.read() as reader:
            lines = problem_lines(reader, AppId(app), seen.text, name, _locale())
        return answers.send(
            {
                "revision": seen.revision,
                "problems": lines,
                "changed": answers.changed_paths(live, seen.text, name),
            }
        )

    @route(blueprint, f"{_BASE}/palette", permission=_DESIGN)
    def offered(app: str) -> Response:
        found = palette(_locale())
        return answers.send_cached({**found, "icons": PATHS}, request)

    @route(blueprint, f"{_BASE}/versions", permission=_DESIGN)
    def versions(app: str) -> Response:
        found = drafts.versions(actor_for(app), AppId(app))
        with runtime.store.read() as reader:
            return answers.send({"versions": answers.version_lines(found, reader)})

    @route(blueprint, f"{_BASE}/versions/<int:number>", permission=_DESIGN)
    def version(app: str, number: int) -> Response:
        text = drafts.version_text(actor_for(app), AppId(app), number)
        return answers.send({"version": number, "text": text})

    @route(blueprint, f"{_BASE}/diff", permission=_DESIGN)
    def diff(app: str) -> Response:
        actor = actor_for(app)
        before = drafts.version_text(actor, AppId(app), _number("from"))
        if "to" in request.args:
            after = drafts.version_text(actor, AppId(app), _number("to"))
        else:
            after = drafts.view(actor, AppId(app)).text
        try:
            old, new = (answers.data_of(text, f"{app}.yaml") for text in (before, after))
        except DefinitionError:
            return answers.send({"changes": None, "risk": "risky"})
        changes = compare(old, new)
        return answers.send(
            {
                "changes": _lines(runtime, app, changes, counts="to" not in request.args),
                "risk": highest_risk(changes),
            }
        )


def _add_warnings(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    @route(blueprint, f"{_BASE}/unheld", permission=_DESIGN)
    def nobody_has(app: str) -> Response:
        text = drafts.view(actor_for(app), AppId(app)).text
        with runtime.store.read() as reader:  # what is wrong with it is told first
            found = unheld_roles(reader, AppId(app), text, f"{app}.yaml")
        return answers.send({"roles": [one.title.in_locale(_locale()) for one in found]})

    @_post(blueprint, "conversion")
    def converting(app: str) -> Response:
        body = _body()
        text = drafts.tried(actor_for(app), AppId(app), _operations(body))
        try:
            wanted = parse_app(text, f"{app}.yaml")
        except DefinitionError:
            return answers.send({"records": None})  # not to be told while it is wrong elsewhere
        form, field = FormId(str(body.get("form"))), FieldId(str(body.get("field")))
        if form not in wanted.forms or field not in wanted.forms[form].fields:
            raise NotFound(f"field {field}")
        with runtime.store.read() as reader:
            live = runtime.live.app(reader, AppId(app))
            return answers.send(asdict(conversion(reader, live, wanted, form, field)))


def _lines(
    runtime: Runtime, app: str, changes: Sequence[Change], *, counts: bool
) -> list[dict[str, Any]]:
    """The changes; with `counts`, of what is live now, how many records each is about."""
    with runtime.store.read() as reader:
        live = runtime.live.app(reader, AppId(app)) if counts else None
        return [
            answers.change_line(one, touched(reader, live, one) if live else None)
            for one in changes
        ]


def _add_changes(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    @_post(blueprint, "operations")
    def operations(app: str) -> Response:
        body = _body()
        made = _operations(body)
        drafts.apply(actor_for(app), AppId(app), _whole(body, "revision"), made)
        return _draft_answer(drafts, runtime, app)

    @_post(blueprint, "undo")
    def undo(app: str) -> Response:
        _body()
        drafts.undo(actor_for(app), AppId(app))
        return _draft_answer(drafts, runtime, app)

    @_post(blueprint, "redo")
    def redo(app: str) -> Response:
        _body()
        drafts.redo(actor_for(app), AppId(app))
        return _draft_answer(drafts, runtime, app)

    @_post(blueprint, "text")
    def text(app: str) -> Response:
        body = _body()
        written = body.get("text")
        if not isinstance(written, str) or len(written) > 1_000_000:
            raise BadRequest
        drafts.save_text(actor_for(app), AppId(app), _whole(body, "revision"), written)
        return _draft_answer(drafts, runtime, app)


def _add_life_cycle(blueprint: Blueprint, drafts: Drafts, runtime: Runtime) -> None:
    @_post(blueprint, "discard")
    def discard(app: str) -> Response:
        drafts.discard(actor_for(app), AppId(app), _whole(_body(), "revision"))
        return _draft_answer(drafts, runtime, app)

    @_post(blueprint, "merge")
    def merge(app: str) -> Response:
        _body()
        drafts.merge_live(actor_for(app), AppId(app))
        return _draft_answer(drafts, runtime, app)

    @_post(blueprint, "restore")
    def restore(app: str) -> Response:
        drafts.restore(actor_for(app), AppId(app), _whole(_body(), "version"))
        return _draft_answer(drafts, runtime, app)

    @route(blueprint, f"{_BASE}/publish", permission=_PUBLISH, methods=["POST"], takes=JSON)
    def publish(app: str) -> Response:
        body = _body()
        note = str(body.get("note") or "")[:2000]
        number = drafts.publish(actor_for(app), AppId(app), _whole(body, "revision"), note)
        return answers.send({"version": number})

    @route(blueprint, f"{_BASE}/roll_back", permission=_PUBLISH, methods=["POST"], takes=JSON)
    def roll_back(app: str) -> Response:
        number = _whole(_body(), "version")
        drafts.roll_back(actor_for(app), AppId(app), number)
        return answers.send({"version": number})


def _post(blueprint: Blueprint, name: str) -> Callable[[View], View]:
    return route(
        blueprint,
        f"{_BASE}/{name}",
        permission=_DESIGN,
        methods=["POST"],
        takes=JSON,
        max_bytes=_MAX_BYTES,
    )


def _draft_answer(drafts: Drafts, runtime: Runtime, app: str) -> Response:
    actor = actor_for(app)
    seen = drafts.view(actor, AppId(app))
    with runtime.store.read() as reader:
        return answers.send(answers.draft_answer(seen, actor, reader))


def _body() -> dict[str, Any]:
    """The request's JSON object, its numbers exact."""
    if not request.get_data():
        return {}
    try:
        body = json.loads(request.get_data(), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(body, dict):
        raise BadRequest
    return body


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _operations(body: dict[str, Any]) -> list[Operation]:
    wanted = body.get("operations")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= _MAX_OPERATIONS:
        raise BadRequest
    return [read_operation(one, f"operations[{at}]") for at, one in enumerate(wanted)]


def _whole(body: dict[str, Any], key: str) -> int:
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest
    return value


def _locale() -> str:
    return visitor().locale.split("-", 1)[0]


def _number(name: str) -> int:
    return request.args.get(name, 0, type=int)
