"""WSGI middleware: receive a request's body before it may take one of the few working places.

A client that sends a byte a second would otherwise hold a place for hours, and a handful of them
all of them. Threads that only wait for bytes cost almost nothing, so the server has many more
threads than places (`waiting_threads`). Counts are per process. Rates are `limits`' business.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runtime.turns import Places, Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RECEIVING = 400  # bodies on their way at once
HELD_BYTES = 1024 * 1024  # of one body, in memory until it is there

_BUSY = (
    b'{"error":{"code":"busy","message":"Too many people are sending something. Try again in a '
    b'few seconds.","problems":[]}}'
)


def waiting_threads(places: int) -> int:
    """How many threads a server needs for so many working places."""
    return RECEIVING + 2 * places


class Reception:
    """Lets at most `places` requests work at once, with their small bodies in hand.

    Large bodies are read by the request itself and may hold half of the places. Who works has a
    turn where there are `turns`; not while it reads what somebody sends.
    """

    def __init__(
        self,
        app: WSGIApplication,
        places: int,
        receiving: int = RECEIVING,
        turns: Turns | None = None,
    ) -> None:
        self._app = app
        self._turns = turns or Turns(places)  # a turn comes with the place
        self._turns.open(places)
        self._receiving = Places(receiving)
        self._large = Places(max(places // 2, 1))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._work(environ, start_response)
        is_small = length.isdecimal() and 0 < int(length) <= HELD_BYTES
        places = self._receiving if is_small else self._large
        if not places.take_free():
            return _refuse(start_response)
        try:
            if not is_small:
                return self._work(environ, start_response, reads=True)
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
        finally:
            places.leave()
        return self._work(environ, start_response)

    def _work(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, reads: bool = False
    ) -> Iterable[bytes]:
        self._turns.enter()
        try:
            if not reads:
                return self._app(environ, start_response)
            with self._turns.away():
                return self._app(environ, start_response)
        finally:
            self._turns.leave()


def _refuse(start_response: StartResponse) -> list[bytes]:
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(_BUSY))),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Retry-After", "5"),
    ]
    start_response("503 Service Unavailable", headers)
    return [_BUSY]
