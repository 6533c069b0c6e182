"""A client that keeps connections busy: `python -m bench.load JSON`, its findings as JSON.

In a process of its own, so that its CPU is not the server's. Each connection is kept alive and
sends its next request when it has the answer to the one before.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

BROKEN = "broken"
PATIENCE_S = 30.0


@dataclass(slots=True)
class Findings:
    """What all connections saw."""

    until_s: float
    statuses: Counter[str] = field(default_factory=Counter)
    spent_s: list[float] = field(default_factory=list)


class Sender(asyncio.Protocol):
    """One connection: sends, reads the whole answer, sends again until the time is up."""

    def __init__(self, request: bytes, findings: Findings) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._findings = findings
        self._read = b""
        self._sent_s = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, blank, body = self._read.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return
        self._read = b""
        self._findings.spent_s.append(time.perf_counter() - self._sent_s)
        self._findings.statuses[head[9:12].decode()] += 1
        self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self._findings.statuses[BROKEN] += 1
            self.done.set_result(None)

    def _send(self) -> None:
        self._sent_s = time.perf_counter()
        if self._sent_s < self._findings.until_s:
            self._transport.write(self._request)
            return
        self.done.set_result(None)
        self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def request_of(given: dict[str, Any]) -> bytes:
    """The bytes of the request that is sent again and again."""
    body = given["body"].encode()
    lines = [
        f"POST {given['path']} HTTP/1.1",
        f"Host: 127.0.0.1:{given['port']}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: Bearer {given['token']}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run(given: dict[str, Any]) -> dict[str, Any]:
    """Send for `seconds` over `connections`."""
    began_s = time.perf_counter()
    findings = Findings(began_s + given["seconds"])
    request, loop = request_of(given), asyncio.get_running_loop()
    senders: list[Sender] = []
    for _ in range(given["connections"]):
        _, sender = await loop.create_connection(
            lambda: Sender(request, findings), "127.0.0.1", given["port"]
        )
        senders.append(sender)
    waiting = [sender.done for sender in senders]
    _, unanswered = await asyncio.wait(waiting, timeout=given["seconds"] + PATIENCE_S)
    spent = sorted(findings.spent_s)
    return {
        "answers": len(spent),
        "seconds": time.perf_counter() - began_s,
        "p50_ms": spent[len(spent) // 2] * 1000 if spent else 0.0,
        "p99_ms": spent[len(spent) * 99 // 100] * 1000 if spent else 0.0,
        "statuses": dict(findings.statuses),
        "unanswered": len(unanswered),
    }


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(asyncio.run(run(orjson.loads(sys.argv[1])))).decode())
