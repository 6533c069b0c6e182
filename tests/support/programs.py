"""Another program on this machine: it keeps what it is asked and answers what it was told to."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Program(ThreadingHTTPServer):
    """Answers with what stands first in `answers`: a status and a body; with 200 and {} after.

    Or with what `reply` says, where one is set.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[tuple[int, bytes]] = []
        self.reply: Callable[[Asked], tuple[int, bytes]] | None = None
        super().__init__(("127.0.0.1", 0), _Conversation)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer_to(self, asked: Asked) -> tuple[int, bytes]:
        if self.reply is not None:
            return self.reply(asked)
        return self.answers.pop(0) if self.answers else (200, b"{}")

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # who asked may be gone
            super().handle_error(request, client_address)


class _Conversation(BaseHTTPRequestHandler):
    server: Program

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.casefold(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(size))
        self.server.asked.append(asked)
        status, body = self.server.answer_to(asked)
        self.send_response(status)
        self.send_header("Location", self.server.url + "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def a_program() -> Iterator[Program]:
    """Listens until the test is over."""
    with Program() as program:
        thread = threading.Thread(target=program.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield program
        finally:
            program.shutdown()
            thread.join()
