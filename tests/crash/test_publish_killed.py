"""A publish killed before each of its statements leaves the old version or the new one, whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.site import ROOT
from tests.support.server import environment

pytestmark = pytest.mark.slow

OLD = {
    "live": 1,
    "subjects": ["order 0", "order 1", "order 2"],
    "steps_left": 0,
    "problems": [],
}


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_publish_killed_before_any_statement_can_be_repeated(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    given: dict[str, Any] = {"data_dir": str(tmp_path / "data")}
    if database == "postgres":
        given["database_url"] = request.getfixturevalue("postgres_url")

    kills = [json.loads(line) for line in published_under_fire(given).splitlines()]

    assert len(kills) > 20
    assert [one["killed"] for one in kills if one["killed"] not in (OLD, {**OLD, "live": 2})] == []
    new = {**OLD, "subjects": ["New", *OLD["subjects"]]}  # type: ignore[misc]
    whole = ({**new, "live": 2}, {**new, "live": 3})  # 3: the first publish was done but not told
    assert [one["repeated"] for one in kills if one["repeated"] not in whole] == []
    assert {one["killed"]["live"] for one in kills[:-1]} >= {1}


def published_under_fire(given: dict[str, Any]) -> str:
    command = [sys.executable, "-m", "tests.crash.publishing", json.dumps(given)]
    done = subprocess.run(  # noqa: S603  our own program
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
