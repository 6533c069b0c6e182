"""What is typed wrong at the command line is answered with a sentence, never with a traceback."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from builder.cli.acts import answered
from engines.errors import AppBuilderError
from runtime.bootstrap import open_runtime
from runtime.settings import load_settings
from tests.builder.cli.conftest import Run
from tests.builder.cli.test_commands import written
from tests.builder.cli.test_serve import ORDERS


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A directory with an installed app and files that nothing can use."""
    run("app", "install", written(tmp_path, "orders.yaml", ORDERS))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "rows.csv").write_text("a\n1\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("fmt", "{}/bytes"),
        ("sandbox", "{}/bytes"),
        ("app", "install", "{}/bytes"),
        ("app", "publish", "{}/bytes"),
        ("records", "import", "{}/rows.csv", "--mapping", "{}/bytes"),
        ("serve", "--demo", "--port", "0", "--app", "{}/bytes"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_file_that_is_no_text_is_named(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    result = run(*(one.format(folder) for one in command))

    assert result.exit_code == 1
    assert f"{folder}/bytes: byte 0xff is not UTF-8." in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    "command",
    [
        ("schema", "-o", "{}/no/file"),
        ("app", "export", "orders", "-o", "{}/no/file"),
        ("backup", "{}/no/file"),
        ("records", "export", "orders.order", "-o", "{}/no/file.csv"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_place_that_cannot_be_written_is_named(
    run: Run, folder: Path, command: tuple[str, ...]
) -> None:
    result = run(*(one.format(folder) for one in command))

    assert result.exit_code == 1
    assert f"{folder}/no/" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("user", "add", "ann"), "email: "),
        (("user", "add", ""), "email: "),
        (("user", "add", "a b@example.org"), "email: "),
        (("user", "add", "ann@example.org", "--locale", "xx"), "locale: "),
        (("user", "add", "ann@example.org", "--time-zone", "Mars/Base"), "time_zone: "),
        (("user", "add", "ann@example.org", "--role", "orders:boss"), "has no role 'boss'"),
        (("department", "set", ""), "needs an id"),
    ],
    ids=["no address", "empty", "space", "language", "zone", "role", "department"],
)
def test_value_that_makes_no_sense_is_refused(
    run: Run, folder: Path, command: tuple[str, ...], words: str
) -> None:
    assert folder
    result = run(*command)

    assert result.exit_code == 1, result.output
    assert words in result.output
    assert "ann" not in run("user", "list").output


def test_refused_value_is_a_sentence_beside_a_server_too(run: Run, folder: Path) -> None:
    runtime = open_runtime(load_settings({"data_dir": folder / "data"}, {}))

    with closing(runtime), pytest.raises(AppBuilderError, match=r"^email: Enter .+\.$"):
        answered(runtime, "user.add", {"email": "ann"})


def test_empty_definition_is_named_once(run: Run, folder: Path) -> None:
    result = run("fmt", written(folder, "empty.yaml", ""))

    assert result.output == (
        f"Error: {folder}/empty.yaml:1: the file is empty. Begin with 'format: 1'. [S016]\n"
    )
