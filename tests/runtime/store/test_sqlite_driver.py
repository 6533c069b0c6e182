"""What units of SQLite only add leaves together: seen in time, undone and blamed unit by unit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from runtime.ports import Unit
from runtime.store.search import WORDS
from runtime.store.sql import Compiler, Dialect, Ready, bind, insert_into
from runtime.store.sqlite import SqliteStore
from runtime.store.sqlite_driver import SqliteDriver
from runtime.store.tables import ATTEMPT, TURN
from tests.runtime.store.test_units import in_one_commit
from tests.support.stores import a_field, a_record, made, opened_store, record_id

COMPILER = Compiler(Dialect.SQLITE)
ATTEMPTS = "CREATE TABLE dg_attempt (id INTEGER PRIMARY KEY, subject TEXT, at INTEGER)"


def ready(statement: sa.ClauseElement) -> Ready:
    return COMPILER.ready(statement)


ADD = ready(insert_into(ATTEMPT))
COUNT = ready(sa.select(sa.func.count()).select_from(ATTEMPT))
ALL = ready(sa.select(ATTEMPT.c.id, ATTEMPT.c.subject, ATTEMPT.c.at).order_by(ATTEMPT.c.id))
MOVE = ready(sa.update(ATTEMPT).where(ATTEMPT.c.id == bind("which")).values(at=bind("when")))


class Watched(sqlite3.Connection):
    """A connection that counts the statements it is given."""

    given = 0

    def execute(self, *args: Any) -> sqlite3.Cursor:
        self.given += 1
        return super().execute(*args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        raise AssertionError("row by row")


@pytest.fixture
def raw() -> Iterator[Watched]:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=Watched)
    connection.execute(
        "CREATE TABLE dg_attempt (id INTEGER PRIMARY KEY, subject TEXT, at INTEGER)"
    )
    connection.execute("CREATE TABLE dg_turn (app TEXT, 'group' TEXT, user TEXT)")
    connection.given = 0
    yield connection
    connection.close()


def rows(first: int, count: int) -> list[tuple[int, str, int]]:
    return [(number, f"s{number}", 7) for number in range(first, first + count)]


@pytest.mark.parametrize(
    ("count", "statements"), [(1, 1), (2, 1), (3, 2), (7, 3), (32, 1), (33, 2), (95, 7)]
)
def test_rows_of_a_table_leave_as_few_statements(
    raw: Watched, count: int, statements: int
) -> None:
    driver = SqliteDriver(raw)

    driver.many_rows(ADD, rows(1, count))
    driver.write_out()

    assert raw.given == statements
    assert driver.rows(ALL, None) == rows(1, count)


@pytest.mark.parametrize("count", [1, 33])
def test_where_nobody_shares_the_commit_rows_leave_at_once(raw: Watched, count: int) -> None:
    driver = SqliteDriver(raw)
    driver.waits = False
    driver.begin_unit()

    driver.many_rows(ADD, rows(1, count))

    assert driver.has_written
    assert raw.execute("SELECT count(*) FROM dg_attempt").fetchone() == (count,)


def test_a_statement_that_names_the_table_finds_what_waits(raw: Watched) -> None:
    driver = SqliteDriver(raw)

    driver.later(ADD, {"id": 1, "subject": "a", "at": 1})

    assert raw.given == 0
    assert driver.first(COUNT, None) == (1,)


def test_another_table_leaves_what_waits_alone(raw: Watched) -> None:
    driver = SqliteDriver(raw)
    driver.many_rows(ADD, rows(1, 2))

    driver.rows(ready(sa.select(TURN.c.user)), None)

    assert raw.given == 1


def test_two_ways_of_writing_a_table_keep_their_order(raw: Watched) -> None:
    driver = SqliteDriver(raw)

    driver.many_rows(ADD, rows(1, 1))
    driver.later(MOVE, {"which": 1, "when": 9})
    driver.many_rows(ADD, rows(2, 1))

    assert driver.rows(ALL, None) == [(1, "s1", 9), (2, "s2", 7)]


def test_a_unit_that_is_dropped_leaves_what_waits_of_the_one_before(raw: Watched) -> None:
    driver = SqliteDriver(raw)
    driver.begin_unit()
    driver.many_rows(ADD, rows(1, 2))
    driver.begin_unit()
    driver.many_rows(ADD, rows(3, 2))

    driver.forget_unit()

    assert not driver.has_written
    assert driver.rows(ALL, None) == rows(1, 2)
    assert not driver.has_written  # what was written only now is not this unit's


def test_a_unit_has_written_once_something_of_it_reached_the_table(raw: Watched) -> None:
    driver = SqliteDriver(raw)
    driver.begin_unit()
    driver.many_rows(ADD, rows(1, 1))
    driver.begin_unit()
    driver.many_rows(ADD, rows(2, 1))

    driver.first(COUNT, None)

    assert driver.has_written


@given(
    st.lists(
        st.one_of(st.integers(0, 40), st.just("look"), st.just("unit"), st.just("move")),
        max_size=12,
    )
)
def test_whatever_waits_the_table_ends_as_if_nothing_had(steps: list[int | str]) -> None:
    found = [ended(steps, waits=waits) for waits in (True, False)]

    assert found[0] == found[1]


def ended(steps: list[int | str], *, waits: bool) -> list[Any]:
    """The rows after each step's rows were added, with or without waiting."""
    raw = sqlite3.connect(":memory:", isolation_level=None)
    raw.execute(ATTEMPTS)
    driver, seen = SqliteDriver(raw), []
    for at, step in enumerate(steps):
        if isinstance(step, int):
            driver.many_rows(ADD, rows(at * 100, step))
        elif step == "look":
            seen.append(driver.first(COUNT, None))
        elif step == "unit":
            driver.begin_unit()
        else:
            driver.later(MOVE, {"which": (at - 1) * 100, "when": at})
        if not waits:
            driver.write_out()
    driver.write_out()
    return [seen, driver.rows(ALL, None)]


def test_only_the_unit_fails_whose_row_cannot_be_added(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ran: list[int] = []
    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        table = made(store, a_field("subject"))

        def adding(number: int, record: int) -> Any:
            def work(unit: Unit) -> None:
                ran.append(number)
                unit.records.insert(table, a_record(record, subject=f"of {number}"))

            return work

        answers = in_one_commit(store, [adding(1, 1), adding(2, 2), adding(3, 1), adding(4, 4)])
        with store.read() as reader:
            found = reader.records.get_many(table, map(record_id, (1, 2, 4)))

    assert [type(one) for one in answers] == [
        type(None), type(None), sqlite3.IntegrityError, type(None),
    ]  # fmt: skip
    assert [one.values["subject"] for one in found.values()] == ["of 1", "of 2", "of 4"]
    assert ran == [1, 2, 3, 4, 1, 2, 3, 4]  # together, and once more each by itself


def test_a_value_that_no_row_can_hold_fails_its_own_unit_and_the_writer_goes_on(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        table = made(store, a_field("subject"))

        def adding(record: int, subject: str) -> Any:
            return lambda unit: unit.records.insert(table, a_record(record, subject=subject))

        answers = in_one_commit(
            store, [adding(1, "one"), adding(2, "half a letter: \ud800"), adding(3, "three")]
        )
        store.run(adding(4, "four"))
        with store.read() as reader:
            found = reader.records.get_many(table, map(record_id, range(1, 5)))

    assert [isinstance(one, UnicodeEncodeError) for one in answers] == [False, True, False]
    assert [one.values["subject"] for one in found.values()] == ["one", "three", "four"]


def test_a_unit_that_reads_is_not_blamed_for_what_waits_of_another(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        table = made(store, a_field("subject"))
        store.run(lambda unit: unit.records.insert(table, a_record(1, subject="first")))

        def twice(unit: Unit) -> None:
            unit.records.insert(table, a_record(1, subject="again"))

        def look(unit: Unit) -> None:
            found = unit.records.get(table, record_id(1))
            assert found is not None
            assert found.values["subject"] == "first"

        answers = in_one_commit(store, [twice, look])

    assert [type(one) for one in answers] == [sqlite3.IntegrityError, type(None)]


def test_searched_words_get_numbers_of_their_own_in_one_commit(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened_store("file", request, tmp_path) as store:
        assert isinstance(store, SqliteStore)
        table = made(store, a_field("subject", is_searched=True))

        def adding(record: int) -> Any:
            def work(unit: Unit) -> None:
                unit.records.insert(table, a_record(record, subject=f"word{record}"))
                if record == 2:
                    raise ValueError("no")

            return work

        answers = in_one_commit(store, [adding(1), adding(2), adding(3)])
        with store.look() as reader:
            found = reader.session.select(sa.select(WORDS.c.rowid).order_by(WORDS.c.rowid))

    assert [type(one) for one in answers] == [type(None), ValueError, type(None)]
    assert len(found) == 2


def test_a_statement_that_does_more_than_add_rows_keeps_its_own_form(raw: Watched) -> None:
    kept = "INSERT INTO dg_attempt (subject) VALUES (?) ON CONFLICT DO NOTHING"
    upsert = Ready(kept, ("subject",), {}, writes="dg_attempt")
    driver = SqliteDriver(raw)

    driver.many_rows(upsert, [("a",), ("b",)])

    with pytest.raises(AssertionError, match="row by row"):
        driver.write_out()
