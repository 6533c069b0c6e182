"""Every way a definition's own test can fail has a small app, its message pinned word by word.

Mistakes of the text itself are pinned in `tests/engines/test_broken_apps.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builder.scenario import scenario_gate
from engines.app import parse_app

FILES = sorted(Path("tests/broken_apps").glob("V*.yaml"))
CODES = sorted(set(re.findall(r'"(V[0-9]{3})"', Path("builder/scenario.py").read_text("utf-8"))))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_failing_test_gets_exactly_the_messages_it_expects(file: Path) -> None:
    text = file.read_text("utf-8")
    expected = re.findall(r"# expect: (.*)", text)

    found = scenario_gate(parse_app(text, file.name), text)

    assert [f"{one.line}: {one.sentence()}" for one in found] == expected
    assert {one.code for one in found} == {file.name.split("-")[0]}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_one_app(code: str) -> None:
    assert [file.name for file in FILES if file.name.startswith(code)] != []
