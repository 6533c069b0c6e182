"""Every error as a page that says what happened and what to do, or as the one JSON shape.

{"error": {"code", "message", "problems": [{"path", "message", "hint"}]}}
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from engines.diagnostics import format_path
from engines.errors import Conflict, DefinitionError, FieldErrors, NotAllowed, NotFound
from runtime.ports import Unavailable
from runtime.sign_in import TooManyAttempts
from runtime.web.guard import NotSignedIn, session_cookie
from runtime.web.logs import REQUEST
from runtime.web.problems import problem_text
from runtime.web.refusal_words import told
from runtime.web.visitor import visitor

_log = logging.getLogger("dougong.web")

# The statuses that have a page of their own; others are shown as the nearest of these.
_PAGES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503, 507)
_CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "wrong_content_type",
    422: "refused_answers",
    429: "too_many_requests",
    500: "internal_error",
    503: "busy",
    507: "no_space",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way out."""

    status: int
    message: str = ""  # English, safe to show; empty: the catalogue's sentence for the status
    problems: tuple[Mapping[str, str], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    retry_after_s: int = 0


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # disk, quota, largest file
_BUSY = Failure(503, retry_after_s=5)
_NO_SPACE = Failure(507, retry_after_s=60)


def answer_errors(app: Flask) -> None:
    """Let every exception of the application be answered here."""

    @app.errorhandler(Exception)
    def answer(error: Exception) -> Response:
        failure = failure_of(error)
        if failure.status >= 500:
            _log.error("request failed", exc_info=error)
        return response_of(failure)


def failure_of(error: Exception) -> Failure:  # noqa: PLR0911  one answer a kind of error
    """What an exception means to the one who asked."""
    match error:
        case FieldErrors():
            return Failure(422, problems=tuple(_field_problems(error)))
        case DefinitionError():
            return Failure(422, problems=tuple(_definition_problems(error)))
        case TooManyAttempts():
            return Failure(429, error.reason, retry_after_s=error.retry_after_s)
        case NotSignedIn():
            return Failure(401)
        case NotAllowed():
            return Failure(403, error.reason)
        case NotFound():
            return Failure(404)
        case Conflict():
            return Failure(409, error.message, details=error.details)
        case Unavailable():
            return _NO_SPACE if error.is_full else _BUSY
        case HTTPException():
            return _failure_of_http(error)
        case _:
            return _failure_of_machine(error)


def response_of(failure: Failure) -> Response:
    """The answer: JSON for the API and scripts, a page for people."""
    response = _json(failure) if wants_json() else _page(failure)
    if failure.retry_after_s:
        response.headers["Retry-After"] = str(failure.retry_after_s)
    if failure.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
        response.delete_cookie(session_cookie())
    return response


def refusal_text(error: Exception) -> str:
    """Why something was refused, as one sentence in the visitor's language, for a page's list."""
    failure, seer = failure_of(error), visitor()
    return told(failure.message, seer.locale) or seer.words.say(f"error.{failure.status}.title")


def wants_json() -> bool:
    """Whether a program asks rather than a person with a browser."""
    if _is_api() or request.mimetype == "application/json":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def error_json(failure: Failure) -> dict[str, Any]:
    """The one shape."""
    shown = _nearest(failure.status)
    message = _sentence(failure) or visitor().words.say(f"error.{shown}.what")
    error: dict[str, Any] = {
        "code": _CODES[shown],
        "message": message,
        "problems": list(failure.problems),
    }
    if failure.details:
        error["details"] = dict(failure.details)
    return {"error": error}


def _json(failure: Failure) -> Response:
    body = orjson.dumps(error_json(failure), default=str)
    return Response(body, failure.status, content_type="application/json")


def _page(failure: Failure) -> Response:
    # A frame without menu: what failed may be the very thing that the menu needs.
    shown = _nearest(failure.status)
    page = render_template(
        "error.html",
        status=shown,
        refusal=_sentence(failure),
        problems=failure.problems,
        request_id=request.environ.get(REQUEST, ""),
    )
    return Response(page, failure.status, mimetype="text/html")


def _sentence(failure: Failure) -> str:
    """What was refused: in English for programs, else in the language of who asked."""
    return failure.message if _is_api() else told(failure.message, visitor().locale)


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _nearest(status: int) -> int:
    if status in _PAGES:
        return status
    return 500 if status >= 500 else 400


def _field_problems(error: FieldErrors) -> Iterable[Mapping[str, str]]:
    for one in error.problems:
        text = problem_text(visitor().words, one, visitor().display)
        yield {"path": one.path, "code": one.code, "message": text, "hint": ""}


def _definition_problems(error: DefinitionError) -> Iterable[Mapping[str, str]]:
    for one in error.diagnostics:
        yield {
            "path": format_path(one.path),
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
        }


def _failure_of_http(error: HTTPException) -> Failure:
    return Failure(error.code or 500)


def _failure_of_machine(error: Exception) -> Failure:
    """A full disk and an exhausted pool heal by themselves: say so, and when to come back."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno in _FULL:
        return _NO_SPACE
    if name in {"TimeoutError", "OperationalError", "Overloaded"}:
        return _BUSY
    return Failure(500)
