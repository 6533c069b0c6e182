"""SQL filters answer like the reference evaluator, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings

from engines.errors import BugError
from engines.expression.compile import Expression, compile_expression
from engines.expression.problems import EvaluationError
from engines.expression.types import BOOLEAN
from tests.support import vectors
from tests.support.filter_table import FilterTable, filled
from tests.support.postgres import PostgresServer
from tests.support.random_expressions import filters, sensible

TAKEN = [(expression, gives) for expression, sql, gives in vectors.by_expression() if sql]


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[FilterTable]:
    with filled(sa.create_engine("sqlite://")) as table:
        yield table


@pytest.fixture(scope="module")
def on_postgres(postgres_server: PostgresServer) -> Iterator[FilterTable]:
    url = postgres_server.new_database().replace("postgresql:", "postgresql+psycopg:")
    with filled(sa.create_engine(url)) as table:
        yield table


def found_rows(table: FilterTable, expression: str, gives: Mapping[str, Any]) -> dict[str, bool]:
    """Whether the filter finds each row, with that row's facts (`old` differs)."""
    condition = compile_expression(expression, vectors.scope(), expect=BOOLEAN)
    facts = {row: vectors.facts(row) for row in gives}
    return {
        row: one["record"]["id"] in table.found(condition.tree, one) for row, one in facts.items()
    }


def is_true(condition: Expression, facts: Mapping[str, Any]) -> bool:
    """What the reference says; a condition that cannot be computed is left to others."""
    try:
        return condition.explain(facts).value is True
    except EvaluationError:
        assume(False)  # noqa: FBT003
        raise


def true_rows(gives: Mapping[str, Any]) -> dict[str, bool]:
    return {row: value is True for row, value in gives.items()}


@pytest.mark.parametrize(("expression", "gives"), TAKEN, ids=lambda one: str(one)[:60])
def test_sqlite_finds_the_rows_that_vectors_call_true(
    expression: str, gives: Mapping[str, Any], on_sqlite: FilterTable
) -> None:
    assert found_rows(on_sqlite, expression, gives) == true_rows(gives)


@pytest.mark.parametrize(("expression", "gives"), TAKEN, ids=lambda one: str(one)[:60])
def test_postgres_finds_the_rows_that_vectors_call_true(
    expression: str, gives: Mapping[str, Any], on_postgres: FilterTable
) -> None:
    assert found_rows(on_postgres, expression, gives) == true_rows(gives)


@pytest.mark.parametrize(("expression", "gives"), TAKEN, ids=lambda one: str(one)[:60])
def test_negated_filter_finds_all_other_rows(
    expression: str, gives: Mapping[str, Any], on_sqlite: FilterTable
) -> None:
    others = {row: value is not True for row, value in gives.items()}

    assert found_rows(on_sqlite, f"not ({expression})", gives) == others


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(source=filters())
def test_sqlite_agrees_with_the_reference_on_random_filters(
    source: str, on_sqlite: FilterTable
) -> None:
    condition = sensible(source)
    assume(not condition.sql_problems())

    rows = {row: vectors.facts(row) for row in ("full", "blank", "other")}
    expected = {row: is_true(condition, facts) for row, facts in rows.items()}

    assert expected == {
        row: facts["record"]["id"] in on_sqlite.found(condition.tree, facts)
        for row, facts in rows.items()
    }


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


def test_text_behind_a_link_is_searched_in_its_folded_column(on_sqlite: FilterTable) -> None:
    condition = vectors.compiled("contains(record.customer.phone, '139')")

    found = on_sqlite.found(condition.tree, vectors.facts("full"))

    assert found == {"r1"}


def test_field_without_column_is_our_bug_not_an_empty_list(on_sqlite: FilterTable) -> None:
    unfolded = vectors.compiled("contains(record.customer.account_manager.name, 'a')")

    with pytest.raises(BugError):
        on_sqlite.found(unfolded.tree, vectors.facts("full"))
