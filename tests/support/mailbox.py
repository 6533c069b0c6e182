"""A small SMTP server on this machine that keeps the mails it is given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox(socketserver.ThreadingTCPServer):
    """A small SMTP server that keeps what it is given, but for commands with `refusals`."""

    allow_reuse_address = True
    daemon_threads = True

    @property
    def url(self) -> str:
        """What `mail_url` is set to for mails to come here."""
        return f"smtp+plain://127.0.0.1:{self.server_address[1]}"

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refusals: dict[bytes, str] = {}  # {b"RCPT": "550 nobody of that name"}
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word in self.server.refusals:
                self._say(self.server.refusals[word])
                continue
            if word == b"DATA":
                self._say("354 go on")
                self._keep()
            elif word == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 fine")

    def _keep(self) -> None:
        """Take the mail once its end was seen: a sender that was killed may have sent a part."""
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line:
            self.server.mails.append(b"".join(lines))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A mailbox that takes mails while the block runs."""
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
