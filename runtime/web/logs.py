"""One JSON line a log record and one a request, with the request's id. No values of records.

Lines of requests are written some moments later, many together: a write for each, by whichever
thread answered, makes the others wait for it. A process that is killed loses the last of them.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
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

_NAME = "dougong.request"
_LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_OMIT_MICROSECONDS
_LATER_S = 0.1
_MOST_WAITING = 10_000  # lines
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


class RequestLines:
    """The lines of requests on their way to a stream; without one they are dropped."""

    def __init__(self) -> None:
        self._stream: TextIO | None = None
        # where nobody takes the lines, the oldest are lost and not the memory
        self._waiting: deque[dict[str, object]] = deque(maxlen=_MOST_WAITING)
        self._has_some = threading.Event()
        self._writing = threading.Lock()

    def write_to(self, stream: TextIO | None) -> None:
        """Write to this stream from now on; what waits goes to the one before."""
        self.write_out()
        is_first, self._stream = self._stream is None, stream
        if is_first and stream is not None:
            threading.Thread(target=self._write_on, name="dougong-log", daemon=True).start()

    def add(self, at: datetime, fields: dict[str, object]) -> None:
        """One request, answered at an instant in UTC."""
        if self._stream is None:
            return
        self._waiting.append(
            {"at": at, "level": "info", "log": _NAME, "message": "answered", **fields}
        )
        if not self._has_some.is_set():
            self._has_some.set()

    def write_out(self) -> None:
        """Write what waits."""
        with self._writing:
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if lines and self._stream is not None:
                written = b"".join(orjson.dumps(one, option=_LINE) for one in lines)
                self._stream.write(written.decode())
                self._stream.flush()

    def _write_on(self) -> None:
        while self._stream is not None:
            self._has_some.wait()
            self._has_some.clear()
            with suppress(OSError, ValueError):  # a stream that is gone; others may follow
                self.write_out()
            time.sleep(_LATER_S)


REQUESTS = RequestLines()


def log_to(stream: TextIO, level: int = logging.INFO) -> None:
    """Send all logs of this process to `stream` as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    REQUESTS.write_to(stream if level <= logging.INFO else None)


class Noted:
    """WSGI: gives every request an id, and a line when it is answered.

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
            taken_s = self._clock.monotonic_s() - began_s
            REQUESTS.add(self._clock.now(), _fields(environ, status, taken_s))
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
