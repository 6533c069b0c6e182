"""The PostgreSQL the other tests stand on: real, private, empty at first, in code-point order."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def test_a_new_database_has_no_tables_of_ours(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("select count(*) from pg_tables where schemaname = 'public'")

        assert found.fetchone() == (0,)


def test_two_tests_never_share_a_database(postgres_server: PostgresServer) -> None:
    first, second = postgres_server.new_database(), postgres_server.new_database()

    assert first != second


def test_text_sorts_by_code_point(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("select t from (values ('b'), ('B'), ('a')) v(t) order by t")

        assert rows.fetchall() == [("B",), ("a",), ("b",)]
