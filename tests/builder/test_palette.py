"""The palettes: everything is offered, and named in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.palette import palette
from engines.form.catalog import field_types
from engines.schema import app_schema

MESSAGES = Path(__file__).parents[2] / "builder/ui/messages"
# The same in every language.
ADDRESS_BEGINNINGS = {"ftp", "geo", "http", "https", "mailto", "sftp", "sip", "tel"}


def words(schema: Any, keyword: str) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get(keyword), str):
            yield schema[keyword]
        for value in schema.values():
            yield from words(value, keyword)
    elif isinstance(schema, list):
        for value in schema:
            yield from words(value, keyword)


def choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (one for one in schema.get("enum", ()) if isinstance(one, str))
        for value in schema.values():
            yield from choices(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from choices(value)


def test_every_control_people_may_add_is_offered() -> None:
    offered = {one["type"] for one in palette("en")["fields"]}

    assert offered == {name for name, kind in field_types().items() if kind.is_offered}


def test_types_are_named_in_the_readers_language() -> None:
    english = {one["type"]: one["label"] for one in palette("en")["fields"]}
    chinese = {one["type"]: one["label"] for one in palette("zh")["fields"]}

    assert english.keys() == chinese.keys()
    assert not set(english.values()) & set(chinese.values())


@pytest.mark.parametrize("locale", ["zh", "es", "ar"])
def test_every_option_of_the_schema_has_its_words(locale: str) -> None:
    messages = json.loads((MESSAGES / f"{locale}.json").read_text(encoding="utf-8"))

    wanted = {f"title.{title}" for title in words(app_schema(), "title") if title}

    assert wanted - messages.keys() == set()


@pytest.mark.parametrize("locale", ["zh", "es", "ar"])
def test_every_help_of_the_schema_is_translated(locale: str) -> None:
    messages = json.loads((MESSAGES / f"{locale}.json").read_text(encoding="utf-8"))

    wanted = {f"help.{help_}" for help_ in words(app_schema(), "description") if help_}

    assert len(wanted) > 150
    assert wanted - messages.keys() == set()


@pytest.mark.parametrize("locale", ["en", "zh", "es", "ar"])
def test_every_choice_of_the_schema_has_its_words(locale: str) -> None:
    messages = json.loads((MESSAGES / f"{locale}.json").read_text(encoding="utf-8"))

    wanted = {f"choice.{word}" for word in choices(app_schema()) if word not in ADDRESS_BEGINNINGS}

    assert wanted - messages.keys() == set()
