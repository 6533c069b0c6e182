"""One JSON line a log record and one a request, with the request's id. No values of records."""

from __future__ import annotations

import logging
import re
from typing import TextIO

import orjson
from flask import Flask, Response, g, request

from runtime.ports import Clock, IdSource
from runtime.web.limits import CLIENT

_log = logging.getLogger("dougong.request")
_USABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; line breaks in what was sent cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's time, level, logger, message, fields and error."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def log_to(stream: TextIO, level: int = logging.INFO) -> None:
    """Send all logs of this process to `stream` as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def log_requests(app: Flask, clock: Clock, ids: IdSource) -> None:
    """Give every request an id and write one line when it is answered."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _USABLE_ID.fullmatch(given) else ids.new()
        g.began_s = clock.monotonic_s()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        if _log.isEnabledFor(logging.INFO):
            taken_s = clock.monotonic_s() - g.began_s
            # A record made by hand: `info` would walk the stack for the calling line, which is
            # this one, at a cost of more than the whole line.
            line = logging.LogRecord(_log.name, logging.INFO, "", 0, "answered", None, None)
            line.fields = _fields(response, taken_s)
            _log.handle(line)
        return response


def _fields(response: Response, taken_s: float) -> dict[str, object]:
    user = getattr(g.get("visitor"), "user", None)
    return {
        "request": g.request_id,
        "method": request.method,
        # the rule, not the address: addresses may name a person
        "route": request.url_rule.rule if request.url_rule else "",
        "status": response.status_code,
        "ms": round(taken_s * 1000, 1),
        "user": user.id if user is not None else "",
        "client": request.environ.get(CLIENT, ""),
    }
