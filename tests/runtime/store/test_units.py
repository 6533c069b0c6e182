"""Units of work on both databases: all or nothing, one after the other, one voice each.

Long because the contract of a unit is one.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engines.errors import BugError
from engines.values import AppId
from runtime.ports import Unavailable, Unit
from runtime.store.sqlite import SqliteStore
from runtime.store.unit import StoredUnit
from tests.support.stores import START, AnyStore, a_field, a_record, made, opened_store, stored


def remember(key: str) -> Callable[[Unit], str]:
    def work(unit: Unit) -> str:
        unit.registry.save_run(key, "test", {"key": key}, unit.now)
        return key

    return work


def is_stored(store: AnyStore, key: str) -> bool:
    with store.read() as reader:
        return reader.registry.run(key) is not None


def test_a_unit_answers_when_its_work_is_stored(store: AnyStore) -> None:
    answer = store.run(remember("a"))

    assert answer == "a"
    assert is_stored(store, "a")


def test_a_failing_unit_stores_nothing(store: AnyStore) -> None:
    def fail(unit: Unit) -> None:
        remember("a")(unit)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run(fail)

    assert not is_stored(store, "a")


def test_a_unit_sees_what_it_wrote(store: AnyStore) -> None:
    def work(unit: Unit) -> Any:
        remember("a")(unit)
        return unit.registry.run("a")

    assert store.run(work) == {"key": "a"}


def test_a_unit_has_one_instant(store: AnyStore) -> None:
    assert store.run(lambda unit: (unit.now, unit.now)) == (START, START)


def test_a_unit_inside_a_unit_is_a_bug(store: AnyStore) -> None:
    with pytest.raises(BugError):
        store.run(lambda _: store.run(remember("a")))

    assert store.run(remember("b")) == "b"


def test_a_unit_inside_a_unit_of_a_thread_that_came_before_is_a_bug(store: AnyStore) -> None:
    store.run(remember("a"))

    with pytest.raises(BugError):
        store.run(lambda _: store.run(remember("b")))

    assert store.run(remember("c")) == "c"
    assert not is_stored(store, "b")


def test_calls_after_commit_see_what_was_stored(store: AnyStore) -> None:
    seen: list[bool] = []

    def work(unit: Unit) -> None:
        unit.after_commit(lambda: seen.append(is_stored(store, "a")))
        remember("a")(unit)

    store.run(work)

    assert seen == [True]


def test_calls_after_commit_are_not_made_when_nothing_was_stored(store: AnyStore) -> None:
    calls: list[str] = []

    def work(unit: Unit) -> None:
        unit.after_commit(lambda: calls.append("made"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run(work)

    assert calls == []


def test_many_threads_lose_no_unit_and_mix_up_no_answer(store: AnyStore) -> None:
    keys = [f"k{number}" for number in range(300)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda key: store.run(remember(key)), keys))

    assert answers == keys
    assert all(is_stored(store, key) for key in keys)


def test_a_failing_unit_fails_alone_among_many(store: AnyStore) -> None:
    def work(number: int) -> str:
        def unit_of(unit: Unit) -> str:
            remember(f"k{number}")(unit)
            if number % 3 == 0:
                raise ValueError("no")
            return "done"

        try:
            return store.run(unit_of)
        except ValueError:
            return "failed"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(work, range(120)))

    assert answers == ["failed" if number % 3 == 0 else "done" for number in range(120)]
    assert [is_stored(store, f"k{number}") for number in range(120)] == [
        number % 3 != 0 for number in range(120)
    ]


@pytest.mark.parametrize(("writes", "runs"), [(False, 1), (True, 2)], ids=["reading", "writing"])
def test_a_failing_unit_has_others_of_its_commit_done_again_only_when_it_wrote(
    request: pytest.FixtureRequest, tmp_path: Path, *, writes: bool, runs: int
) -> None:
    ran: list[str] = []

    def noted(unit: Unit) -> None:
        ran.append("good")
        remember("good")(unit)

    def failing(unit: Unit) -> None:
        unit.registry.run("good")
        if writes:
            remember("bad")(unit)
        raise ValueError("no")

    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        answers = in_one_commit(store, [noted, failing, remember("last")])

        assert [type(one) for one in answers] == [type(None), ValueError, type(None)]
        assert ran == ["good"] * runs
        assert [is_stored(store, key) for key in ("good", "bad", "last")] == [True, False, True]


def test_units_of_one_commit_see_each_version_go_live_and_none_that_failed_to(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seen: list[int] = []
    app = AppId("desk")

    def look(unit: Unit) -> None:
        seen.append(unit.definitions.live_numbers()[app])

    def flip(unit: Unit) -> None:
        unit.definitions.go_live(app, 2, 1)

    def failing(unit: Unit) -> None:
        unit.definitions.go_live(app, 3, 2)
        look(unit)
        raise ValueError("no")

    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        store.run(lambda unit: unit.definitions.go_live(app, 1, None))
        in_one_commit(store, [look, flip, look, failing, look])

        assert seen == [1, 2, 3, 1, 2, 2]  # the units before the failing one are done again


@pytest.mark.parametrize(("divisor", "live"), [(1, 2), (0, 1)], ids=["stored", "failed"])
def test_a_unit_knows_the_live_version_after_a_flip(
    store: AnyStore, divisor: int, live: int
) -> None:
    app = AppId("desk")

    def flip(unit: Unit) -> float:
        unit.definitions.go_live(app, 2, 1)
        return unit.definitions.live_numbers()[app] / divisor

    store.run(lambda unit: unit.definitions.go_live(app, 1, None))
    before = store.run(lambda unit: unit.definitions.live_numbers()[app])
    with suppress(ZeroDivisionError):
        store.run(flip)

    after = store.run(lambda unit: unit.definitions.live_numbers()[app])

    assert (before, after) == (1, live)


def test_a_unit_knows_the_live_version_that_was_written_past_the_store(
    store: AnyStore,
) -> None:
    app = AppId("desk")
    store.run(lambda unit: unit.definitions.go_live(app, 1, None))
    before = store.run(lambda unit: unit.definitions.live_numbers()[app])

    def past(unit: StoredUnit) -> int:
        unit.session.raw.execute("UPDATE dg_live SET number = 2")
        return unit.definitions.live_numbers()[app]

    inside = store.run(past)  # type: ignore[arg-type]
    after = store.run(lambda unit: unit.definitions.live_numbers()[app])

    assert (before, inside, after) == (1, 2, 2)


def in_one_commit(
    store: SqliteStore, units: list[Callable[[Unit], Any]]
) -> list[BaseException | None]:
    """What the units raise that wait together while another one runs."""
    queue = store._writer._jobs  # type: ignore[union-attr]
    running, release = threading.Event(), threading.Event()

    def hold(_: Unit) -> bool:
        running.set()
        return release.wait()

    with ThreadPoolExecutor(len(units) + 1) as pool:
        first = pool.submit(store.run, hold)
        assert running.wait(60)
        waiting = []
        for number, unit in enumerate(units, 1):
            waiting.append(pool.submit(store.run, unit))
            while queue.qsize() < number:
                time.sleep(0.001)
        release.set()
        assert first.result()
        return [one.exception() for one in waiting]


def test_counting_under_contention_loses_no_count(store: AnyStore) -> None:
    table = made(store, a_field("number"))

    def count(_: int) -> int:
        return store.run(lambda unit: unit.records.next_serial(table, FIELD, ""))

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(count, range(200)))

    assert sorted(numbers) == list(range(1, 201))


FIELD: Any = "number"


@pytest.mark.parametrize("database", ["file", "postgres"])
def test_a_reader_keeps_its_view_while_others_write(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store(database, request, tmp_path) as store, store.read() as reader:
        before = reader.registry.run("a")
        store.run(remember("a"))

        assert before is None
        assert reader.registry.run("a") is None
        assert is_stored(store, "a")


def test_a_full_disk_refuses_the_work_and_heals(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        table = made(store, a_field("subject"))
        limit(store, 1)

        with pytest.raises(Unavailable) as refusal:
            stored(store, table, *[a_record(one, subject="x" * 5_000) for one in range(99)])
        limit(store, 1_000_000)
        stored(store, table, a_record(1, subject="small"))

        assert refusal.value.is_full
        with store.read() as reader:
            assert reader.records.get(table, a_record(1).id) is not None


def test_a_full_disk_fails_only_what_was_not_acknowledged(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        table = made(store, a_field("subject"))
        limit(store, 1)
        acknowledged: list[int] = []
        lock = threading.Lock()

        def add(number: int) -> None:
            try:
                stored(store, table, a_record(number, subject="x" * 3_000))
            except Unavailable:
                return
            with lock:
                acknowledged.append(number)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(200)))

        with store.read() as reader:
            ids = [a_record(number).id for number in range(200)]
            found = reader.records.get_many(table, ids)
        assert set(found) == {a_record(number).id for number in acknowledged}
        assert len(acknowledged) < 200


def test_a_thread_that_comes_again_alone_works_itself(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    def working(_: Unit) -> int:
        return threading.get_ident()

    with opened_store("file", request, tmp_path) as store, ThreadPoolExecutor(1) as other:
        store.run(working)
        again = store.run(working)
        elsewhere = other.submit(store.run, working).result()
        back = store.run(working)

    me = threading.get_ident()
    assert again == me
    assert me not in {elsewhere, back}


def test_an_interrupted_unit_stores_nothing_and_leaves_the_next_one_whole(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    def interrupted(unit: Unit) -> None:
        remember("a")(unit)
        raise KeyboardInterrupt

    with opened_store("file", request, tmp_path) as store:
        store.run(remember("before"))
        with pytest.raises(KeyboardInterrupt):
            store.run(interrupted)
        store.run(remember("after"))

        assert is_stored(store, "after")
        assert not is_stored(store, "a")


def test_a_store_in_memory_is_closed_when_its_reader_is_done(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("memory", request, tmp_path) as store, ThreadPoolExecutor(1) as other:
        with store.read() as reader:
            closing = other.submit(store.close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.2)
            unread = reader.registry.run("a")
        closing.result(timeout=60)

    assert unread is None


def test_a_closed_store_refuses_work(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with opened_store("file", request, tmp_path) as store:
        store.close()

        with pytest.raises(Unavailable):
            store.run(remember("a"))


def test_what_was_acknowledged_is_there_after_reopening(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        store.run(remember("a"))

    with opened_store("file", request, tmp_path) as store:
        assert is_stored(store, "a")


def limit(store: AnyStore, pages: int) -> None:
    """Let the database file grow by so many pages at most."""
    assert isinstance(store, SqliteStore)

    def work(unit: Any) -> None:
        raw: sqlite3.Connection = unit.session.raw
        (count,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count={count + pages}")

    store.run(work)


def test_a_unit_tells_that_it_started_a_timer(store: AnyStore) -> None:
    def start(unit: Unit) -> bool:
        unit.instances.start_timer(AppId("desk"), None, "late", START)
        return unit.has_new_jobs

    told = store.run(start)

    assert told
    assert not store.run(lambda unit: unit.has_new_jobs)  # the next one on the connection did not
