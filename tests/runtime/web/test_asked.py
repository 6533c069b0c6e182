"""A request's body is the same whether it is in hand or still has to be read."""

from __future__ import annotations

from io import BytesIO, RawIOBase
from typing import Any

import pytest
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from runtime.web.asked import Request

BODY = b'{"values": {}}'


class Sent(RawIOBase):
    """A stream that can be read once, as a server gives it."""

    def __init__(self, data: bytes) -> None:
        self._data = BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, place: Any) -> int:
        return self._data.readinto(place)


def asked(stream: Any, length: int = len(BODY), **more: str) -> Request:
    environ = EnvironBuilder(method="POST").get_environ()
    return Request({**environ, "wsgi.input": stream, "CONTENT_LENGTH": str(length), **more})


@pytest.mark.parametrize("stream", [BytesIO, Sent], ids=["in hand", "still to be read"])
def test_a_body_is_read_as_often_as_one_likes(stream: type[Any]) -> None:
    request = asked(stream(BODY))

    bodies = [request.whole_body(), request.whole_body(), request.get_data()]

    assert bodies == [BODY] * 3


@pytest.mark.parametrize("stream", [BytesIO, Sent], ids=["in hand", "still to be read"])
def test_a_body_over_the_limit_is_refused(stream: type[Any]) -> None:
    request = asked(stream(BODY))
    request.max_content_length = len(BODY) - 1

    with pytest.raises(RequestEntityTooLarge):
        request.whole_body()


@pytest.mark.parametrize("stream", [BytesIO, Sent], ids=["in hand", "still to be read"])
def test_a_body_that_broke_off_is_none(stream: type[Any]) -> None:
    request = asked(stream(BODY), len(BODY) + 1)

    with pytest.raises(ClientDisconnected):
        request.whole_body()


def test_a_body_without_a_length_of_its_own_is_not_believed() -> None:
    request = asked(BytesIO(BODY), HTTP_TRANSFER_ENCODING="chunked")

    assert request.whole_body() == b""


def test_a_form_is_read_after_its_body_was() -> None:
    environ = EnvironBuilder(method="POST", data={"subject": "Lamp"}).get_environ()
    request = Request({**environ, "wsgi.input": BytesIO(environ["wsgi.input"].read())})

    body = request.whole_body()

    assert (body, request.form["subject"]) == (b"subject=Lamp", "Lamp")
