"""Decision tables: cells, hit policies, gaps, and their use in expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engines.expression.types import NUMBER, TEXT, RecordType
from engines.rules.evaluate import decide
from engines.rules.model import Created
from engines.rules.ruleset import compile_rules
from engines.rules.table import Table, table_function, table_gaps
from engines.values import TableId
from tests.support.processes import RECORD, TICKET, facts, read_processes

PRIORITY = """
tables:
  priority:
    hit: unique
    inputs: {impact: record.impact, urgency: record.urgency}
    outputs: {priority: text}
    rows:
      - [high, high, critical]
      - [high, [medium, low], high]
      - [[medium, low], high, high]
      - [not high, medium, normal]
"""


def a_table(text: str, name: str = "priority") -> Table:
    made = read_processes(text)
    assert not made.sentences, made.sentences
    return made.tables[TableId(name)]


def over(inputs: str, *rows: str, outputs: str = "{grade: text}", hit: str = "first") -> Table:
    lines = "\n".join(f"      - {row}" for row in rows)
    text = f"tables:\n  t:\n    for: ticket\n    hit: {hit}\n    inputs: {inputs}\n"
    return a_table(f"{text}    outputs: {outputs}\n    rows:\n{lines}\n", "t")


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [("high", "high", "critical"), ("high", "low", "high"), ("low", "high", "high"),
     ("medium", "medium", "normal"), ("low", "low", None), (None, "medium", "normal"),
     (None, None, None)],
)  # fmt: skip
def test_table_decides_by_the_row_that_matches(impact: Any, urgency: Any, expected: Any):
    table = a_table(PRIORITY)

    assert table.decide(facts(impact=impact, urgency=urgency)) == expected


@pytest.mark.parametrize(
    ("cell", "taken"),
    [("'> 5'", [Decimal("5.5"), 6]), ("'>= 5'", [5, Decimal("5.5"), 6]), ("'< 5'", [4]),
     ("'<= 5'", [4, 5]), ("4..5", [4, 5]), ("5", [5]), ("not 5", [4, Decimal("5.5"), 6, None]),
     ("not null", [4, 5, Decimal("5.5"), 6]), ("[5, null]", [5, None]),
     ("any", [4, 5, Decimal("5.5"), 6, None]), ("null", [None]), ("[4, 6]", [4, 6])],
)  # fmt: skip
def test_cells_of_numbers(cell: str, taken: list[Any]):
    table = over("{n: record.count}", f"[{cell}, hit]")

    values = [4, 5, Decimal("5.5"), 6, None]

    assert [v for v in values if table.decide(facts(count=v)) == "hit"] == taken


def test_first_row_wins_where_rows_overlap():
    table = over("{n: record.count}", '["> 5", big]', '["> 3", middle]', "[any, small]")

    decided = [table.decide(facts(count=n)) for n in (9, 5, 1, None)]

    assert decided == ["big", "middle", "small", "small"]


def test_several_outputs_are_the_parts_of_the_decision():
    table = over("{s: record.status}", "[new, high, 4]", outputs="{priority: text, hours: number}")

    function = table_function(table)

    assert function.evaluate(facts(status="new")) == {"priority": "high", "hours": 4}
    assert function.type == RecordType("", {"priority": TEXT, "hours": NUMBER})
    assert function.paths == {("record", "status")}


def test_rules_can_ask_a_table():
    made = read_processes(
        PRIORITY
        + """
rules:
  raise:
    on: {created: ticket}
    when: decide('priority') == 'critical'
    do: [{set: {urgent: true}}]
"""
    )
    rules = compile_rules(made.rules)

    decided = [
        decide(rules, Created(TICKET), facts(impact=i, urgency="high"), TICKET, RECORD).fired
        for i in ("high", "low")
    ]

    assert made.sentences == []
    assert decided == [("raise",), ()]


def test_gaps_between_options_are_listed():
    gaps = table_gaps(a_table(PRIORITY))

    assert gaps == ({"impact": "medium", "urgency": "low"}, {"impact": "low", "urgency": "low"})


def test_gaps_of_numbers_are_not_looked_for():
    table = over("{n: record.count}", '["> 5", big]')

    assert table_gaps(table) == ()


@pytest.mark.parametrize(
    ("rows", "overlapping"),
    [
        (['["1..3", a]', '["3..5", b]'], True),
        (['["1..3", a]', '["> 3", b]'], False),
        (['["< 3", a]', '[">= 3", b]'], False),
        (['["<= 3", a]', '[">= 3", b]'], True),
        (['[[1, 2], a]', '["2..4", b]'], True),
        (['[[1, 2], a]', '["3..4", b]'], False),
        (['["not 3", a]', '[3, b]'], False),
        (['["not 3", a]', '[4, b]'], True),
        (['[null, a]', '["not null", b]'], False),
        (['[null, a]', '[not 4, b]'], True),
    ],
)  # fmt: skip
def test_unique_refuses_rows_that_overlap(rows: list[str], *, overlapping: bool):
    lines = "\n".join(f"      - {row}" for row in rows)
    made = read_processes(
        "tables:\n  t:\n    inputs: {n: record.count}\n    outputs: {o: text}\n"
        f"    rows:\n{lines}\n"
    )

    assert [sentence[-5:-1] for sentence in made.sentences] == ["R025"] * overlapping


def test_real_priority_table_of_2000_incidents_is_unique_and_complete():
    digits = {"1": "high", "2": "medium", "3": "low"}
    rows = [
        f"      - [{digits[i]}, {digits[u]}, {digits[p]}]"
        for i, u, p in [("1", "1", "1"), ("1", "2", "2"), ("2", "1", "2"), ("2", "2", "3")]
    ]
    text = PRIORITY[: PRIORITY.index("      - [high")] + "\n".join(rows)

    table = a_table(text)

    assert table.decide(facts(impact="high", urgency="medium")) == "medium"
    assert len(table_gaps(table)) == 5
