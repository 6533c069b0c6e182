"""A statement is compiled once a process, for as long as somebody holds it."""

from __future__ import annotations

import gc
import weakref

import pytest
import sqlalchemy as sa

from runtime.store.sql import Compiler, Dialect, bind
from runtime.store.tables import KEY


def a_statement() -> sa.Select[tuple[str]]:
    return sa.select(KEY.c.id).where(KEY.c.scope == bind("scope"))


@pytest.mark.parametrize("dialect", Dialect)
def test_another_store_takes_what_one_has_compiled(dialect: Dialect) -> None:
    statement = a_statement()

    found = [Compiler(dialect).ready(statement) for _ in range(2)]

    assert found[0] is found[1]
    assert found[0].names == ("scope",)


def test_each_database_has_words_of_its_own() -> None:
    statement = a_statement()

    texts = {dialect: Compiler(dialect).ready(statement).text for dialect in Dialect}

    assert "?" in texts[Dialect.SQLITE]
    assert "$1" in texts[Dialect.POSTGRES]


def test_a_statement_goes_with_the_store_that_made_it() -> None:
    compiler, statement = Compiler(Dialect.SQLITE), a_statement()
    compiler.ready(statement)
    gone = weakref.ref(statement)

    del compiler, statement
    gc.collect()

    assert gone() is None
