"""What stands around the JSON of the API's answers: where, how long, of which kind."""

from __future__ import annotations

import pytest

from runtime.web.api.shapes import answer
from tests.support.sites import Site

LIST = "/api/v1/desk/request"


def test_a_created_record_is_found_where_the_answer_says(site: Site) -> None:
    program = site.program("cleo")
    answer = program.call("POST", LIST, {"values": {"subject": "Broken lamp"}})

    found = program.call("GET", answer.headers["Location"])

    assert answer.headers["Content-Type"] == "application/json"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Location"] == f"{LIST}/{answer.get_json()['id']}"
    assert found.get_json()["values"]["subject"] == "Broken lamp"


def test_asking_for_the_head_gives_the_length_alone(site: Site) -> None:
    program = site.program("cleo")
    created = program.call("POST", LIST, {"values": {"subject": "Broken lamp"}})
    address = created.headers["Location"]

    whole, head = program.call("GET", address), program.call("HEAD", address)

    assert head.data == b""
    assert dict(head.headers)["Content-Length"] == str(len(whole.data))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_header_of_two_lines_is_never_sent() -> None:
    with pytest.raises(ValueError, match="one line"):
        answer({}, ETag="one\r\nSet-Cookie: two")
