"""Every mistake a text can hold has a small broken app, and its message is pinned word by word.

The first lines of a file say what is expected: `# expect: <line>: <path>: <message> [<code>]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.app import problems_of

BROKEN_APPS = Path("tests/broken_apps")
# No mistake of the text: a failing test of its own (V…: tests/builder/sandbox), a role that nobody
# holds (U…: tests/builder/test_unheld.py).
FILES = sorted(one for one in BROKEN_APPS.glob("*.yaml") if one.name[0] not in "UV")
CODE = re.compile(r"[A-Z][0-9]{3}")
EXPECTED = re.compile(rb"(?:\xef\xbb\xbf)?# expect: ([^\r\n]*)")


def code_of(file: Path) -> str:
    return file.name.split("-")[0]


def codes_used() -> set[str]:
    """Every code that stands in the engines as a text of its own."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path("engines").rglob("*.py")]
    return {code for tree in trees for code in _codes_in(tree)}


def _codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from CODE.findall(node.value) if CODE.fullmatch(node.value) else ()


def codes_without_file() -> set[str]:
    lines = (BROKEN_APPS / "without_file.txt").read_text("utf-8").splitlines()
    return {line.split()[0] for line in lines if not line.startswith("#")}


# A family is held to completeness from its first file on.
FAMILIES = {code_of(file)[0] for file in FILES}
USED = codes_used()
DEMANDED = sorted(code for code in USED - codes_without_file() if code[0] in FAMILIES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_broken_app_gets_exactly_the_messages_it_expects(file: Path) -> None:
    content = file.read_bytes()
    expected = [found.decode() for found in EXPECTED.findall(content)]

    said = [f"{one.line}: {one.sentence()}" for one in problems_of(content, file.name)]

    assert said == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_broken_app_shows_the_code_it_is_named_after(file: Path) -> None:
    assert f"[{code_of(file)}]".encode() in file.read_bytes()


@pytest.mark.parametrize("code", DEMANDED)
def test_every_code_has_a_broken_app(code: str) -> None:
    assert [file.name for file in FILES if code_of(file) == code] != []


def test_every_broken_app_shows_a_code_in_use() -> None:
    assert [file.name for file in FILES if code_of(file) not in USED] == []


def test_codes_without_file_are_in_use_and_have_none() -> None:
    with_file = {code_of(file) for file in FILES}

    assert codes_without_file() - with_file == codes_without_file() & USED
