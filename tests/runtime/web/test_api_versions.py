"""A program publishes versions of an app, lists them and goes back, as far as it may."""

from __future__ import annotations

import pytest

from tests.support.sites import DESK, Site

VERSIONS = "/api/v1/desk/-/versions"
SECOND = DESK.replace("title: Secrets", "title: Kept secrets")


def test_version_is_published_listed_and_rolled_back(site: Site) -> None:
    program = site.program("hanna")

    made = program.call("POST", VERSIONS, {"text": SECOND, "note": "words", "expected_live": 1})
    back = program.call("POST", f"{VERSIONS}/1/roll-back", {})
    listed = program.call("GET", VERSIONS).get_json()["versions"]

    assert (made.status_code, made.get_json()["version"]) == (201, 2)
    assert (back.status_code, back.get_json()) == (200, {"version": 1})
    told = [(one["version"], one["is_live"], one["note"]) for one in listed]
    assert told == [(2, False, "words"), (1, True, "")]


def test_repeated_publish_with_the_same_key_makes_one_version(site: Site) -> None:
    program, once = site.program("hanna"), {"Idempotency-Key": "build-7"}

    answers = [program.call("POST", VERSIONS, {"text": SECOND}, **once) for _ in range(2)]
    other = program.call("POST", VERSIONS, {"text": DESK}, **once)

    assert [one.get_json()["version"] for one in answers] == [2, 2]
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("text", "person", "status"),
    [
        pytest.param(SECOND.replace("type: text", "type: txt", 1), "hanna", 422, id="broken"),
        pytest.param(SECOND.replace("app: desk", "app: other"), "hanna", 409, id="another app"),
        pytest.param(SECOND, "cleo", 403, id="no right"),
        pytest.param("", "hanna", 422, id="empty"),
    ],
)
def test_what_may_not_go_live_is_refused(site: Site, text: str, person: str, status: int) -> None:
    answer = site.program(person).call("POST", VERSIONS, {"text": text})

    assert answer.status_code == status, answer.get_json()
    assert site.program("hanna").call("GET", VERSIONS).get_json()["versions"][0]["version"] == 1


def test_stale_publish_is_a_conflict(site: Site) -> None:
    program = site.program("hanna")
    program.call("POST", VERSIONS, {"text": SECOND})

    answer = program.call("POST", VERSIONS, {"text": DESK, "expected_live": 1})

    assert answer.status_code == 409
