"""Random typed expressions give equal results on the reference and the compiled evaluator."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.expression.compile import compile_expression
from engines.expression.problems import EvaluationError, ExpressionError
from engines.expression.sameness import same
from tests.support import vectors
from tests.support.random_expressions import LEAVES, expressions, sensible

SIGNS = "record.status=='new()[]0123456789+-*/%<>!,and orintsf{}é退\\"


def outcome(run: Any, facts: Any) -> Any:
    """The value, or the fact that none could be computed."""
    try:
        return run(facts)
    except EvaluationError:
        return EvaluationError


@settings(max_examples=400, deadline=None)
@given(
    source=st.sampled_from(sorted(LEAVES)).flatmap(expressions),
    row=st.sampled_from(["full", "blank", "other"]),
)
def test_reference_and_compiled_agree_on_any_expression(source: str, row: str) -> None:
    expression = sensible(source)
    facts = vectors.facts(row)

    compiled = outcome(expression.evaluate, facts)
    reference = outcome(lambda given: expression.explain(given).value, facts)

    assert same(compiled, reference)


def refusal(source: str) -> object:
    """The problems of a text, or none when it compiles."""
    try:
        return compile_expression(source, vectors.scope()) and ()
    except ExpressionError as error:
        return error.problems


@settings(max_examples=300, deadline=None)
@given(source=st.text(alphabet=SIGNS, max_size=60))
def test_any_text_compiles_or_is_refused_with_problems(source: str) -> None:
    assert isinstance(refusal(source), tuple)
