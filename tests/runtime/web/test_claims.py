"""A program's commands ask who it is together with what they write, and never for less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.values import RoleId, UserId
from runtime.adapters.clock import SettableClock
from runtime.commands import SYSTEM, PublishApp
from runtime.store.tables import TOKEN, USER
from tests.support.sites import DESK, MORNING, Program, Site, a_site
from tests.support.stores import APP, opened_store

LIST = "/api/v1/desk/request"
LAMP = {"values": {"subject": "Broken lamp"}}


@pytest.fixture(params=["postgres", "file"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    clock = SettableClock(MORNING)
    with opened_store(request.param, request, tmp_path, clock=clock) as store:
        served = a_site(store, clock, tmp_path)
        served.person("cleo", "clerk")
        served.person("hanna", "head")
        yield served


@pytest.fixture
def program(site: Site) -> Program:
    """One of Cleo's, which has just sent a request."""
    sent = site.program("cleo")
    assert sent.call("POST", LIST, LAMP).status_code == 201
    return sent


def subjects(site: Site) -> list[str]:
    """Of all requests, by number."""
    found = site.program("hanna").call("GET", f"{LIST}?limit=200&sort=number").get_json()
    return [one["values"]["subject"] for one in found["records"]]


def by_another_process(site: Site, statement: sa.Executable) -> None:
    """Past everything that this process could notice."""
    site.runtime.store.run(lambda unit: unit.session.core.execute(statement) and None)


def revoked(site: Site) -> None:
    by_another_process(site, sa.delete(TOKEN))


def turned_away(site: Site) -> None:
    by_another_process(site, sa.update(USER).values(is_active=False))


def read_only(site: Site) -> None:
    by_another_process(site, sa.update(TOKEN).values(scopes="read"))


def without_roles(site: Site) -> None:
    site.runtime.store.run(lambda unit: unit.directory.set_roles(APP, UserId("cleo"), ()))


CHANGES = pytest.mark.parametrize(
    ("change", "status"),
    [(revoked, 401), (turned_away, 401), (read_only, 403), (without_roles, 403)],
)


@CHANGES
def test_who_may_no_longer_is_refused_at_once_and_nothing_is_written(
    site: Site, program: Program, change: Callable[[Site], None], status: int
) -> None:
    change(site)

    refused = program.call("POST", LIST, {"values": {"subject": "Another"}})

    assert refused.status_code == status
    by_another_process(site, sa.update(USER).values(is_active=True))
    assert subjects(site) == ["Broken lamp"]


@CHANGES
def test_they_are_not_told_what_is_wrong_with_their_answers(
    site: Site, program: Program, change: Callable[[Site], None], status: int
) -> None:
    change(site)

    refused = program.call("POST", LIST, {"values": {"due": "soon"}})

    assert refused.status_code == status


def test_they_are_not_told_the_first_answer_to_a_repeat(site: Site, program: Program) -> None:
    first = program.call("POST", LIST, LAMP, **{"Idempotency-Key": "k"})
    repeat = program.call("POST", LIST, LAMP, **{"Idempotency-Key": "k"})
    revoked(site)

    refused = program.call("POST", LIST, LAMP, **{"Idempotency-Key": "k"})

    assert first.get_json() == repeat.get_json()
    assert refused.status_code == 401


def test_a_right_that_was_given_counts_at_once(site: Site) -> None:
    site.person("gus", "guest")
    program = site.program("gus")
    one = program.call("POST", LIST, LAMP).get_json()["id"]
    before = program.call("PATCH", f"{LIST}/{one}", {"values": {"subject": "Lamp"}, "revision": 1})
    site.runtime.store.run(
        lambda unit: unit.directory.set_roles(APP, UserId("gus"), [RoleId("clerk")])
    )

    after = program.call("PATCH", f"{LIST}/{one}", {"values": {"subject": "Lamp"}, "revision": 1})

    assert (before.status_code, after.status_code) == (403, 200)


def test_a_published_version_counts_at_once(site: Site, program: Program) -> None:
    stricter = DESK.replace(
        "details: {type: textarea,", "details: {type: textarea, required: true,"
    )
    site.runtime.bus.execute(PublishApp(stricter, "desk.yaml"), SYSTEM)

    refused = program.call("POST", LIST, LAMP)

    assert refused.status_code == 422
    assert [one["path"] for one in refused.get_json()["error"]["problems"]] == ["details"]


def test_a_wrong_answer_is_told_as_ever(program: Program) -> None:
    wrong = program.call("POST", LIST, {"values": {"due": "soon"}})
    broken = program.client.post(
        LIST,
        data=b"{",
        headers={"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"},
    )

    assert (wrong.status_code, broken.status_code) == (422, 400)


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_only_the_first_of_several_commands_asks_for_the_name_alone(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, look = [], site.runtime.store.look

    def counted() -> AbstractContextManager[Any]:
        asked.append(1)
        return look()  # type: ignore[no-any-return]

    monkeypatch.setattr(site.runtime.store, "look", counted)
    program.call("POST", LIST, LAMP)
    quick = len(asked)
    site.runtime.clock.advance(timedelta(seconds=6))
    program.call("POST", LIST, LAMP)

    assert (quick, len(asked)) == (0, 1)
    assert len(subjects(site)) == 3


def test_the_use_of_a_token_is_noted_within_seconds(site: Site, program: Program) -> None:
    site.runtime.clock.advance(timedelta(minutes=2))

    program.call("POST", LIST, LAMP)

    tokens = site.runtime.accounts.tokens(UserId("cleo"))
    assert [one.used_at for one in tokens] == [MORNING + timedelta(minutes=2)]
