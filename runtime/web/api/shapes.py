"""Records, tasks and pages as JSON, and requests as answers. One place for the API's shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest

from engines.errors import FieldErrors, FieldProblem
from engines.form.model import Form
from runtime.access.shown import ListPage, ShownTask, VisibleRecord
from runtime.web.visitor import current_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Json = dict[str, Any]

_KEY = re.compile(rb'"\s*:')


def answer(data: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer, of a status that has a body."""
    body = orjson.dumps(data, default=str)
    return _Json([body], status, _Complete(len(body), headers))


class _Complete(Headers):
    """Headers of an answer, with its length. Raises ValueError for a line break in one."""

    def __init__(self, length: int, given: Mapping[str, str]) -> None:
        for value in given.values():
            if "\n" in value or "\r" in value:
                raise ValueError("a header is one line")
        ends = (("Content-Type", "application/json"), ("Content-Length", str(length)))
        self._list = [*ends, *given.items()]


class _Json(Response):
    """An answer that is sent as it is: ASCII, its headers complete, nothing to close after it."""

    mimetype = "application/json"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Without the copy in which Werkzeug looks for lengths and addresses to mend."""
        start_response(self.status, list(self.headers))
        sent: Iterable[bytes] = self.response  # type: ignore[assignment]  # what `answer` gave it
        return () if environ["REQUEST_METHOD"] == "HEAD" else sent


def record_json(form: Form, record: VisibleRecord) -> Json:
    """`{"id", "title", "revision", "created_at", "updated_at", "values": {…}}`.

    Hidden fields are not named; a masked one holds its masked text.
    """
    values = {}
    for one in form.fields.values():
        if one.is_system or one.id in record.hidden or one.id not in record.values:
            continue
        control, options = one.writer
        value = record.values[one.id]
        values[one.id] = value if one.id in record.masked else control.to_json(value, options)
    return {
        "id": record.id,
        "title": record.title,
        "revision": record.revision,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "values": values,
    }


def page_json(page: ListPage) -> Json:
    """`{"records": […], "next": cursor or null, "total", "is_total_exact"}`."""
    return {
        "records": [record_json(page.form, row) for row in page.rows],
        "next": page.next,
        "total": page.total,
        "is_total_exact": page.is_total_exact,
    }


def task_json(task: ShownTask, locale: str) -> Json:
    """A task of a list."""
    return {
        "id": task.id,
        "flow": task.flow,
        "node": task.node,
        "title": task.title.in_locale(locale),
        "form": task.form,
        "record": task.record,
        "record_title": task.record_title,
        "assignee": task.assignee,
        "role": task.role or None,
        "state": task.state,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "closed_at": task.closed_at,
        "outcome": task.outcome or None,
        "can_act": task.can_act,
        "can_claim": task.can_claim,
    }


def body(known: frozenset[str]) -> Json:
    """The request's JSON object. Raises BadRequest for what is none, FieldErrors for other keys.

    Doubled keys are refused too: which one counts would be a guess.
    """
    raw = current_request().whole_body()
    try:
        data = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise BadRequest("not JSON") from error
    if not isinstance(data, dict):
        raise BadRequest("not an object")
    _require_single_keys(raw, data)
    if not known.issuperset(data):
        unknown = [key for key in data if key not in known]
        raise FieldErrors([FieldProblem(key, "unknown_field") for key in unknown])
    return data


def _require_single_keys(raw: bytes, data: Json) -> None:
    """Raises BadRequest when an object of the body has a key twice.

    The text is read once more only where it shows more keys than were found: a text among the
    values may look like one. A key has a colon, and most texts have none.
    """
    keys = _keys_in(data)
    if raw.count(b":") > keys and len(_KEY.findall(raw)) > keys:
        try:
            json.loads(raw, object_pairs_hook=_single)
        except RecursionError as error:
            raise BadRequest("nested too deep") from error


def _keys_in(data: Json) -> int:
    """Of all objects in it. A loop: a body may be nested deeper than calls can be."""
    found = len(data)
    todo: list[Iterable[Any]] = [data.values()]
    while todo:
        for one in todo.pop():
            if isinstance(one, dict):
                found += len(one)
                todo.append(one.values())
            elif isinstance(one, list):
                todo.append(one)
    return found


def _single(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in found if names.count(name) > 1)
        raise BadRequest(f"{doubled[:100]} is given twice")
    return found


def revision_of(data: Json) -> int | None:
    """The revision that the caller last saw, of the body or of `If-Match`."""
    given = data.get("revision")
    if given is None:
        tag = current_request().headers.get("If-Match", "").strip('"')
        given = int(tag) if tag.isascii() and tag.isdecimal() and len(tag) < 12 else None
    if given is not None and (isinstance(given, bool) or not isinstance(given, int)):
        raise FieldErrors([FieldProblem("revision", "not_whole")])
    return given


def key_of() -> str:
    """The caller's `Idempotency-Key`, empty when none was given."""
    key: str = current_request().environ.get("HTTP_IDEMPOTENCY_KEY", "")
    if len(key) > 100 or not key.isprintable():
        raise BadRequest("Idempotency-Key is too long")
    return key


def values_of(data: Json) -> Json:
    """The answers of a create or change."""
    values = data.get("values", {})
    if not isinstance(values, dict):
        raise BadRequest("values is not an object")
    return values
