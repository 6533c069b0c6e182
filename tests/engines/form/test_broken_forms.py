"""Every mistake of a form's author has one file; what is said about it is its first line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.forms import read_forms

FILES = sorted(Path("tests/broken_apps").glob("F*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_form_is_told_what_and_where(file: Path) -> None:
    text = file.read_text("utf-8")
    line, _, sentence = text.splitlines()[0].removeprefix("# expect: ").partition(": ")

    _, sentences = read_forms(text)

    assert sentences == [f"app.yaml:{line}: {sentence}"]


def test_every_code_of_a_form_has_its_file() -> None:
    sources = [path.read_text("utf-8") for path in Path("engines/form").rglob("*.py")]
    used = {code for source in sources for code in _codes(source)}

    assert used == {file.name[:4] for file in FILES}


def _codes(source: str) -> list[str]:
    import re

    return re.findall(r'"(F[0-9]{3})"', source)
