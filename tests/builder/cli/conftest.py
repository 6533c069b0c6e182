"""What the tests of the command share: the served demo, and the command as a test runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builder.cli import main
from tests.support.server import server

__all__ = ["server"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("app", "list")`: the command on a data directory of this test."""

    def run_it(*arguments: object, stdin: str = "") -> Result:
        environment = {"DOUGONG_DATA_DIR": str(tmp_path / "data")}
        return CliRunner().invoke(main, [str(one) for one in arguments], stdin, environment)

    return run_it
