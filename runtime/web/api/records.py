"""`/api/v1/<app>/<form>`: list, read, create, change, delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from engines.values import AppId, FormId, RecordId
from runtime.access.lists import Ask
from runtime.commands import CreateRecord, DeleteRecord, EraseRecord, UpdateRecord
from runtime.web.api.act import COMMENT, read_keys
from runtime.web.api.shapes import (
    answer,
    body,
    key_of,
    page_json,
    record_json,
    revision_of,
    values_of,
)
from runtime.web.filters import asked_filters
from runtime.web.routes import JSON, SIGNED_IN, command, route
from runtime.web.visitor import actor_for, live_app, runtime

records = Blueprint("api_records", __name__, url_prefix="/api/v1")

_LIST = "/<app>/<form>"
_ONE = "/<app>/<form>/<record>"
_MOST_ROWS = 200
_CREATING = frozenset({"values"})
ERASING = {"reason": COMMENT}  # what erasing takes, all of it needed


@route(records, _LIST, permission=SIGNED_IN, takes=JSON, is_api=True)
def listed(app: str, form: str) -> Response:
    """A page of a view: `view`, `where=field~operator~value`, `q`, `sort`, `after`, `limit`."""
    limit = request.args.get("limit", "50")
    sort = request.args.get("sort", "")
    page = runtime().reading.list_page(
        actor_for(app),
        AppId(app),
        FormId(form),
        request.args.get("view", "all"),
        Ask(
            filters=[(one.field, one.operator, one.text) for one in asked_filters(request.args)],
            search=request.args.get("q", "")[:200],
            sort=tuple(part for part in sort.split(",") if part),
            after=request.args.get("after"),
            limit=min(int(limit), _MOST_ROWS) if limit.isdecimal() and len(limit) < 6 else 50,
        ),
    )
    return answer(page_json(page))


@command(records, _LIST, "POST")
def create(app: str, form: str) -> Response:
    """Submit a record: `{"values": {…}}`. 201 with its id, revision and address."""
    data = body(_CREATING)
    asked = CreateRecord(AppId(app), FormId(form), values_of(data))
    outcome = runtime().bus.execute(asked, actor_for(app), idempotency_key=key_of())
    found: dict[str, Any] = {"id": outcome.record, "revision": outcome.revision}
    return answer(found, 201, Location=f"/api/v1/{app}/{form}/{outcome.record}")


@route(records, _ONE, permission=SIGNED_IN, takes=JSON, is_api=True)
def read(app: str, form: str, record: str) -> Response:
    """One record; its revision is the `ETag`."""
    found = runtime().reading.record(actor_for(app), AppId(app), FormId(form), RecordId(record))
    definition = live_app(app).form(FormId(form))
    return answer(record_json(definition, found), ETag=f'"{found.revision}"')


@command(records, _ONE, "PATCH")
def change(app: str, form: str, record: str) -> Response:
    """Change fields: `{"values": {…}, "revision": n}`; 409 when somebody was faster."""
    data = body(frozenset({"values", "revision"}))
    asked = UpdateRecord(
        AppId(app), FormId(form), RecordId(record), values_of(data), revision_of(data)
    )
    outcome = runtime().bus.execute(asked, actor_for(app), idempotency_key=key_of())
    return answer({"id": outcome.record, "revision": outcome.revision})


@command(records, _ONE, "DELETE")
def delete(app: str, form: str, record: str) -> Response:
    """Delete a record; 204."""
    data = body(frozenset({"revision"}))
    asked = DeleteRecord(AppId(app), FormId(form), RecordId(record), revision_of(data))
    runtime().bus.execute(asked, actor_for(app), idempotency_key=key_of())
    return Response(status=204)


@route(records, f"{_ONE}/erase", permission=SIGNED_IN, methods=["POST"], takes=JSON, is_api=True)
def erase(app: str, form: str, record: str) -> Response:
    """Destroy a person's encrypted values for good: `{"reason": …}`."""
    given = read_keys(ERASING, tuple(ERASING), body(frozenset(ERASING)))
    asked = EraseRecord(AppId(app), FormId(form), RecordId(record), given["reason"])
    outcome = runtime().bus.execute(asked, actor_for(app), idempotency_key=key_of())
    return answer(dict(outcome.details))
