"""A process killed around the call of another program: the receiver sees one effect a key."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engines.values import RoleId, UserId
from runtime.bootstrap import open_runtime
from runtime.commands import SYSTEM, PublishApp
from runtime.ports import UserRow
from tests.crash.calling import APP, ORDERS, text_for
from tests.crash.process import settings_from
from tests.crash.site import ROOT, Site, request, wait_until
from tests.support.programs import Asked, Program, a_program
from tests.support.server import environment, free_port

pytestmark = pytest.mark.slow

DONE_WITHIN_S = 180.0
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Books:
    """Books each order once for each key, whatever it is asked."""

    def __init__(self) -> None:
        self.calls: dict[str, list[str]] = defaultdict(list)  # keys by subject, call by call

    def __call__(self, asked: Asked) -> tuple[int, bytes]:
        subject, key = asked.json["subject"], asked.headers["idempotency-key"]
        self.calls[subject].append(key)
        return 201, json.dumps({"id": key}).encode()


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def receiver(books: Books) -> Iterator[Program]:
    with a_program() as program:
        program.reply = books
        yield program


@pytest.fixture(params=DATABASES)
def given(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    if request.param == "postgres":
        return {**settings_at(tmp_path), "database_url": request.getfixturevalue("postgres_url")}
    return settings_at(tmp_path)


def test_a_call_killed_before_any_statement_has_one_effect(
    given: dict[str, Any], receiver: Program, books: Books
) -> None:
    kills = [json.loads(line) for line in called_under_fire(given, receiver).splitlines()]

    assert len(kills) > 5
    assert {(one["state"], one["heard"], one["open_calls"], one["given_up"]) for one in kills} == {
        ("booked", 1, 0, 0)
    }
    assert [one["problems"] for one in kills if one["problems"]] == []
    keys = {subject: set(found) for subject, found in books.calls.items()}
    assert keys == {one["subject"]: {one["booked_as"]} for one in kills}
    assert {len(found) for found in books.calls.values()} == {1, 2}  # before the call, and after


def test_a_server_killed_while_it_is_answered_calls_again(
    tmp_path: Path, receiver: Program, books: Books
) -> None:
    given = {**settings_at(tmp_path), "port": free_port()}
    site = Site(given, ("serve",), prepared(given, receiver.url))
    asked, killed = threading.Event(), threading.Event()
    receiver.reply = partial(held, books, asked, killed)
    try:
        site.start("serve")
        site.wait_until_ready()
        ordered(site, "Tea")
        assert asked.wait(DONE_WITHIN_S)
        site.kill(site.kinds)
        killed.set()
        site.start("serve")
        site.wait_until_ready()
        wait_until(lambda: order_of(site)["state"] == "booked", DONE_WITHIN_S)
        order = order_of(site)
    finally:
        killed.set()
        site.stop(*site.running)

    assert set(books.calls["Tea"]) == {order["booked_as"]}
    assert len(books.calls["Tea"]) > 1
    assert order["heard"] == 1


def settings_at(place: Path) -> dict[str, Any]:
    return {"data_dir": str(place / "data"), "connector_hosts": ["127.0.0.1"]}


def held(
    books: Books, asked: threading.Event, killed: threading.Event, call: Asked
) -> tuple[int, bytes]:
    """Book the order, and answer only when whoever asked is no more."""
    answer = books(call)
    asked.set()
    killed.wait(DONE_WITHIN_S)
    return answer


def called_under_fire(given: dict[str, Any], receiver: Program) -> str:
    command = [sys.executable, "-m", "tests.crash.calling", json.dumps(given), receiver.url]
    done = subprocess.run(  # noqa: S603  our own program
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def prepared(given: dict[str, Any], receiver: str) -> str:
    """The app published, and the token of somebody who may order."""
    runtime = open_runtime(settings_from(given))
    try:
        runtime.bus.execute(PublishApp(text_for(receiver), ORDERS.name), SYSTEM)
        clerk = UserRow(UserId(""), "clerk@example.org", "Clerk", "", "en", "UTC", True, False)  # noqa: FBT003
        user = runtime.accounts.add_user(clerk)
        runtime.accounts.set_roles(APP, user.id, [RoleId("clerk")])
        return runtime.accounts.new_token(user.id, "crash", ["read", "write"])
    finally:
        runtime.close()


def ordered(site: Site, subject: str) -> None:
    body = json.dumps({"values": {"subject": subject}})
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {site.token}",
        "Idempotency-Key": subject,
    }
    status, answer = request(site.given["port"], "POST", "/api/v1/orders/order", body, headers)
    assert status == 201, answer


def order_of(site: Site) -> dict[str, Any]:
    """The values of the only order."""
    headers = {"Authorization": f"Bearer {site.token}"}
    status, answer = request(
        site.given["port"], "GET", "/api/v1/orders/order?limit=1", headers=headers
    )
    assert status == 200, answer
    (order,) = json.loads(answer)["records"]
    values: dict[str, Any] = order["values"]
    return values
