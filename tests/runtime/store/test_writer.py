"""The one writer of SQLite beside threads that take turns: it goes last, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.ports import Unit
from runtime.store.batches import Job
from runtime.store.sqlite import SqliteStore
from runtime.turns import Turns
from tests.support.stores import opened_store
from tests.support.waiting import PATIENCE_S, wait_until

PLACES = 8


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    with opened_store("file", request, tmp_path) as opened:
        assert isinstance(opened, SqliteStore)
        turns_of(opened).open(PLACES)
        yield opened


def turns_of(store: SqliteStore) -> Turns:
    assert store.turns is not None
    return store.turns


def noted(unit: Unit, key: str) -> str:
    unit.registry.save_run(key, "test", {}, unit.now)
    return key


def asked(store: SqliteStore, key: str) -> tuple[str, bool]:
    """A request that writes and then looks."""
    with turns_of(store).taken():
        told = store.run(lambda unit: noted(unit, key))
        with store.look() as reader:
            return told, reader.registry.run(key) is not None


def batches_of(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many units each COMMIT from now on has."""
    writer = store._writer
    sizes: list[int] = []
    run = writer._batches.run

    def counted(first: Job, *more: object) -> list[Job]:
        done = run(first, *more)  # type: ignore[arg-type]
        sizes.append(len(done))
        return done

    monkeypatch.setattr(writer._batches, "run", counted)
    return sizes


def test_all_who_can_run_have_said_what_they_want_before_it_is_committed_together(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, turns = batches_of(store, monkeypatch), turns_of(store)
    monkeypatch.setattr(turns, "_patience_s", PATIENCE_S)

    with ThreadPoolExecutor(4) as pool:
        with turns.taken():
            waiting = [pool.submit(asked, store, key) for key in "abcd"]
            wait_until(lambda: turns.waiting == 4)
        answers = [one.result() for one in waiting]

    assert sizes == [4]
    assert answers == [(key, True) for key in "abcd"]
    assert turns.free == (1, PLACES)


def test_somebody_without_a_turn_is_answered_as_well(store: SqliteStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        inside: Future[str] = pool.submit(store.run, lambda unit: noted(unit, "job"))
        with_turn = pool.submit(asked, store, "request")

        assert (inside.result(), with_turn.result()) == ("job", ("request", True))


def test_who_holds_a_turn_for_long_stops_no_unit(store: SqliteStore) -> None:
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with turns_of(store).taken():
            is_held.set()
            assert is_over.wait(PATIENCE_S)

    with ThreadPoolExecutor(3) as pool:
        holding = pool.submit(hold)
        assert is_held.wait(PATIENCE_S)
        answers = [pool.submit(asked, store, key).result() for key in "abc"]
        is_over.set()
        holding.result()

    assert answers == [(key, True) for key in "abc"]
    assert turns_of(store).free == (1, PLACES)


def test_a_unit_that_fails_gives_its_thread_its_turn_back(store: SqliteStore) -> None:
    def fail(_: Unit) -> None:
        raise ValueError("no")

    with ThreadPoolExecutor(1) as other:  # somebody else comes between: the writer works for us
        other.submit(store.run, lambda unit: noted(unit, "before")).result()
    with turns_of(store).taken():
        with pytest.raises(ValueError, match="no"):
            store.run(fail)

        assert turns_of(store).has_one()


def test_who_works_itself_has_its_turn_afterwards(store: SqliteStore) -> None:
    with turns_of(store).taken():
        store.run(lambda unit: noted(unit, "first"))
        where = store.run(lambda _: threading.get_ident())

        assert (where, turns_of(store).has_one()) == (threading.get_ident(), True)


def test_a_crowd_of_requests_and_jobs_is_answered_to_the_last(store: SqliteStore) -> None:
    keys = [f"key {number}" for number in range(300)]

    with ThreadPoolExecutor(24) as requests, ThreadPoolExecutor(3) as jobs:
        asking = [requests.submit(asked, store, key) for key in keys]
        working = [
            jobs.submit(store.run, lambda unit, key=key: noted(unit, f"job {key}")) for key in keys
        ]

        assert [one.result() for one in asking] == [(key, True) for key in keys]
        assert [one.result() for one in working] == [f"job {key}" for key in keys]
    assert (turns_of(store).free, turns_of(store).waiting) == ((1, PLACES), 0)
