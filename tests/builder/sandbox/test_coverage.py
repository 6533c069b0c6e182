"""Which nodes, branches, rules and table rows the tests of a definition come by."""

from __future__ import annotations

from typing import Any

from builder.coverage import as_json, coverage
from builder.scenario import verdicts
from engines.app import parse_app
from tests.builder.sandbox.conftest import WORKSHOP
from tests.builder.sandbox.test_scenario import BELL, BRAKES, a_test


def covered_by(tests: str) -> dict[str, Any]:
    text = WORKSHOP + tests
    reached = [one.reached for one in verdicts(text, "workshop.yaml")]
    return as_json(coverage(parse_app(text, "workshop.yaml"), reached))


def test_definition_without_tests_reaches_nothing() -> None:
    found = covered_by("")

    assert {kind: one["reached"] for kind, one in found.items()} == dict.fromkeys(found, 0)
    assert found["row"]["missing"] == [
        "tables.promised_days.rows[0]",
        "tables.promised_days.rows[1]",
    ]


def test_parts_that_no_test_came_by_are_named() -> None:
    found = covered_by(a_test(BELL, "record: {urgency: low}"))

    assert found["node"]["missing"] == ["flows.mending.nodes.ready", "flows.mending.nodes.end"]
    assert found["branch"] == {
        "reached": 1,
        "total": 3,
        "missing": ["flows.mending.nodes.mend.outcomes.mended.to", "flows.mending.nodes.ready.to"],
    }
    assert found["rule"]["missing"] == ["rules.brakes_first"]
    assert found["row"]["missing"] == ["tables.promised_days.rows[0]"]


def test_several_tests_count_together() -> None:
    both = BRAKES + a_test(BELL, "record: {urgency: low}").removeprefix("tests:\n")

    found = covered_by(both)

    assert {kind: one["missing"] for kind, one in found.items()} == {key: [] for key in found}


def test_failed_test_still_counts_for_what_it_reached() -> None:
    found = covered_by(a_test(BELL, "record: {urgency: high}"))

    assert found["node"]["reached"] == 1
