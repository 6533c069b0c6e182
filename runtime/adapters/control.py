"""The socket on which other `dougong` commands hand work to the process that holds the store.

A message is one line of JSON, `{"operation": …, "payload": …}`, answered by one line,
`{"result": …}` or `{"error": …, "kind": …}`. What an operation does is bootstrap's affair.
"""

from __future__ import annotations

import os
import socket
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from engines.errors import AppBuilderError

SOCKET_FILE = "dougong.sock"
MAX_MESSAGE = 64 * 1024 * 1024  # bytes; an import hands over chunks
WAIT_S = 600.0

Operation = Callable[[str, Any], Any]  # (name, payload) -> JSON data


class NobodyListens(AppBuilderError):
    """No process serves the data directory."""


class RemoteError(AppBuilderError):
    """The serving process refused; the message is its own."""

    def __init__(self, message: str, kind: str) -> None:
        self.kind = kind
        super().__init__(message)


class ControlServer:
    """Answers messages, each in a thread of its own, until it is closed."""

    def __init__(self, directory: Path, operation: Operation) -> None:
        self._path = directory / SOCKET_FILE
        self._path.unlink(missing_ok=True)  # left by a process that was killed: we hold the lock
        self._server = _Server(str(self._path), operation)
        self._path.chmod(0o600)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="dougong-control", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening; what is being answered is answered."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def ask(directory: Path, operation: str, payload: Any) -> Any:
    """What the serving process answers. Raises NobodyListens, or RemoteError with its refusal."""
    message = orjson.dumps({"operation": operation, "payload": payload})
    if len(message) > MAX_MESSAGE:
        raise RemoteError("This is too much for one message.", "too_large")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(WAIT_S)
        try:
            connection.connect(_short(directory / SOCKET_FILE))
        except (FileNotFoundError, ConnectionRefusedError):
            raise NobodyListens(f"no process serves {directory}") from None
        connection.sendall(message + b"\n")
        with connection.makefile("rb") as answers:
            line = answers.readline(MAX_MESSAGE)
    if not line:
        raise RemoteError("The serving process ended before it answered.", "no_answer")
    answer = orjson.loads(line)
    if "error" in answer:
        raise RemoteError(answer["error"], answer["kind"])
    return answer["result"]


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = False  # a command under way is finished at a stop
    block_on_close = True

    def __init__(self, path: str, operation: Operation) -> None:
        self.operation = operation
        previous = os.umask(0o177)  # nobody else may connect, not even for a moment
        try:
            super().__init__(_short(Path(path)), _Handler)
        finally:
            os.umask(previous)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 30.0

    def handle(self) -> None:
        line = self.rfile.readline(MAX_MESSAGE + 1)
        if line.endswith(b"\n"):
            self.wfile.write(orjson.dumps(_answer(self.server.operation, line)) + b"\n")


def _answer(operation: Operation, line: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(line)
        return {"result": operation(message["operation"], message["payload"])}
    except AppBuilderError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        return {"error": f"This message was not understood: {error}", "kind": "bad_message"}


def _short(path: Path) -> str:
    """The path, relative where the absolute one is too long for a socket's name."""
    text = str(path)
    relative = os.path.relpath(path)
    return text if len(text.encode()) < 100 else relative
