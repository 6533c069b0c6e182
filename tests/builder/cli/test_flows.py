"""Running cases at the command line: planned, brought to another version, brought back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.values import AppId, FormId
from runtime.bootstrap import open_runtime
from runtime.commands import SYSTEM, CreateRecord
from runtime.settings import load_settings
from tests.builder.cli.conftest import Run
from tests.builder.cli.test_commands import written
from tests.runtime.story.test_calls import TEXT
from tests.runtime.story.test_migrating import FLOW, RENAMED

MAPPED = ("--node", "look=check")


@pytest.fixture
def begun(run: Run, tmp_path: Path) -> Run:
    """The command where one case was begun at the first of two versions."""
    run("app", "install", written(tmp_path, "one.yaml", TEXT + FLOW))
    runtime = open_runtime(load_settings({"data_dir": tmp_path / "data"}, {}))
    runtime.bus.execute(CreateRecord(AppId("shop"), FormId("case"), {"subject": "Lamp"}), SYSTEM)
    runtime.close()
    run("app", "publish", written(tmp_path, "two.yaml", TEXT + RENAMED))
    return run


def verdicts(run: Run, *arguments: object) -> list[str]:
    result = run("flows", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return [one["verdict"] for one in json.loads(result.output)["instances"]]


def test_cases_are_planned_moved_and_brought_back(begun: Run) -> None:
    found = [
        verdicts(begun, "plan", "shop", "checking", *MAPPED),
        verdicts(begun, "migrate", "shop", "checking", *MAPPED, "--reason", "better"),
        verdicts(begun, "plan", "shop", "checking", *MAPPED),
        verdicts(begun, "undo", "shop", "checking", "--to", "1"),
    ]

    listed = json.loads(begun("flows", "list", "shop", "--json").output)
    assert found == [["moves"], ["moves"], ["stays"], ["moves"]]
    assert [(one["flow"], one["version"], one["cases"]) for one in listed] == [("checking", 1, 1)]


def test_plan_says_how_many_and_why(begun: Run) -> None:
    said = begun("flows", "plan", "shop", "checking").output

    assert "Version 2 of checking: 0 would move, 0 stay, 1 need a person." in said
    assert "node 'look' is not there, and something stands at 'look'" in said


def test_mapping_is_read_from_a_file(begun: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "nodes.json", '{"look": "check"}')

    assert verdicts(begun, "plan", "shop", "checking", "--mapping", file) == ["moves"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(("--where", "subject~is~Lamp"), ["moves"], id="what the record holds"),
        pytest.param(("--where", "subject~is~Desk"), [], id="no such record"),
        pytest.param(("--at", "look"), ["moves"], id="where it stands"),
        pytest.param(("--at", "end"), [], id="nobody there"),
    ],
)
def test_cases_are_narrowed(begun: Run, options: tuple[str, ...], expected: list[str]) -> None:
    assert verdicts(begun, "plan", "shop", "checking", *MAPPED, *options) == expected


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("plan", "shop", "nothing"), 1, "flow nothing in version 2"),
        (("plan", "nothing", "checking"), 1, "nothing"),
        (("plan", "shop", "checking", "--to", "9"), 1, "9"),
        (("plan", "shop", "checking", "--node", "look=chek"), 1, "node chek in version 2"),
        (("plan", "shop", "checking", "--node", "look"), 2, "OLD=NEW"),
        (("plan", "shop", "checking", "--where", "subject"), 2, "FIELD~OPERATOR~VALUE"),
        (("plan", "shop", "checking", "--where", "colour~is~red"), 1, "colour"),
        (("plan", "shop", "checking", "--case", "x"), 1, "case x"),
        (("undo", "shop", "checking"), 2, "--to"),
    ],
    ids=["flow", "app", "version", "node", "node text", "where text", "field", "case", "undo"],
)
def test_what_cannot_be_done_is_said(
    begun: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = begun("flows", *arguments)

    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("text", ["[1]", "{", '{"look": 1}'], ids=["list", "no JSON", "number"])
def test_mapping_that_is_none_is_refused(begun: Run, tmp_path: Path, text: str) -> None:
    file = written(tmp_path, "nodes.json", text)

    result = begun("flows", "plan", "shop", "checking", "--mapping", file)

    assert result.exit_code == 1
    assert "nodes.json" in result.output
