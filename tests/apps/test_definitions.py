"""Every bundled definition is right, well formatted, and written in all its locales."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.app import problems_of
from engines.source.fmt import fmt
from tests.support.bundled import FILES, data_of, entries

LOCALES = {"en", "zh", "es", "ar"}
TEXT_KEYS = {"title", "title_plural", "description", "help", "placeholder", "message"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_definition_has_no_problems(file: Path):
    problems = problems_of(file.read_text("utf-8"), file.name)

    assert [one.message for one in problems] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_definition_is_written_in_canonical_form(file: Path):
    text = file.read_text("utf-8")

    assert fmt(text) == text


def _texts(app: str) -> list[tuple[str, object]]:
    """Every text a person reads, with its path; sample records are not translated."""
    data = {key: value for key, value in data_of(app).items() if key != "seeds"}
    return [
        (".".join(path), value)
        for path, value in entries(data)
        if _is_text(path, value) and "fields" not in path[-2:-1]
    ]


def _is_text(path: tuple[str, ...], value: object) -> bool:
    if isinstance(value, dict) and value and set(value) <= LOCALES:
        return all(isinstance(one, str) for one in value.values())
    return bool(path) and path[-1] in TEXT_KEYS and isinstance(value, str)


def test_every_text_of_the_service_desk_is_there_in_four_languages():
    untranslated = [path for path, value in _texts("service_desk") if set(value) != LOCALES]

    assert untranslated == []
    assert len(_texts("service_desk")) > 200


def test_every_text_of_the_orders_is_there_in_both_languages():
    untranslated = [path for path, value in _texts("orders") if set(value) != {"en", "zh"}]

    assert untranslated == []


def test_no_chinese_text_repeats_the_english_one():
    repeated = [
        path
        for path, value in _texts("service_desk")
        if value["zh"] == value["en"] and "{{" not in value["en"]
    ]

    assert repeated == []
