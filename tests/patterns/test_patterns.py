"""The 43 control-flow patterns: each played in all orders, against the traces it must allow.

A letter of a trace is a step's completion, or a message by its name; `+` adds one more piece of
work, `z` closes the adding, `!` cancels the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.patterns.play import Play, Rules
from tests.patterns.table import TABLE, read_patterns, table
from tests.support.processes import a_flow, an_unsound_flow

FOLDER = Path(__file__).parent
WRITTEN = read_patterns()
PLAYED = {name: one for name, one in WRITTEN.items() if one["support"] != "refused"}
CASES = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name, one in PLAYED.items()
    for number, case in enumerate(one["cases"])
]
FORBIDDEN = [
    pytest.param(name, trace, id=f"{name}-{trace}")
    for name, one in PLAYED.items()
    for trace in one["forbidden"]
]


@dataclass(frozen=True)
class Pattern:
    """One file: the flow ready to play."""

    play: Play
    stuck: set[str]


def a_pattern(name: str) -> Pattern:
    written = WRITTEN[name]
    nodes = _nodes_of(FOLDER / f"{name}.yaml")
    code = written.get("unsound")
    flow = an_unsound_flow(nodes, code) if code else a_flow(nodes)
    rules = Rules(
        messages=written.get("messages", {}),
        only_waiting=written.get("offered") == "waiting",
        is_kept=written.get("kept", True),
        adding=written.get("adding", ""),
        is_cancelling=written.get("cancelling", False),
        longest=written.get("longest", 12),
    )
    return Pattern(Play(flow, rules), set(written.get("stuck", ())))


def _nodes_of(file: Path) -> str:
    """The text of the nodes, as an author would write them."""
    text = file.read_text("utf-8").split("\nnodes:\n")[1].split("\ncases:\n")[0]
    return "\n".join(line.removeprefix("  ") for line in text.splitlines())


def test_every_pattern_is_there_once() -> None:
    assert sorted(WRITTEN) == [f"wcp{number:02d}" for number in range(1, 44)]


def test_only_rare_patterns_are_refused_and_each_says_why() -> None:
    refused = [one for one in WRITTEN.values() if one["support"] == "refused"]

    assert {one["tag"] for one in refused} == {"rare"}
    assert all(one["how"] for one in refused)


def test_table_in_the_docs_is_up_to_date() -> None:
    assert TABLE.read_text("utf-8") == table(WRITTEN)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_pattern_produces_exactly_the_traces_it_must(name: str, case: dict[str, Any]) -> None:
    pattern = a_pattern(name)

    complete, stuck = pattern.play.traces(case["record"])

    assert complete == set(case["allowed"])
    assert stuck == pattern.stuck


@pytest.mark.parametrize(("name", "trace"), FORBIDDEN)
def test_pattern_cannot_be_made_to_perform_a_forbidden_trace(name: str, trace: str) -> None:
    pattern = a_pattern(name)
    records = [case["record"] for case in WRITTEN[name]["cases"]]

    performed = [record for record in records if pattern.play.performs(record, trace)]

    assert performed == []
