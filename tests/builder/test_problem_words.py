"""What is wrong with a definition is said in every language of the designer, values untouched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from builder.problem_words import languages, sentences, translated
from engines.app import problems_of

ROOT = Path(__file__).resolve().parents[2]
BROKEN = sorted((ROOT / "tests/broken_apps").glob("*.yaml"))
CODE = re.compile(r"[A-Z][0-9]{3}")
SLOT = re.compile(r"\{[a-z]\}")
# Put together from parts of which each is a sentence in the file: the broken apps have them.
COMPOSED = re.compile(r"'x' x\b|^x(\(\))?: x$")


def test_every_language_of_the_designer_is_there() -> None:
    assert languages() == ["ar", "es", "zh"]


@pytest.mark.parametrize("locale", ["ar", "es", "zh"])
def test_problem_of_every_broken_app_is_translated(locale: str) -> None:
    assert [one for one in said_of_broken_apps() if translated(one, locale) == one] == []


@pytest.mark.parametrize("locale", ["ar", "es", "zh"])
def test_sentence_beside_every_code_is_translated(locale: str) -> None:
    found = said_in_code()

    assert len(found) > 200
    assert [one for one in found if translated(one, locale) == one] == []


@pytest.mark.parametrize("locale", ["ar", "es", "zh"])
def test_translation_has_the_values_of_the_sentence(locale: str) -> None:
    differing = {
        english: own
        for english, own in sentences(locale).items()
        if sorted(SLOT.findall(english)) != sorted(SLOT.findall(own))
    }

    assert differing == {}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("unknown role 'number'", "未知的角色“number”"),
        ('unknown role "o\'clock"', "未知的角色“o'clock”"),
        ("a number is never equal to a text", "数字永远不等于文本"),
        ("default 'x' is refused: unknown option", "默认值“x”被拒绝：没有这个选项"),
        ("a sentence nobody knows", "a sentence nobody knows"),
    ],
)
def test_what_is_quoted_stays_as_the_author_wrote_it(english: str, chinese: str) -> None:
    assert translated(english, "zh") == chinese


@pytest.mark.parametrize(
    "folder",
    [
        "builder/problem_words",
        "builder/ui/messages",
        "runtime/web/messages",
        "runtime/web/refusal_words",
    ],
)
def test_chinese_addresses_everybody_politely(folder: str) -> None:
    assert "你" not in (ROOT / folder / "zh.json").read_text("utf-8")


def test_english_stays_english() -> None:
    assert translated("unknown role 'x'", "en") == "unknown role 'x'"


@cache
def said_of_broken_apps() -> list[str]:
    """Messages and hints of all broken apps."""
    found = [one for path in BROKEN for one in problems_of(path.read_bytes(), path.name)]
    return sorted({text for one in found for text in (one.message, one.hint) if text})


@cache
def said_in_code() -> list[str]:
    """Sentences that stand in a call beside a diagnostic's code, with values made up."""
    files = sorted((ROOT / "engines").rglob("*.py"))
    return sorted(
        {text for path in files for text in _said_in(ast.parse(path.read_text("utf-8")))}
    )


def _said_in(tree: ast.AST) -> Iterator[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        given = [*call.args, *(one.value for one in call.keywords)]
        if not any(_has_code(one) for one in given):
            continue
        for one in given:
            text = _made_up(one)
            if " " in text and not COMPOSED.search(text):
                yield text


def _has_code(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and CODE.fullmatch(text) is not None


def _made_up(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else _value_of(part)
        for part in node.values
    )


def _value_of(part: ast.expr) -> str:
    is_quoted = isinstance(part, ast.FormattedValue) and part.conversion == ord("r")
    return "'x'" if is_quoted else "x"
