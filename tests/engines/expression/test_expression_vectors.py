"""Reference and compiled evaluator give what the vectors say, and refuse what they refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engines.expression.compile import compile_expression
from engines.expression.problems import ExpressionError
from engines.expression.sameness import same
from engines.expression.types import BOOLEAN
from tests.support import vectors
from tests.support.vectors import Case


def test_there_are_three_hundred_cases() -> None:
    assert len(vectors.cases()) >= 300


@pytest.mark.parametrize("case", vectors.cases(), ids=str)
def test_compiled_evaluator_gives_the_value(case: Case) -> None:
    expression = vectors.compiled(case.expression)

    value = expression.evaluate(vectors.facts(case.row))

    assert same(value, vectors.read_result(case.value, expression.type))


@pytest.mark.parametrize("case", vectors.cases(), ids=str)
def test_reference_evaluator_gives_the_value(case: Case) -> None:
    expression = vectors.compiled(case.expression)

    value = expression.explain(vectors.facts(case.row)).value

    assert same(value, vectors.read_result(case.value, expression.type))


@pytest.mark.parametrize("case", vectors.cases(), ids=str)
def test_case_says_whether_sql_takes_it(case: Case) -> None:
    expression = vectors.compiled(case.expression)

    is_taken = not expression.sql_problems()

    assert is_taken is case.sql


@pytest.mark.parametrize("mistake", vectors.mistakes(), ids=lambda one: one["expression"][:60])
def test_mistake_is_refused_with_its_code_and_place(mistake: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_expression(mistake["expression"], vectors.scope(), expect=BOOLEAN)

    found = refused.value.problems[0]
    assert found.code == mistake["code"]
    assert found.column == (mistake["column"] or found.column)
    assert mistake["says"] in found.message
    assert mistake.get("hint", found.hint) == found.hint


def test_every_code_has_an_example() -> None:
    root = Path(__file__).parents[3] / "engines" / "expression"
    written = "".join(file.read_text() for file in root.glob("*.py"))
    codes = set(re.findall(r'"(E\d{3})"', written)) - {"E030", "E031"}

    shown = {mistake["code"] for mistake in vectors.mistakes()}

    assert codes == shown
