"""The REST API: the same records, tasks and refusals as the pages, in one shape."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.sites import Program, Site

LIST = "/api/v1/desk/request"


def created(program: Program, **values: Any) -> str:
    """The id of a new request."""
    answer = program.call("POST", LIST, {"values": {"subject": "Broken lamp", **values}})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def test_a_record_is_created_read_changed_and_deleted(site: Site) -> None:
    program = site.program("hanna")

    one = created(program, urgency="high", amount={"amount": "9.90", "currency": "CNY"})
    read = program.call("GET", f"{LIST}/{one}")
    changed = program.call("PATCH", f"{LIST}/{one}", {"values": {"urgency": "low"}, "revision": 1})
    deleted = program.call("DELETE", f"{LIST}/{one}")

    assert read.get_json()["values"]["amount"] == {"amount": "9.90", "currency": "CNY"}
    assert read.headers["ETag"] == '"1"'
    assert changed.get_json()["revision"] == 2
    assert deleted.status_code == 204
    assert program.call("GET", f"{LIST}/{one}").status_code == 404


def test_refused_answers_name_every_path(site: Site) -> None:
    answer = site.program("cleo").call(
        "POST", LIST, {"values": {"due": "soon", "nonsense": 1, "mood": "9"}}
    )

    error = answer.get_json()["error"]
    assert answer.status_code == 422
    assert error["code"] == "refused_answers"
    assert {one["path"] for one in error["problems"]} == {"subject", "due", "nonsense", "mood"}
    assert all(one["message"].endswith(".") for one in error["problems"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("GET", "/api/v1/desk/nothing", None, 404, id="unknown form"),
        pytest.param("GET", "/api/v1/nothing/request", None, 404, id="unknown app"),
        pytest.param("GET", f"{LIST}/nothing", None, 404, id="unknown record"),
        pytest.param("PUT", LIST, {}, 405, id="wrong method"),
        pytest.param("POST", LIST, [], 400, id="no object"),
        pytest.param("POST", LIST, {"values": {"subject": "x"}, "more": 1}, 422, id="other key"),
        pytest.param("POST", LIST, {"values": []}, 400, id="values no object"),
        pytest.param("GET", f"{LIST}?where=secret~is~x", None, 403, id="hidden filter"),
        pytest.param("GET", f"{LIST}?sort=secret", None, 403, id="hidden sort"),
        pytest.param("GET", f"{LIST}?after=nonsense", None, 404, id="wrong cursor"),
        pytest.param("GET", "/api/v1/desk/-/tasks?which=all", None, 400, id="wrong list"),
        pytest.param("POST", "/api/v1/desk/-/tasks/x/claim", {}, 404, id="unknown task"),
        pytest.param("GET", "/api/v1/-/files/nothing", None, 404, id="unknown file"),
    ],
)
def test_every_refusal_has_the_one_shape(
    site: Site, method: str, path: str, body: Any, status: int
) -> None:
    answer = site.program("cleo").call(method, path, body)

    assert answer.status_code == status
    error = answer.get_json()["error"]
    assert error.keys() >= {"code", "message", "problems"}
    assert all(one.keys() >= {"path", "message", "hint"} for one in error["problems"])


def test_a_body_that_is_no_json_is_a_bad_request(site: Site) -> None:
    program = site.program("cleo")

    answer = program.client.post(
        LIST,
        data=b'{"values": ',
        headers={"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b'{"values": {"subject": "One", "subject": "Two"}}', 400, id="doubled"),
        pytest.param(b'{"values": {"subject": "One"}, "values" : {}}', 400, id="doubled outside"),
        pytest.param(rb'{"values": {"subject": "\"a\": 1"}}', 201, id="text like a key"),
        pytest.param(b'{"values": {"x": ' + b"[" * 1000 + b"]" * 1000 + b"}}", 422, id="deep"),
    ],
)
def test_a_key_given_twice_is_a_bad_request(site: Site, raw: bytes, status: int) -> None:
    program = site.program("cleo")

    answer = program.client.post(
        LIST,
        data=raw,
        headers={"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"},
    )

    assert answer.status_code == status


def test_without_a_token_nothing_is_open(site: Site) -> None:
    client = site.app.test_client()

    answer = client.get(LIST)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["error"]["code"] == "not_signed_in"


def test_a_token_to_read_cannot_write(site: Site) -> None:
    program = site.program("cleo", "read")

    assert program.call("GET", LIST).status_code == 200
    assert program.call("POST", LIST, {"values": {"subject": "x"}}).status_code == 403


def test_a_token_opens_no_pages(site: Site) -> None:
    answer = site.program("cleo").call("GET", "/a/desk/f/request/")

    assert answer.status_code == 303


def test_a_repeated_key_gets_the_first_answer(site: Site) -> None:
    program = site.program("cleo")
    body = {"values": {"subject": "Once"}}

    first = program.call("POST", LIST, body, **{"Idempotency-Key": "k1"})
    second = program.call("POST", LIST, body, **{"Idempotency-Key": "k1"})
    other = program.call(
        "POST", LIST, {"values": {"subject": "Twice"}}, **{"Idempotency-Key": "k1"}
    )

    assert first.get_json() == second.get_json()
    assert other.status_code == 409


def test_a_stale_revision_is_a_conflict(site: Site) -> None:
    program = site.program("cleo")
    one = created(program)
    program.call("PATCH", f"{LIST}/{one}", {"values": {"urgency": "high"}})

    by_body = program.call("PATCH", f"{LIST}/{one}", {"values": {"mood": "1"}, "revision": 1})
    by_tag = program.call(
        "PATCH", f"{LIST}/{one}", {"values": {"mood": "1"}}, **{"If-Match": '"1"'}
    )

    assert (by_body.status_code, by_tag.status_code) == (409, 409)


def test_pages_of_a_list_follow_their_cursor(site: Site) -> None:
    program = site.program("cleo")
    made = [created(program, subject=f"Number {number}") for number in range(5)]

    first = program.call("GET", f"{LIST}?limit=3&sort=subject").get_json()
    rest = program.call("GET", f"{LIST}?limit=3&sort=subject&after={first['next']}").get_json()

    assert [one["id"] for one in first["records"] + rest["records"]] == made
    assert rest["next"] is None
    assert first["total"] == 5


def test_hidden_fields_are_not_named_and_masked_ones_are_masked(site: Site) -> None:
    request = created(site.program("hanna"), secret="swordfish")  # noqa: S106
    made = site.program("cleo").call(
        "POST", "/api/v1/desk/buyer", {"values": {"name": "Lin", "phone": "+8613800138000"}}
    )

    seen = site.program("cleo").call("GET", f"{LIST}/{request}").get_json()
    buyer = site.program("cleo").call("GET", f"/api/v1/desk/buyer/{made.get_json()['id']}")

    assert "secret" not in seen["values"]
    assert "****" in buyer.get_json()["values"]["phone"]


def test_a_task_goes_its_whole_way(site: Site) -> None:
    program = site.program("cleo")
    created(program)
    task = program.call("GET", "/api/v1/desk/-/tasks?which=pool").get_json()["tasks"][0]["id"]
    base = f"/api/v1/desk/-/tasks/{task}"

    claimed = program.call("POST", f"{base}/claim", {})
    again = site.program("hanna").call("POST", f"{base}/claim", {})
    read = program.call("GET", base).get_json()
    done = program.call(
        "POST",
        f"{base}/complete",
        {"outcome": "done", "values": {"status": "solved", "reason": "bulb"}},
    )

    assert claimed.status_code == 204
    assert again.status_code == 409
    assert read["outcomes"] == {"done": "Done", "nothing": "Nothing to do"}
    assert read["editable"] == ["reason", "status"]
    assert done.status_code == 204


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(program: Program, name: str, content: bytes) -> Any:
    # In memory: the test client would leave a large body of its own open in a temporary file.
    boundary, data = encode_multipart({"file": FileStorage(BytesIO(content), name)})
    return program.client.post(
        "/api/v1/desk/-/files/request/papers",
        data=data,
        headers={"Authorization": f"Bearer {program.token}"},
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def test_a_file_is_uploaded_held_and_downloaded_as_an_attachment(site: Site) -> None:
    program = site.program("cleo")
    stored = upload(program, "../../paper.pdf", PDF).get_json()
    created(program, papers=[stored["id"]])

    answer = program.call("GET", f"/api/v1/-/files/{stored['id']}")

    assert stored["name"] == "paper.pdf"
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("photo.png", b"<html><script>alert(1)</script></html>", id="page as picture"),
        pytest.param("paper.pdf", b"MZ\x90\x00" + b"\0" * 100, id="program as paper"),
        pytest.param("paper.pdf", b"", id="empty"),
    ],
)
def test_what_a_file_is_is_judged_by_its_content(site: Site, name: str, content: bytes) -> None:
    answer = upload(site.program("cleo"), name, content)

    assert answer.status_code == 422


def test_a_file_over_the_fields_limit_is_refused(site: Site) -> None:
    answer = upload(site.program("cleo"), "paper.pdf", PDF + b" " * (1024 * 1024))

    assert answer.status_code == 422
    assert "1 MB" in answer.get_json()["error"]["problems"][0]["message"]


def test_another_persons_file_is_not_found(site: Site) -> None:
    mine = upload(site.program("hanna"), "paper.pdf", PDF).get_json()["id"]

    assert site.program("cleo").call("GET", f"/api/v1/-/files/{mine}").status_code == 404
    taken = site.program("cleo").call("POST", LIST, {"values": {"subject": "x", "papers": [mine]}})
    assert taken.status_code == 422


def test_the_description_names_what_the_caller_may_do(site: Site) -> None:
    document = site.program("gus").call("GET", "/api/v1/openapi.json").get_json()

    paths = document["paths"]
    fields = document["components"]["schemas"]["desk.request"]["properties"]
    assert document["openapi"] == "3.1.0"
    assert paths["/desk/request"].keys() == {"get", "post"}
    assert "delete" not in paths["/desk/request/{record}"]
    assert "/desk/buyer" not in paths
    assert "secret" not in fields
    assert fields["status"]["readOnly"] is True
    assert fields["kind"]["anyOf"][0]["enum"] == ["billing", "refund", "other"]


def test_every_reference_of_the_description_leads_somewhere(site: Site) -> None:
    document = site.program("hanna").call("GET", "/api/v1/openapi.json").get_json()

    references = set(_references(document))

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references
    assert references <= known


def _references(data: Any) -> list[str]:
    if isinstance(data, dict):
        own = [data["$ref"]] if "$ref" in data else []
        return own + [one for value in data.values() for one in _references(value)]
    if isinstance(data, list):
        return [one for value in data for one in _references(value)]
    return []
