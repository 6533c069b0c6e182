"""`dougong lint`: mistakes end with 1, warnings are shown and end with 0."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from builder.cli.main import main

BROKEN_APPS = Path("tests/broken_apps")


@pytest.mark.parametrize(
    ("file", "severity", "code"),
    [("R026-table-with-a-gap.yaml", "warning", 0), ("R025-rows-overlap.yaml", "error", 1)],
)
def test_lint_tells_warnings_from_mistakes(file: str, severity: str, code: int) -> None:
    result = CliRunner().invoke(main, ["lint", "--json", str(BROKEN_APPS / file)])

    assert result.exit_code == code
    assert {one["severity"] for one in orjson.loads(result.output)} == {severity}
