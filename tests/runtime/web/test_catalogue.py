"""The message catalogue: whole in every language, and nothing said outside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engines.errors import FieldProblem
from engines.form.display import Display
from engines.form.problems import CODES
from runtime.access.lists import OPERATORS
from runtime.web.catalogue import LOCALES, Message, catalogue, filled, plural_category
from runtime.web.errors import _PAGES
from runtime.web.problems import problem_text

ROOT = Path(__file__).parents[3]
ENGLISH = catalogue("en").messages
FORMS = {
    "en": {"one", "other"},
    "zh": {"other"},
    "es": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
# Parameters that plural forms may say in words: "one task", "two tasks".
SPOKEN = {"count", "max", "min"}


def texts(message: Message) -> Iterable[str]:
    return [message] if isinstance(message, str) else message.values()


def has_words(text: str) -> bool:
    return re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", text)) is not None


def parameters(message: Message) -> set[str]:
    return {name for text in texts(message) for name in re.findall(r"\{(\w+)\}", text)}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_the_same_keys(locale: str) -> None:
    assert catalogue(locale).messages.keys() == ENGLISH.keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_names_the_same_parameters(locale: str) -> None:
    messages = catalogue(locale).messages

    differing = {
        key: parameters(messages[key]) ^ parameters(ENGLISH[key])
        for key in ENGLISH
        if (parameters(messages[key]) ^ parameters(ENGLISH[key])) - SPOKEN
    }

    assert differing == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_plurals_have_exactly_the_forms_of_their_language(locale: str) -> None:
    plurals = {k: m for k, m in catalogue(locale).messages.items() if not isinstance(m, str)}

    assert plurals
    assert {key: set(one) for key, one in plurals.items() if set(one) != FORMS[locale]} == {}


@pytest.mark.parametrize("locale", ["zh", "es", "ar"])
def test_sentences_are_translated(locale: str) -> None:
    messages = catalogue(locale).messages
    sentences = [key for key, one in ENGLISH.items() if isinstance(one, str) and " " in one]

    same = [key for key in sentences if messages[key] == ENGLISH[key]]

    assert [
        key for key in same if re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", str(ENGLISH[key])))
    ] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_words_carry_no_exclamation_marks_and_no_blame(locale: str) -> None:
    said = " ".join(text for one in catalogue(locale).messages.values() for text in texts(one))

    assert not re.search(r"[!！¡]", said)
    assert "invalid" not in said.lower()


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_field_problem_has_its_sentence(locale: str, code: str) -> None:
    params = dict.fromkeys(CODES[code], 3) | (
        {"message": {"en": "No"}} if "message" in CODES[code] else {}
    )

    said = problem_text(
        catalogue(locale), FieldProblem("x", code, params), Display(locale, ZoneInfo("UTC"))
    )

    assert said
    assert "{" not in said


def problem_codes(path: Path) -> set[str]:
    """Codes given to FieldProblem as second argument, or to Refused as first, in a module."""
    at = {"FieldProblem": 1, "Refused": 0}
    calls = (
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in at
    )
    codes = (node.args[at[node.func.id]] for node in calls if len(node.args) > at[node.func.id])  # type: ignore[attr-defined]
    return {
        one.value for one in codes if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def test_every_code_in_the_sources_is_in_the_catalogue() -> None:
    modules = [p for top in ("engines", "runtime", "builder") for p in (ROOT / top).rglob("*.py")]

    found = {code for path in modules for code in problem_codes(path)}

    assert found
    assert {code for code in found if f"problem.{code}" not in ENGLISH} == set()


def keys_used() -> set[str]:
    """Keys that templates and modules of the front ask for, as far as they are literal."""
    web = ROOT / "runtime" / "web"
    templates = "\n".join(path.read_text("utf-8") for path in web.rglob("*.html"))
    modules = "\n".join(path.read_text("utf-8") for path in web.rglob("*.py"))
    in_templates = re.findall(r"\bt\('([\w.]+)'(?! ~)", templates)
    return {*in_templates, *re.findall(r"\.say\(\s*\"([\w.]+)\"", modules)}


def test_every_key_pages_ask_for_is_in_the_catalogue() -> None:
    assert keys_used() - ENGLISH.keys() == set()


def test_made_up_keys_are_in_the_catalogue() -> None:
    made = [f"error.{status}.{part}" for status in _PAGES for part in ("title", "what", "do")]
    made += [f"filter.{operator}" for operator in OPERATORS]
    made += [f"story.{name}" for name in _event_names()]

    assert set(made) - ENGLISH.keys() == set()


def _event_names() -> list[str]:
    from engines import messages

    return [one.__name__ for one in messages.Event.__args__]


@pytest.mark.parametrize(
    ("locale", "count", "category"),
    [("en", 1, "one"), ("en", 0, "other"), ("es", 2, "other"), ("zh", 1, "other"),
     ("ar", 0, "zero"), ("ar", 1, "one"), ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 10, "few"),
     ("ar", 11, "many"), ("ar", 99, "many"), ("ar", 100, "other"), ("ar", 103, "few"),
     ("ar", 111, "many"), ("ar", 202, "other"), ("fr", 1, "one")],
)  # fmt: skip
def test_plural_categories_follow_the_language(locale: str, count: int, category: str) -> None:
    assert plural_category(locale, count) == category


@pytest.mark.parametrize(
    ("message", "params", "expected"),
    [
        ("{a} and {b}", {"a": 1, "b": 2}, "1 and 2"),
        ("{a}", {"a": "{b}", "b": "no"}, "{b}"),
        ("{0.__class__} {a!r} {", {"a": 1}, "{0.__class__} {a!r} {"),
    ],
)
def test_parameters_are_put_in_and_never_read_again(
    message: str, params: Mapping[str, object], expected: str
) -> None:
    assert filled(message, params) == expected
