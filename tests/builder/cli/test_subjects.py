"""People at the command line: a record erased, an account's own record named."""

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
from tests.runtime.story.test_subjects import TEXT


@pytest.fixture
def ann(run: Run, tmp_path: Path) -> str:
    """The record of a member."""
    run("app", "install", written(tmp_path, "club.yaml", TEXT))
    run("user", "add", "gus@example.org", "--role", "club:guest")
    runtime = open_runtime(load_settings({"data_dir": tmp_path / "data"}, {}))
    answers = {"name": "Ann", "email": "ann@example.org"}
    made = runtime.bus.execute(CreateRecord(AppId("club"), FormId("member"), answers), SYSTEM)
    runtime.close()
    return str(made.record)


def test_record_is_erased_for_good(run: Run, ann: str) -> None:
    first = run("records", "erase", "club.member", ann, "--reason", "asked", "--json")
    again = run("records", "erase", "club.member", ann, "--reason", "asked")

    assert json.loads(first.output) == {"record": ann, "had_values": True}
    assert again.output == f"{ann}: nothing was kept.\n"


def test_account_gets_and_loses_its_record(run: Run, ann: str) -> None:
    named = run("user", "record", "gus@example.org", "club.member", ann)
    none = run("user", "record", "gus@example.org", "club.member")

    assert named.output == f"gus@example.org: {ann} in club.\n"
    assert none.output == "gus@example.org: no record in club.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("records", "erase", "club", "x", "--reason", "y"), 2, "APP.FORM"),
        (("records", "erase", "club.member", "x", "--reason", "y"), 1, "not"),
        (("records", "erase", "club.nothing", "x", "--reason", "y"), 1, "nothing"),
        (("user", "record", "nobody@example.org", "club.member", "x"), 1, "nobody@example.org"),
        (("user", "record", "gus@example.org", "club.member", "x"), 1, "not"),
    ],
    ids=["no form", "no record", "unknown form", "no account", "unknown record"],
)
def test_what_cannot_be_done_is_said(
    run: Run, ann: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = run(*arguments)

    assert ann
    assert result.exit_code == code, result.output
    assert words in result.output
    assert "Traceback" not in result.output
