"""What callers of the language rely on: paths, traces, missing facts, conditions, reference."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engines.diagnostics import Problems
from engines.expression.compile import compile_expression
from engines.expression.folding import fold
from engines.expression.functions.registry import FUNCTIONS, function_reference
from engines.expression.problems import ExpressionError, report
from engines.expression.sameness import same
from engines.expression.types import BOOLEAN, DURATION, NUMBER, TEXT, Choice, LinkType
from tests.support import vectors

EXAMPLES = [
    (example, value) for function in FUNCTIONS.values() for example, value in function.examples
]


@pytest.mark.parametrize(("example", "value"), EXAMPLES)
def test_documented_example_holds(example: str, value: str) -> None:
    facts = {**vectors.facts("full"), "zone": "UTC"}

    found, expected = (vectors.compiled(one).evaluate(facts) for one in (example, value))

    assert same(found, expected)


def test_reference_lists_every_function() -> None:
    text = function_reference()

    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []


def test_all_mistakes_of_an_expression_are_found_at_once() -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_expression(
            "record.subjct == 1 and contans(record.n) or record.status == 'nwe'", vectors.scope()
        )

    assert [one.code for one in refused.value.problems] == ["E005", "E006", "E012"]


def test_report_puts_problems_under_the_path_of_the_definition() -> None:
    problems = Problems()
    with pytest.raises(ExpressionError) as refused:
        compile_expression("record.subjct == ''", vectors.scope())

    report(problems, ("rules", "first", "when"), refused.value)

    assert list(problems) == [
        ("E005", ("rules", "first", "when"), "a record of ticket has no field 'subjct'")
    ]


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("record.customer.tier == 'gold'", {("record", "customer.tier")}),
        ("record.assignee == user", {("record", "assignee"), ("user", "id")}),
        ("hours_since(record.created) > 4", {("record", "created"), ("now", "")}),
        ("hour(record.created) > 4", {("record", "created"), ("zone", "")}),
        (
            "record.refund.amount > 1 and record.lines.amount == []",
            {("record", "refund"), ("record", "lines")},
        ),
        ("decide('urgency') == 'high'", {("record", "priority")}),
        (
            "record.customer.account_manager.name == ''",
            {("record", "customer.account_manager.name")},
        ),
    ],
)
def test_paths_name_every_fact_an_expression_reads(
    source: str, paths: set[tuple[str, str]]
) -> None:
    assert vectors.compiled(source).paths == paths


def test_trace_tells_each_step_with_the_values_seen() -> None:
    condition = compile_expression(
        "record.priority == 'high' and contains(record.subject, 'refund') and record.n > 100",
        vectors.scope(),
        expect=BOOLEAN,
    )

    explained = condition.explain(vectors.facts("full"))

    assert explained.value is False
    assert [(step.part, step.seen, step.result) for step in explained.steps] == [
        ("record.priority == 'high'", (("record.priority", "high"),), True),
        (
            "contains(record.subject, 'refund')",
            (("record.subject", "Please Refund order 4711"),),
            True,
        ),
        ("record.n > 100", (("record.n", 7),), False),
    ]


def test_trace_leaves_out_what_was_not_evaluated() -> None:
    condition = vectors.compiled("record.n == 1 and record.m == 2")

    explained = condition.explain(vectors.facts("full"))

    assert [step.part for step in explained.steps] == ["record.n == 1"]


@pytest.mark.parametrize("source", ["record.subject == null", "not contains(record.subject, 'a')"])
@pytest.mark.parametrize("facts", [{}, {"record": {}}, {"record": None}], ids=str)
def test_missing_facts_count_as_null(source: str, facts: dict[str, object]) -> None:
    expression = vectors.compiled(source)

    assert expression.evaluate(facts) is True
    assert expression.explain(facts).value is True


@pytest.mark.parametrize("source", ["record.vip", "null", "first([])", "coalesce(record.vip)"])
def test_condition_counts_null_as_false(source: str) -> None:
    condition = compile_expression(source, vectors.scope(), expect=BOOLEAN)

    assert condition.evaluate(vectors.facts("blank")) is False
    assert condition.explain(vectors.facts("blank")).value is False


@pytest.mark.parametrize(
    ("source", "expect"),
    [
        ("record.status", Choice(("new", "waiting", "solved", "closed"))),
        ("'new'", Choice(("new", "old"))),
        ("record.n", NUMBER),
        ("null", DURATION),
        ("record.status", TEXT),
        ("record.customer", LinkType("customer")),
        ("'c1'", LinkType("customer")),
    ],
)
def test_value_of_a_fitting_type_is_taken(source: str, expect: object) -> None:
    expression = compile_expression(source, vectors.scope(), expect=expect)  # type: ignore[arg-type]

    assert expression.source == source


@pytest.mark.parametrize(
    ("source", "expect"),
    [
        ("record.n", TEXT),
        ("record.subject", NUMBER),
        ("'nwe'", Choice(("new", "old"))),
        ("record.customer", LinkType("user")),
        ("record.due", BOOLEAN),
    ],
)
def test_value_of_another_type_is_refused(source: str, expect: object) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source, vectors.scope(), expect=expect)  # type: ignore[arg-type]


def test_lines_of_the_author_may_be_broken() -> None:
    expression = compile_expression(
        "\n  record.n == 7\n  and record.m < 0\n", vectors.scope(), expect=BOOLEAN
    )

    assert expression.evaluate(vectors.facts("full")) is True


def test_decimals_stay_as_written() -> None:
    value = vectors.compiled("12345678901234567890.123456789").evaluate({})

    assert value == Decimal("12345678901234567890.123456789")


@pytest.mark.parametrize(
    ("text", "folded"), [("Abc", "abc"), ("ＶＩＰ Ⅳ", "vip iv"), ("ÄÖ", "äö"), ("退款", "退款")]
)
def test_folding_ignores_case_and_width(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("contains(record.subject, 'a') and record.n > 1", []),
        ("contains(record.note, 'a')", ["E031"]),
        ("contains(record.status, 'a')", []),
        ("record.n + 1 > 2 or starts_with(record.note, 'a')", ["E030", "E031"]),
        ("record.subject", ["E030"]),
    ],
)
def test_filter_names_the_parts_that_a_database_does_not_take(
    source: str, codes: list[str]
) -> None:
    problems = vectors.compiled(source).sql_problems(lambda key: key == "subject")

    assert [one.code for one in problems] == codes
