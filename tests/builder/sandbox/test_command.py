"""`dougong sandbox`: a script, the definition's own tests, steps typed in."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from builder.cli.main import main
from builder.scenario import scenario_gate
from engines.app import parse_app
from tests.builder.sandbox.conftest import WORKSHOP
from tests.builder.sandbox.test_scenario import BELL, BRAKES, a_test

SCRIPT = """\
given: {users: {bob: boss}, at: "2026-03-02 10:00"}
when:
  - {submit: repair, as: customer, with: {fault: the brake}}
  - {advance: 2h}
"""


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    file = tmp_path / "workshop.yaml"
    file.write_text(WORKSHOP + BRAKES, "utf-8")
    return file


def run(definition: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["sandbox", str(definition), *words], input=typed)


def script(tmp_path: Path, text: str) -> str:
    file = tmp_path / "steps.yaml"
    file.write_text(text, "utf-8")
    return str(file)


def test_script_prints_what_happened_and_why(definition: Path, tmp_path: Path) -> None:
    result = run(definition, "--script", script(tmp_path, SCRIPT))

    assert result.exit_code == 0, result.output
    assert "2026-03-02 10:00:00  repair_1        Customer: created this" in result.output
    assert "Rule brakes_first applied. (Fault: the brake)" in result.output
    assert "[in_app to bob] Still waiting: R-0001" in result.output


def test_script_that_is_not_met_exits_with_one(definition: Path, tmp_path: Path) -> None:
    wrong = f"{SCRIPT}expect: {{record: {{urgency: low}}}}\n"

    result = run(definition, "--script", script(tmp_path, wrong))

    assert result.exit_code == 1
    assert "NOT AS EXPECTED: repair_1.urgency is 'high', not 'low'" in result.output


def test_script_is_checked_like_a_definition(definition: Path, tmp_path: Path) -> None:
    result = run(definition, "--script", script(tmp_path, "when: [{sumbit: repair}]\n"))

    assert result.exit_code == 1
    assert "Did you mean 'submit'?" in result.output


def test_json_holds_trace_and_problems(definition: Path, tmp_path: Path) -> None:
    result = run(definition, "--script", script(tmp_path, SCRIPT), "--json")

    found = orjson.loads(result.output)
    assert found["problems"] == []
    assert [line["kind"] for line in found["trace"]][:2] == ["RuleDecided", "RecordCreated"]


def test_own_tests_are_run_and_named(definition: Path) -> None:
    definition.write_text(
        WORKSHOP + BRAKES + a_test(BELL, "flows: {mending: ended}").removeprefix("tests:\n"),
        "utf-8",
    )

    result = run(definition, "--tests")

    assert result.exit_code == 1
    assert "passed  brakes_are_mended_first" in result.output
    assert "failed  one\n        the flow mending is running, not ended" in result.output
    assert "3 of 3 nodes reached" in result.output


def test_coverage_of_own_tests_is_there_for_programs(definition: Path) -> None:
    result = run(definition, "--tests", "--json")

    found = orjson.loads(result.output)
    assert found["tests"] == [{"test": "brakes_are_mended_first", "failures": []}]
    assert found["coverage"]["row"] == {
        "reached": 1,
        "total": 2,
        "missing": ["tables.promised_days.rows[1]"],
    }


def test_typed_steps_can_be_kept_as_a_test_that_passes(definition: Path) -> None:
    steps = [
        "submit: bicycle, as: mechanic, with: {frame: B-77}",
        "submit: repair, as: mechanic, with: {fault: bell, bicycle: '@bicycle_1'}",
        "advance: next",
        "complete: mend, as: mechanic, outcome: mended, with: {hours: 2}",
        "test",
    ]

    result = run(definition, typed="\n".join(steps))

    kept = result.output[result.output.index("  kept:") :]
    text = f"{WORKSHOP}tests:\n{kept}"
    assert "flows: {mending: ended}" in kept
    assert list(scenario_gate(parse_app(text, "workshop.yaml"), text)) == []


def test_refused_step_is_said_and_the_talk_goes_on(definition: Path) -> None:
    typed = "submit: bicycle, as: customer\nnonsense: 1\nstate\n"

    result = run(definition, "--at", "2026-03-02 10:00", typed=typed)

    assert result.output.count("refused: ") == 2
    assert "It is 2026-03-02 10:00." in result.output
