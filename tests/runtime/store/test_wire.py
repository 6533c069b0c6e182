from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from engines.errors import BugError
from engines.values import AppId
from runtime.ports import Unavailable, Unit
from runtime.store.postgres import PostgresStore
from runtime.store.sql import Ready
from runtime.store.wire import MOST_PREPARED, TOGETHER, Wire
from runtime.turns import Turns
from tests.support.stores import START, opened_store

ADD = Ready("INSERT INTO thing (id, amount) VALUES ($1, $2)", ("id", "amount"), {})
COUNT = Ready("SELECT count(*) FROM thing", (), {})
ALL = Ready("SELECT id, amount FROM thing ORDER BY id", (), {})
CHANGE = Ready("UPDATE thing SET amount = $1 WHERE amount < $2", ("new", "below"), {"below": 5})


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE thing (id text NOT NULL, amount bigint)")
        connection.execute("CREATE UNIQUE INDEX ON thing (md5(id))")
        made = Wire(connection, Turns(1))
        made.begin("BEGIN")
        yield made


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PostgresStore]:
    with opened_store("postgres", request, tmp_path) as opened:
        yield opened


def test_what_waits_is_there_before_the_next_question(wire: Wire) -> None:
    wire.later(ADD, {"id": "a", "amount": 10**15})
    wire.later(ADD, {"id": "b", "amount": None})

    assert wire.rows(ALL, None) == [("a", 10**15), ("b", None)]


def test_more_than_one_round_trip_holds_goes_in_several(wire: Wire) -> None:
    many = 2 * TOGETHER + 7
    wire.many(ADD, [{"id": str(number), "amount": number} for number in range(many)])

    assert wire.first(COUNT, None) == (many,)


def test_more_than_the_socket_takes_at_once_is_sent(wire: Wire) -> None:
    many = TOGETHER + 1
    wire.many(ADD, [{"id": f"{number}{'x' * 60_000}", "amount": 1} for number in range(many)])

    assert wire.first(COUNT, None) == (many,)


@pytest.mark.parametrize("many", [0, 1, 2, 8, 9, 21])
def test_several_rows_are_added_in_their_order(wire: Wire, many: int) -> None:
    rows = [(f"{number:02d}", number) for number in range(many)]

    wire.many_rows(ADD, rows)

    assert wire.rows(ALL, None) == rows


def test_only_an_insert_of_one_row_takes_several(wire: Wire) -> None:
    with pytest.raises(BugError, match="no INSERT of one row"):
        wire.many_rows(CHANGE, [(1, 2), (3, 4)])


def test_a_change_tells_how_many_rows_it_wrote(wire: Wire) -> None:
    wire.many(ADD, [{"id": str(number), "amount": number} for number in range(8)])

    assert wire.change(CHANGE, {"new": 9}) == 5


def test_an_error_of_what_waited_is_raised_by_the_commit(wire: Wire) -> None:
    wire.later(ADD, {"id": "a", "amount": 1})
    wire.later(ADD, {"id": "a", "amount": 2})

    with pytest.raises(psycopg.errors.UniqueViolation):
        wire.commit()

    wire.rollback()
    wire.begin("BEGIN")
    assert wire.rows(ALL, None) == []  # and the statements are prepared anew


def test_a_failed_transaction_is_never_committed(wire: Wire) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        wire.change(ADD, {"id": None, "amount": 1})

    with pytest.raises(BugError, match="failed transaction"):
        wire.commit()


def test_a_value_that_no_text_can_hold_leaves_the_connection_fit(wire: Wire) -> None:
    wire.later(ADD, {"id": "a\0b", "amount": 1})

    with pytest.raises(psycopg.DataError):
        wire.rows(ALL, None)
    with pytest.raises(psycopg.DataError):  # it is not left out for those who go on all the same
        wire.commit()

    wire.rollback()
    assert wire.is_fit()


def test_a_transaction_in_which_nothing_was_asked_costs_no_journey(wire: Wire) -> None:
    wire.commit()

    wire.rollback()
    assert wire.is_fit()


def test_without_a_transaction_each_statement_stands_for_itself(wire: Wire) -> None:
    wire.rollback()
    wire.begin("")
    wire.change(ADD, {"id": "a", "amount": 1})

    wire.rollback()

    assert wire.rows(ALL, None) == [("a", 1)]


def test_old_statements_are_forgotten_when_there_are_too_many(wire: Wire) -> None:
    texts = [f"SELECT {number}" for number in range(MOST_PREPARED + 3)]
    assert [wire.first(Ready(text, (), {}), None) for text in texts][-1] == (len(texts) - 1,)
    wire.rollback()

    assert wire.is_fit()
    prepared = wire.settle().execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    assert prepared == (MOST_PREPARED,)


def test_statements_survive_ddl_on_a_lent_connection(wire: Wire) -> None:
    wire.rows(ALL, None)

    lent = wire.lend()
    lent.execute("SELECT 1", prepare=True)
    lent.execute("CREATE TABLE other (id text)")
    lent.execute("DROP TABLE other")  # psycopg deallocates every statement now

    assert wire.rows(ALL, None) == []
    wire.commit()
    assert not wire.is_fit()


def test_a_connection_that_was_cut_is_replaced_unnoticed(
    store: PostgresStore, migrated_url: str
) -> None:
    store.run(lambda unit: unit.definitions.apps())
    cut_the_others(migrated_url)

    assert store.run(lambda unit: unit.definitions.apps()) == ()


def test_a_connection_that_is_cut_under_way_is_an_outage(
    store: PostgresStore, migrated_url: str
) -> None:
    def work(unit: Unit) -> None:
        unit.instances.start_timer(AppId("desk"), None, "late", START)
        assert unit.queue.next_due() == START
        cut_the_others(migrated_url)

    with pytest.raises(Unavailable):
        store.run(work)

    with store.read() as reader:
        assert reader.queue.next_due() is None


def cut_the_others(url: str) -> None:
    """End every other connection to this database, and wait until its server process is gone."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
