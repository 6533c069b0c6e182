"""One JSON line a log record and one a request, with the request's id. No values of records."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

import orjson

from runtime.ports import Clock, IdSource
from runtime.web.limits import CLIENT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# keys of the environ
REQUEST = "dougong.request"  # the request's id
ROUTE = "dougong.route"  # the rule that its address matched
USER = "dougong.user"  # the id of whoever asks

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


class Noted:
    """WSGI: gives every request an id, and writes one line when it is answered.

    Around Flask and not in it: its header objects and proxies cost more than the line.
    """

    def __init__(self, app: WSGIApplication, clock: Clock, ids: IdSource) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request = given if _USABLE_ID.fullmatch(given) else self._ids.new()
        environ[REQUEST] = request
        began_s = self._clock.monotonic_s()

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            headers.append(("X-Request-Id", request))
            if _log.isEnabledFor(logging.INFO):
                taken_s = self._clock.monotonic_s() - began_s
                # A record made by hand: `info` would walk the stack for the calling line, which
                # is this one, at a cost of more than the whole line.
                line = logging.LogRecord(_log.name, logging.INFO, "", 0, "answered", None, None)
                line.fields = _fields(environ, status, taken_s)
                _log.handle(line)
            return start_response(status, headers, *error)

        return self._app(environ, start)


def _fields(environ: WSGIEnvironment, status: str, taken_s: float) -> dict[str, object]:
    return {
        "request": environ[REQUEST],
        "method": environ["REQUEST_METHOD"],
        # the rule, not the address: addresses may name a person
        "route": environ.get(ROUTE, ""),
        "status": int(status[:3]),
        "ms": round(taken_s * 1000, 1),
        "user": environ.get(USER, ""),
        "client": environ.get(CLIENT, ""),
    }
