"""What the log says: one JSON line a request and a record, whatever was sent."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import pytest

from runtime.adapters.clock import SettableClock
from runtime.web.logs import REQUESTS, ROUTE, USER, JsonLines, Noted, RequestLines, log_to
from tests.support.ids import CountingIds
from tests.support.stores import START
from tests.support.waiting import wait_until


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where all logs of this process go meanwhile."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    found = io.StringIO()
    log_to(found)
    yield found
    REQUESTS.write_to(None)
    root.handlers[:] = handlers
    root.setLevel(level)


def answered(**environ: Any) -> list[tuple[str, str]]:
    """The headers of a request that was answered with 201."""
    seen: list[tuple[str, str]] = []

    def start(*_: Any) -> Any:
        return None

    def app(environ: Any, start: Any) -> list[bytes]:
        environ[ROUTE], environ[USER] = "/api/<app>", "ana"
        start("201 Created", seen)
        return [b"done"]

    noted = Noted(app, SettableClock(START), CountingIds())
    assert list(noted({"REQUEST_METHOD": "POST", **environ}, start)) == [b"done"]
    return seen


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    REQUESTS.write_out()
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_the_id_that_its_answer_carries(
    stream: io.StringIO,
) -> None:
    headers = answered()

    (line,) = lines(stream)
    assert headers == [("X-Request-Id", line["request"])]
    assert {name: line[name] for name in ("level", "log", "message")} == {
        "level": "info",
        "log": "dougong.request",
        "message": "answered",
    }
    assert (line["method"], line["route"], line["status"], line["user"]) == (
        "POST", "/api/<app>", 201, "ana",
    )  # fmt: skip
    assert datetime.fromisoformat(line["at"]) == START


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("abcdefgh-1", True), ("short", False), ("a line\nforged", False), ("x" * 65, False)],
)
def test_an_id_that_came_with_the_request_is_kept_where_it_can_do_no_harm(
    stream: io.StringIO, given: str, *, is_kept: bool
) -> None:
    answered(HTTP_X_REQUEST_ID=given)

    (line,) = lines(stream)
    assert (line["request"] == given) is is_kept


def test_lines_of_requests_are_written_by_themselves_in_their_order(stream: io.StringIO) -> None:
    ids = [dict(answered(HTTP_X_REQUEST_ID=f"request-{n}"))["X-Request-Id"] for n in range(50)]

    wait_until(lambda: stream.getvalue().count("\n") == len(ids))

    assert [orjson.loads(line)["request"] for line in stream.getvalue().splitlines()] == ids


def test_what_waits_goes_where_it_was_to_go_when_the_stream_changes() -> None:
    first, second, requests = io.StringIO(), io.StringIO(), RequestLines()

    requests.write_to(first)
    requests.add(START, {"request": "one"})
    requests.write_to(second)
    requests.add(START, {"request": "two"})
    requests.write_to(None)
    requests.add(START, {"request": "three"})

    assert [orjson.loads(one.getvalue())["request"] for one in (first, second)] == ["one", "two"]


def test_a_stream_that_is_gone_stops_neither_requests_nor_later_lines() -> None:
    gone, later, requests = io.StringIO(), io.StringIO(), RequestLines()
    gone.close()

    requests.write_to(gone)
    requests.add(START, {"request": "one"})
    wait_until(lambda: not requests._waiting)
    requests.write_to(later)
    requests.add(START, {"request": "two"})
    wait_until(lambda: later.getvalue() != "")

    assert orjson.loads(later.getvalue())["request"] == "two"
    requests.write_to(None)


def test_a_record_is_written_at_once_and_its_line_breaks_forge_no_line(
    stream: io.StringIO,
) -> None:
    logging.getLogger("dougong.test").warning("one\ntwo %s", "three")

    (line,) = (orjson.loads(one) for one in stream.getvalue().splitlines())
    assert (line["level"], line["message"]) == ("warning", "one\ntwo three")


def test_an_error_is_logged_with_where_it_came_from() -> None:
    record = logging.LogRecord("dougong", logging.ERROR, "", 0, "no", None, None)
    error = ValueError("cause")
    record.exc_info = (ValueError, error, None)

    assert "ValueError: cause" in orjson.loads(JsonLines().format(record))["error"]
