"""Whatever is refused, given up or has stopped is said in every language of the pages.

The sentences are found in the code itself, so that a new one without translation is found here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from builder.problem_words import translated
from engines.values import LocaleText, NodeId
from runtime.sign_in import TooManyAttempts
from runtime.web.refusal_words import languages, sentences, told, told_incident

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["ar", "es", "zh"]
SLOT = re.compile(r"\{[a-z]\}")
# Errors whose sentence is shown, and what stops a case with a reason.
RAISED = {
    *("Conflict", "NotAllowed", "StepError", "SeedError", "EvaluationError"),
    *("NotYet", "Undeliverable", "CallFailed", "CalledInVain"),
}
STOPPING = {"stop": 1, "_not_begun": 2}  # by the number of the argument
# The command line speaks English; so do those who only talk to it.
ENGLISH = ("builder/cli/", "runtime/adapters/control.py")
# Sentences that are handed on: they are raised, or made by a library, elsewhere.
HANDED_ON = {
    "builder/web/sandbox.py: str(error)",
    "engines/expression/reference.py: message",
    "engines/flow/arrivals.py: signal.reason",
    "engines/flow/run.py: str(error)",
    "engines/flow/run.py: reason",
    "runtime/adapters/mail.py: str(error)",
    "runtime/perform/work.py: reason",
}
# Nothing but values: there is no word in it to translate.
FRAMES = {"seeds.x.x: x", "@now x x: x"}
# What its value may be is part of the sentence.
WHOLE = {"There is nothing to x": ("There is nothing to undo", "There is nothing to redo")}


@dataclass(frozen=True, slots=True)
class Said:
    """What the code says as a sentence; `text` is empty where that stands elsewhere."""

    place: str
    text: str


def test_refusals_are_there_in_every_language() -> None:
    assert languages() == LANGUAGES


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_sentence_of_a_refusal_is_translated(locale: str) -> None:
    found = sentences_of_code()

    assert len(found) > 150
    assert [text for text in found if in_language(text, locale) == text] == []


def test_sentence_that_stands_elsewhere_is_known_to_be_handed_on() -> None:
    assert {one.place for one in said_in_code() if not one.text} <= HANDED_ON


@pytest.mark.parametrize("locale", LANGUAGES)
def test_translation_of_a_refusal_has_its_values(locale: str) -> None:
    differing = {
        english: own
        for english, own in sentences(locale).items()
        if sorted(SLOT.findall(english)) != sorted(SLOT.findall(own))
    }

    assert differing == {}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_has_the_same_sentences(locale: str) -> None:
    assert sorted(set(sentences("zh")) ^ set(sentences(locale))) == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_who_tries_too_often_is_told_so_in_their_language(locale: str) -> None:
    english = TooManyAttempts(60).reason

    assert told(english, locale) != english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("You may not update this 订单.", "您不能修改“订单”。"),
        ("This needs the right to operate.", "这需要以下权限：运维流程。"),
        ("The flow of this task is suspended.", "这个任务的流程已暂停。"),
        (
            "The flow 'pay' that was started here has stopped: the moment to wait for is empty",
            "在这里启动的流程“pay”已停住：要等待的时刻为空",
        ),
        ("Nobody wrote this sentence.", "Nobody wrote this sentence."),
    ],
)
def test_values_of_a_refusal_stay_and_its_own_words_are_translated(
    english: str, chinese: str
) -> None:
    assert told(english, "zh-CN") == chinese


def test_text_longer_than_any_sentence_of_ours_is_left_as_it_is() -> None:
    text = f"{'x' * 600} has taken this task."

    assert told(text, "zh") == text


def test_case_that_stopped_is_told_with_the_title_of_its_step() -> None:
    nodes = [(NodeId("rest"), LocaleText((("en", "Rest"), ("es", "Pausa"))))]

    said = told_incident("rest: the moment to wait for is empty", "es", nodes)

    assert said == "Pausa: el momento que debe esperar está vacío"


def in_language(text: str, locale: str) -> str:
    """As the designer says it: what it does not know itself is the runtime's."""
    return told(translated(text, locale), locale)


def sentences_of_code() -> list[str]:
    found = {one.text for one in said_in_code() if one.text} - FRAMES
    return sorted({whole for text in found for whole in WHOLE.get(text, (text,))})


@cache
def said_in_code() -> tuple[Said, ...]:
    files = [
        path for part in ("engines", "runtime", "builder") for path in (ROOT / part).rglob("*.py")
    ]
    names = {path: path.relative_to(ROOT).as_posix() for path in sorted(files)}
    return tuple(
        said
        for path, name in names.items()
        if not name.startswith(ENGLISH)
        for said in _said_in(name, ast.parse(path.read_text("utf-8")))
    )


def _said_in(name: str, tree: ast.Module) -> Iterator[Said]:
    constants = dict(_constants(tree))
    for call in ast.walk(tree):
        argument = _sentence_of(call)
        if argument is None:
            continue
        for one in _alternatives(argument):
            text = constants.get(one.id, "") if isinstance(one, ast.Name) else _made_up(one)
            yield Said(f"{name}: {ast.unparse(one)}", text)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for one in tree.body:
        if isinstance(one, ast.AnnAssign | ast.Assign) and isinstance(one.value, ast.Constant):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            for target in targets:
                yield ast.unparse(target), str(one.value.value)


def _sentence_of(node: ast.AST) -> ast.expr | None:
    """The argument that is the sentence, of a call that raises or stops something."""
    if not isinstance(node, ast.Call):
        return None
    called = node.func
    if isinstance(called, ast.Name) and called.id in RAISED:
        return node.args[0] if node.args else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    at = STOPPING.get(name)
    return node.args[at] if at is not None and len(node.args) == at + 1 else None


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    else:
        yield node


def _made_up(node: ast.expr) -> str:
    """The text with values put in; empty where it does not stand here."""
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
