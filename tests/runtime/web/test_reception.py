from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from runtime.web.reception import HELD_BYTES, Reception

PATIENCE_S = 60


@Request.application
def echo(request: Request) -> Response:
    return Response(request.get_data())


class SlowInput:
    """A body that ends only when it is let go."""

    def __init__(self) -> None:
        self.is_read = threading.Event()
        self.may_end = threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.is_read.set()
        assert self.may_end.wait(PATIENCE_S)
        return b"late"


def sent_slowly(reception: Reception, slow: SlowInput, length: int = 4) -> threading.Thread:
    environ: dict[str, Any] = EnvironBuilder(method="POST").get_environ()
    environ.update({"wsgi.input": slow, "CONTENT_LENGTH": str(length)})

    def answer(*_: Any) -> Any:
        return None

    def send() -> Iterable[bytes]:
        return reception(environ, answer)

    thread = threading.Thread(target=send)
    thread.start()
    assert slow.is_read.wait(PATIENCE_S)
    return thread


def test_a_body_arrives_as_it_was_sent() -> None:
    answered = Client(Reception(echo, places=1)).post("/", data=b"all of it")

    assert answered.data == b"all of it"


def test_somebody_who_sends_slowly_takes_no_place() -> None:
    reception, slow = Reception(echo, places=1), SlowInput()
    sending = sent_slowly(reception, slow)

    answered = Client(reception).get("/")

    slow.may_end.set()
    sending.join()
    assert answered.status_code == 200


def test_more_slow_senders_than_can_be_received_are_sent_away() -> None:
    reception, slow = Reception(echo, places=1, receiving=1), SlowInput()
    sending = sent_slowly(reception, slow)

    answered = Client(reception).post("/", data=b"one more")

    slow.may_end.set()
    sending.join()
    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "5")


def test_large_bodies_leave_places_for_others() -> None:
    reception, slow = Reception(echo, places=2), SlowInput()
    sending = sent_slowly(reception, slow, HELD_BYTES + 1)

    large = Client(reception).post("/", data=b"x" * (HELD_BYTES + 1))
    page = Client(reception).get("/")

    slow.may_end.set()
    sending.join()
    assert (large.status_code, page.status_code) == (503, 200)
