"""Who asks is known without asking the database, and never a moment longer than it is true."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.values import DepartmentId, RecordId, RoleId, UserId
from runtime.ports import SessionRow, Unit
from runtime.store.answers import Answers
from runtime.store.sqlite import SqliteStore
from runtime.store.tables import USER
from tests.runtime.store.test_directory import a_user
from tests.support.stores import APP, START, AnyStore, opened_store

ANA = UserId("ana")


@pytest.fixture
def known(store: AnyStore) -> AnyStore:
    """A store where Ana has a token and a session, and both were asked for."""
    session = SessionRow("s", ANA, "csrf", START, START, "Firefox")

    def work(unit: Unit) -> None:
        unit.directory.save_user(a_user("ana"))
        unit.directory.add_token(ANA, "script", "hash-t", ["read"], START)
        unit.directory.add_session(session, "hash-s")

    store.run(work)
    assert by_token(store) is not None
    assert by_session(store) is not None
    return store


def by_token(store: AnyStore) -> Any:
    with store.look() as reader:
        return reader.directory.token("hash-t", APP)


def by_session(store: AnyStore) -> Any:
    with store.look() as reader:
        return reader.directory.session("hash-s", APP)


def give_role(role: RoleId, unit: Unit) -> None:
    unit.directory.set_roles(APP, ANA, [role])


def revoke_token(unit: Unit) -> None:
    (token,) = unit.directory.tokens_of(ANA)
    assert unit.directory.revoke_token(token.id, ANA)


@pytest.mark.parametrize(
    ("change", "entrance"),
    [
        (revoke_token, by_token),
        (lambda unit: unit.directory.end_session("s"), by_session),
        (lambda unit: unit.directory.end_sessions(ANA), by_session),
        (lambda unit: unit.directory.save_user(a_user("ana", is_active=False)), by_token),
        (lambda unit: unit.directory.save_user(a_user("ana", is_active=False)), by_session),
        (lambda unit: unit.session.core.execute(sa.delete(USER)), by_token),
    ],
    ids=["revoked", "ended", "all ended", "inactive", "inactive session", "by other means"],
)
def test_who_may_no_longer_enter_is_a_stranger_at_once(
    known: AnyStore, change: Callable[[Unit], Any], entrance: Callable[[AnyStore], Any]
) -> None:
    known.run(lambda unit: bool(change(unit)))

    assert entrance(known) is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda unit: unit.directory.set_roles(APP, ANA, [RoleId("boss")]),
            lambda entrance: entrance.standing.roles == {"boss"},
        ),
        (
            lambda unit: unit.directory.set_departments(ANA, [DepartmentId("sales")]),
            lambda entrance: entrance.standing.departments == {"sales"},
        ),
        (
            lambda unit: unit.directory.link_record(APP, ANA, RecordId("r")),
            lambda entrance: entrance.standing.record == "r",
        ),
        (
            lambda unit: unit.directory.save_user(a_user("ana", is_admin=True)),
            lambda entrance: entrance.user.is_admin,
        ),
        (lambda unit: unit.definitions.go_live(APP, 1, None), lambda entrance: entrance.live == 1),
    ],
    ids=["roles", "departments", "record", "administrator", "live version"],
)
def test_what_somebody_is_counts_from_the_next_question_on(
    known: AnyStore, change: Callable[[Unit], None], found: Callable[[Any], bool]
) -> None:
    assert not found(by_token(known))
    assert not found(by_session(known))

    known.run(change)

    assert found(by_token(known))
    assert found(by_session(known))


def test_a_unit_that_fails_changes_nobody(known: AnyStore) -> None:
    def work(unit: Unit) -> None:
        unit.directory.set_roles(APP, ANA, [RoleId("boss")])
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        known.run(work)

    assert by_token(known).standing.roles == frozenset()


def test_a_unit_finds_what_it_changed_itself(known: AnyStore) -> None:
    def work(unit: Unit) -> Any:
        unit.directory.set_roles(APP, ANA, [RoleId("boss")])
        return unit.directory.token("hash-t", APP)

    assert known.run(work).standing.roles == {"boss"}


def test_nothing_is_asked_until_something_of_it_changes(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        user = replace(a_user("ana"), is_admin=True)
        store.run(lambda unit: unit.directory.save_user(user))
        store.run(lambda unit: unit.directory.add_token(ANA, "script", "hash-t", [], START))

        first = by_token(store)
        store.run(lambda unit: unit.registry.save_run("key", "test", {}, unit.now))
        second = by_token(store)
        store.run(lambda unit: unit.directory.set_roles(APP, ANA, []))

        assert second is first
        assert by_token(store) is not first
        assert by_token(store) == first


def test_a_reader_of_an_older_state_keeps_nothing_of_it(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        store.run(lambda unit: unit.directory.save_user(a_user("ana")))
        store.run(lambda unit: unit.directory.add_token(ANA, "script", "hash-t", [], START))

        with store.read() as reader:
            assert reader.directory.user(ANA) is not None  # from here on it sees this state
            store.run(revoke_token)
            assert reader.directory.token("hash-t", APP) is not None

        assert by_token(store) is None


def test_an_answer_read_before_a_change_is_not_kept_for_after_it() -> None:
    answers = Answers()
    stamp = answers.stamp(["dg_user"])

    answers.changed(["dg_user"])
    answers.keep("key", stamp, "old")

    assert answers.find("key", answers.stamp(["dg_user"])) is None


def test_answers_outlive_changes_of_other_tables_only() -> None:
    answers = Answers()
    answers.keep("key", answers.stamp(["dg_user", "dg_live"]), "answer")

    answers.changed(["dg_event"])
    assert answers.find("key", answers.stamp(["dg_user", "dg_live"])) == "answer"

    answers.all_changed()
    assert answers.find("key", answers.stamp(["dg_user", "dg_live"])) is None


def test_people_who_change_while_many_ask_are_never_known_as_they_were_before(
    known: AnyStore,
) -> None:
    is_over = threading.Event()
    stale: list[Any] = []

    def ask() -> None:
        while not is_over.is_set():
            least = told[0]  # what was answered to whoever changed it, before this question
            roles = by_token(known).standing.roles
            if int(next(iter(roles), "0")) < least:
                stale.append((least, roles))

    told = [0]
    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for number in range(1, 40):
        role = RoleId(str(number))
        known.run(partial(give_role, role))
        told[0] = number
    is_over.set()
    for thread in asking:
        thread.join()

    assert stale == []
