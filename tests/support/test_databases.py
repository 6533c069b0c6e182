"""A database that was given back is as new, or is not lent again."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.databases import CleanDatabases
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres

LEFT_BEHIND = (
    "CREATE TABLE desk__ticket (title text); INSERT INTO desk__ticket VALUES ('Left behind');"
    "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('dougong', 'left behind')"
)


@pytest.fixture
def databases(postgres_server: PostgresServer) -> CleanDatabases:
    return CleanDatabases(postgres_server)


def test_a_database_given_back_is_as_new(databases: CleanDatabases) -> None:
    lent = databases.borrow()
    with psycopg.connect(lent) as connection:
        connection.execute(LEFT_BEHIND)
    databases.give_back(lent)

    again = databases.borrow()

    assert again == lent
    with psycopg.connect(again) as connection:
        assert connection.execute("SELECT to_regclass('desk__ticket')").fetchone() == (None,)
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)
        numbered = "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('a', 'b')"
        assert connection.execute(f"{numbered} RETURNING id").fetchone() == (1,)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE dg_timer ADD COLUMN more text",
        "UPDATE dg_schema SET version_num = '0001'",
        "DROP INDEX procrastinate_jobs_lock_idx_v1",
    ],
)
def test_a_database_that_was_changed_is_not_lent_again(
    databases: CleanDatabases, change: str
) -> None:
    lent = databases.borrow()
    with psycopg.connect(lent) as connection:
        connection.execute(change)
    databases.give_back(lent)

    assert databases.borrow() != lent


def test_who_still_holds_a_database_is_sent_away(databases: CleanDatabases) -> None:
    lent = databases.borrow()
    forgotten = psycopg.connect(lent)
    forgotten.execute("LOCK TABLE dg_timer")

    databases.give_back(lent)

    assert databases.borrow() == lent
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
