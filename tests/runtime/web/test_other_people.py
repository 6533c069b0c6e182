"""Another person's record, task, case or file by its id, through every route that takes one.

The routes are read from the application: a new one is walked without being named here, and one
whose address asks for something unknown to this test fails it.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from runtime.web.routes import route_lines
from tests.support.sites import BASE, Site, address, spelled_out, variables

THINGS = ("record", "task", "instance", "file")
SECRET = "Swordfish"  # noqa: S105 - a word to look for in answers
REFUSED = {400, 403, 404, 422}


@pytest.fixture
def addresses(site: Site) -> dict[str, str]:
    """What each variable of a route stands for: everything of the record of somebody else."""
    made = site.program("hanna").call(
        "POST", "/api/v1/desk/request", {"values": {"subject": SECRET}}
    )
    record = made.get_json()["id"]
    instance, task = _handling_of(site, record)
    return {
        "record": record,
        "task": task,
        "instance": instance,
        "file": _file_of(site, "hanna"),
        "app": "desk",
        "form": "request",
        "flow": "handling",
        "field": "subject",
    }


def test_what_belongs_to_somebody_else_looks_as_if_it_did_not_exist(
    site: Site, addresses: dict[str, str]
) -> None:
    missing = {**addresses, **dict.fromkeys(THINGS, "0190d3c2-7b5a-7cc2-9a51-0a5a4f9c1e99")}
    walked = [
        (method, rule)
        for line in route_lines(site.app)
        if any(name in THINGS for name in variables(line.rule))
        for rule in spelled_out(line.rule)
        for method in line.methods
    ]

    answers = {
        f"{method} {rule}": [
            _seen(_call(site, method, address(rule, where))) for where in (addresses, missing)
        ]
        for method, rule in walked
    }

    assert len(answers) > 10
    assert {key: seen for key, seen in answers.items() if seen[0] != seen[1]} == {}
    assert {key: seen for key, seen in answers.items() if seen[0][0] not in REFUSED} == {}
    assert SECRET not in str(answers)


def _handling_of(site: Site, record: str) -> tuple[str, str]:
    """The case the record's flow has opened, and its task."""

    def read(unit: Any) -> tuple[str, str]:
        (case,) = unit.instances.of_record(site.world.app, "request", record)
        (task,) = unit.instances.tasks_on(site.world.app, "request", record)
        return case.id, task.id

    found: tuple[str, str] = site.runtime.store.run(read)
    return found


def _file_of(site: Site, person: str) -> str:
    program = site.program(person)
    stored = program.client.post(
        "/api/v1/desk/-/files/request/papers",
        data={"file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "paper.pdf")},
        headers={"Authorization": f"Bearer {program.token}"},
        content_type="multipart/form-data",
    )
    return str(stored.get_json()["id"])


def _call(site: Site, method: str, where: str) -> TestResponse:
    """As a guest who may use the app, by the way the route is meant to be used."""
    if where.startswith("/api/"):
        body = None if method in ("GET", "DELETE") else {"outcome": "done", "values": {}}
        return site.program("gus").call(method, where, body)
    browser = site.browser("gus")
    headers = {"Origin": BASE, "Accept": "text/html"}
    if method == "GET":
        return browser.client.get(where, headers=headers, follow_redirects=True)
    return browser.client.open(where, method=method, data={"_csrf": browser.csrf}, headers=headers)


def _seen(answer: TestResponse) -> tuple[int, str]:
    """What a visitor is told, without what differs with every request."""
    text = answer.get_data(as_text=True)
    for changing in (r"[0-9a-f]{8}-[0-9a-f-]{27}", r'nonce="[^"]*"', r"\btoken-\d+"):
        text = re.sub(changing, "", text)
    return answer.status_code, text
