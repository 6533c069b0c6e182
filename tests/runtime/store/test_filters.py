"""SQL filters answer like the reference evaluator, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engines.errors import BugError
from engines.expression.compile import compile_expression
from engines.expression.types import BOOLEAN
from tests.support import vectors
from tests.support.filter_table import FilterTable, filled
from tests.support.postgres import PostgresServer
from tests.support.vectors import Case

TAKEN = [case for case in vectors.cases() if case.sql]


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[FilterTable]:
    with filled(sa.create_engine("sqlite://")) as table:
        yield table


@pytest.fixture(scope="module")
def on_postgres(postgres_server: PostgresServer) -> Iterator[FilterTable]:
    url = postgres_server.new_database().replace("postgresql:", "postgresql+psycopg:")
    with filled(sa.create_engine(url)) as table:
        yield table


def is_found(table: FilterTable, case: Case) -> bool:
    facts = vectors.facts(case.row)
    condition = compile_expression(case.expression, vectors.scope(), expect=BOOLEAN)
    return facts["record"]["id"] in table.found(condition.tree, facts)


@pytest.mark.parametrize("case", TAKEN, ids=str)
def test_sqlite_finds_the_row_when_the_vector_is_true(case: Case, on_sqlite: FilterTable) -> None:
    assert is_found(on_sqlite, case) is (case.value is True)


@pytest.mark.parametrize("case", TAKEN, ids=str)
def test_postgres_finds_the_row_when_the_vector_is_true(
    case: Case, on_postgres: FilterTable
) -> None:
    assert is_found(on_postgres, case) is (case.value is True)


@pytest.mark.parametrize("case", TAKEN, ids=str)
def test_negated_filter_finds_the_other_rows(case: Case, on_sqlite: FilterTable) -> None:
    negated = Case(case.group, f"not ({case.expression})", case.row, not case.value, sql=True)

    assert is_found(on_sqlite, negated) is (case.value is not True)


def test_text_of_the_author_is_bound_not_written(on_sqlite: FilterTable) -> None:
    hostile = "x' or 1=1 --"
    condition = vectors.compiled(f'record.subject == "{hostile}"')

    found = on_sqlite.found(condition.tree, vectors.facts("full"))

    assert found == set()


def test_age_compares_the_bare_column_so_an_index_serves(on_sqlite: FilterTable) -> None:
    condition = vectors.compiled("hours_since(record.created) > 4")
    facts = vectors.facts("full")
    limit = facts["now"] - timedelta(hours=4)

    plan = on_sqlite.plan(condition.tree, facts)

    assert plan == f"ticket.created < {int(limit.timestamp() * 1_000_000)}"


def test_text_without_folded_column_is_our_bug_at_run_time(on_sqlite: FilterTable) -> None:
    condition = vectors.compiled("contains(record.customer.phone, '139')")
    unfolded = vectors.compiled("contains(record.id, 'r')")

    found = on_sqlite.found(condition.tree, vectors.facts("full"))

    assert found == {"r1"}
    with pytest.raises(BugError):
        on_sqlite.found(unfolded.tree, vectors.facts("full"))
