"""The API does to tasks and cases what the commands do, and refuses in the one shape."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from runtime.adapters.clock import SettableClock
from tests.runtime.people.conftest import MORNING, OFFICE
from tests.support.sites import Program, Site, a_site
from tests.support.stores import opened_store

BASE = "/api/v1/office/-"
SIGNED = OFFICE.replace(
    "ok: {to: agree}", "ok: {to: agree, signature: required, attachment: required}"
)


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store("memory", request, tmp_path, clock=clock) as store:
        found = a_site(store, clock, tmp_path, text=SIGNED, app="office")
        found.person("ana", "clerk")
        found.person("ben", "clerk")
        found.person("lea", "legal")
        found.person("boss", "boss")
        yield found


def started(program: Program) -> str:
    """The instance of a new request."""
    made = program.call("POST", "/api/v1/office/request", {"values": {"subject": "Chairs"}})
    order = {"flow": "handling", "record": made.get_json()["id"]}
    answer = program.call("POST", f"{BASE}/flows", order)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["instance"])


def tasks(program: Program, which: str = "mine") -> list[dict[str, Any]]:
    return list(program.call("GET", f"{BASE}/tasks?which={which}").get_json()["tasks"])


def test_flow_is_started_its_task_transferred_and_taken_back(site: Site) -> None:
    ana, ben = site.program("ana"), site.program("ben")
    started(ana)
    task = tasks(ana)[0]["id"]

    moved = ana.call("POST", f"{BASE}/tasks/{task}/transfer", {"to": "ben", "comment": "please"})
    done = ben.call("POST", f"{BASE}/tasks/{task}/complete", {"outcome": "done"})
    back = ben.call("POST", f"{BASE}/tasks/{task}/take-back", {})

    assert [one.status_code for one in (moved, done, back)] == [204, 204, 204]
    assert [one["node"] for one in tasks(ben)] == ["draft"]


def test_operator_steers_a_case(site: Site) -> None:
    instance, boss = started(site.program("ana")), site.program("boss")

    held = boss.call("POST", f"{BASE}/flows/{instance}/suspend", {"reason": "audit"})
    on = boss.call("POST", f"{BASE}/flows/{instance}/resume", {"reason": "done"})
    jump = {"node": "draft", "to": "last", "reason": "known"}
    moved = boss.call("POST", f"{BASE}/flows/{instance}/jump", jump)

    assert [one.status_code for one in (held, on, moved)] == [200, 200, 200]
    assert [one["node"] for one in tasks(site.program("ben"), "pool")] == ["last"]


def test_substitute_is_named_and_sees_the_task(site: Site) -> None:
    ana, ben = site.program("ana"), site.program("ben")
    started(ana)
    period = {
        "substitute": "ben",
        "from": "2026-03-02T08:00:00+01:00",
        "until": "2026-03-09T08:00:00Z",
    }

    made = ana.call("POST", f"{BASE}/people/ana/substitutes", period)
    seen = tasks(ben)
    ended = ana.call("DELETE", f"{BASE}/substitutes/{made.get_json()['proxy']}")

    assert [one["node"] for one in seen] == ["draft"]
    assert (ended.status_code, tasks(ben)) == (204, [])


def test_a_case_says_where_it_is_which_way_it_came_and_why(site: Site) -> None:
    site.person("quin", "quality")
    ana = site.program("ana")
    instance = started(ana)
    ana.call("POST", f"{BASE}/tasks/{tasks(ana)[0]['id']}/complete", {"outcome": "done"})

    case = ana.call("GET", f"{BASE}/flows/{instance}").get_json()
    record = f"/api/v1/office/request/{case['record']}"
    listed = ana.call("GET", f"{record}/flows").get_json()["flows"]
    history = ana.call("GET", f"{record}/history").get_json()["history"]

    assert (case["status"], case["stands"]) == ("running", ["board"])
    assert {one["node"]: one["state"] for one in case["steps"] if one["times"]} == {
        "draft": "been",
        "board": "here",
    }
    assert "finished a task: Done" in [one["what"] for one in case["history"]]
    assert any(one["why"] for one in case["history"])
    assert [(one["id"], one["status"]) for one in listed] == [(instance, "running")]
    assert ("created this", "Ana") in [(one["what"], one["who"]) for one in history]


def test_a_case_on_a_record_one_may_not_read_does_not_exist(site: Site) -> None:
    instance = started(site.program("ana"))
    site.person("gus", "guest")

    answer = site.program("gus").call("GET", f"{BASE}/flows/{instance}")

    assert answer.status_code == 404


def test_signature_and_attachment_are_asked_for_and_kept(site: Site) -> None:
    instance, ben = started(site.program("ana")), site.program("ben")
    jump = {"node": "draft", "to": "last", "reason": "known"}
    site.program("boss").call("POST", f"{BASE}/flows/{instance}/jump", jump)
    task = tasks(ben, "pool")[0]["id"]

    bare = ben.call("POST", f"{BASE}/tasks/{task}/complete", {"outcome": "ok"})
    files = [upload(ben, name) for name in ("name.txt", "bill.txt")]
    foreign = upload(site.program("boss"), "other.txt")
    wrong = {"outcome": "ok", "signature": foreign, "attachments": [files[1]]}
    refused = ben.call("POST", f"{BASE}/tasks/{task}/complete", wrong)
    right = {"outcome": "ok", "signature": files[0], "attachments": [files[1]]}
    done = ben.call("POST", f"{BASE}/tasks/{task}/complete", right)

    paths = [one["path"] for one in bare.get_json()["error"]["problems"]]
    assert (bare.status_code, paths) == (422, ["signature", "attachments"])
    assert refused.status_code == 422
    assert done.status_code == 204
    opened = ben.call("GET", f"/api/v1/-/files/{files[1]}")
    assert opened.get_data() == b"drawn"  # read to the end, which closes the file
    assert site.program("lea").call("GET", f"/api/v1/-/files/{files[1]}").status_code == 404


def test_what_came_with_a_task_stands_on_the_page_of_its_flow(site: Site) -> None:
    instance, ben = started(site.program("ana")), site.program("ben")
    jump = {"node": "draft", "to": "last", "reason": "known"}
    site.program("boss").call("POST", f"{BASE}/flows/{instance}/jump", jump)
    task = tasks(ben, "pool")[0]["id"]
    files = [upload(ben, name) for name in ("name.txt", "bill.txt")]
    done = {"outcome": "ok", "signature": files[0], "attachments": files[1:], "comment": "Paid"}
    ben.call("POST", f"{BASE}/tasks/{task}/complete", done)

    seen = site.browser("ben").get(f"/a/office/flows/{instance}").text
    from_outside = site.browser("lea").get(f"/a/office/flows/{instance}").text

    assert [f"/files/{one}" in seen for one in files] == [True, True]
    assert "bill.txt" in seen
    assert [f"/files/{one}" in from_outside for one in files] == [False, False]
    assert "Paid" in seen


def upload(program: Program, name: str) -> str:
    """The id of a file that was uploaded to come along with a task."""
    answer = program.client.post(
        f"{BASE}/enclosures",
        data={"file": (BytesIO(b"drawn"), name)},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("tasks/x/transfer", {"to": "ben"}, 404, id="unknown task"),
        pytest.param("tasks/x/transfer", {}, 422, id="nobody named"),
        pytest.param("tasks/x/transfer", {"to": 5}, 400, id="no text"),
        pytest.param("tasks/x/sell", {}, 404, id="unknown act"),
        pytest.param("flows/x/urge", {}, 404, id="unknown case"),
        pytest.param("flows/x/suspend", {"reason": "x"}, 403, id="no operator"),
        pytest.param("flows/x/copies", {"users": "ben"}, 400, id="no list"),
        pytest.param("flows", {"flow": "handling", "record": "x"}, 404, id="unknown record"),
        pytest.param(
            "people/ana/substitutes",
            {"substitute": "ben", "from": "today", "until": "later"},
            400,
            id="no moments",
        ),
        pytest.param("people/lea/hand-over", {"to": "ana"}, 403, id="of somebody else"),
    ],
)
def test_refusals_have_the_one_shape(site: Site, path: str, body: Any, status: int) -> None:
    answer = site.program("ana").call("POST", f"{BASE}/{path}", body)

    assert answer.status_code == status, answer.get_json()
    assert answer.get_json()["error"].keys() >= {"code", "message", "problems"}


def test_every_act_stands_in_the_description(site: Site) -> None:
    document = site.program("ana").call("GET", "/api/v1/openapi.json").get_json()

    paths = document["paths"]
    assert paths["/office/-/flows/{instance}/jump"]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]["required"] == ["node", "to", "reason"]
    assert {"/office/-/flows", "/office/-/tasks/{task}/return"} <= set(paths)
    assert len({one["operationId"] for each in paths.values() for one in methods(each)}) == sum(
        len(methods(each)) for each in paths.values()
    )


def methods(path: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for name, one in path.items() if name != "parameters"]
