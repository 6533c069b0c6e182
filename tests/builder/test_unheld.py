"""Roles that flows ask and nobody holds: at which steps, and how the designer is told of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from builder.problem_words import translated
from builder.web.checks import problem_lines
from engines.values import AppId
from tests.support.worlds import World

FILE = Path("tests/broken_apps/U001-role-nobody-holds.yaml")
TEXT = FILE.read_text("utf-8")
PARKS_TEXT = """\
format: 1
app: parks
title: Parks
roles:
  keeper: {title: Keeper}
  warden: {title: Warden, includes: [keeper]}
forms:
  tree: {title: Tree, fields: {label: {type: text}}}
flows:
  care:
    title: Care
    on: {created: tree}
    nodes:
      look:
        type: task
        title: Look
        assign: {role: keeper, pick: pool}
        outcomes: {fine: {title: Fine, to: sign}}
      sign:
        type: approval
        title: Sign
        mode: any
        signers: [{role: warden}]
        outcomes: {approved: {to: end}, rejected: {to: end}}
      end: {type: end}
"""


def warned(world: World, text: str, app: str = "parks") -> Sequence[str]:
    with world.store.read() as reader:
        lines = problem_lines(reader, AppId(app), text, f"{app}.yaml", "en")
    return [f"{one['line']}: {one['place']}: {one['message']}" for one in lines]


def test_step_that_asks_a_role_nobody_holds_is_warned_of_at_its_place(world: World) -> None:
    expected = re.findall(r"# expect: (.*)", TEXT)
    with world.store.read() as reader:
        (line,) = problem_lines(reader, AppId("shop"), TEXT, FILE.name, "en")

    told = f"{line['line']}: {line['place']}: {line['message']}. {line['hint']} [{line['code']}]"

    assert [told] == expected
    assert line["severity"] == "warning"


def test_holder_of_a_role_that_includes_it_is_enough(world: World) -> None:
    nobody = warned(world, PARKS_TEXT)

    world.person("kim", "keeper")
    only_keeper = warned(world, PARKS_TEXT)
    world.person("wanda", "warden")

    assert [one.split(": ")[1] for one in nobody] == [
        "flows.care.nodes.look",
        "flows.care.nodes.sign",
    ]
    assert [one.split(": ")[1] for one in only_keeper] == ["flows.care.nodes.sign"]
    assert warned(world, PARKS_TEXT) == []


def test_mistakes_of_a_text_are_told_before_who_is_missing(world: World) -> None:
    text = PARKS_TEXT.replace("type: text", "type: txet")

    told = warned(world, text)

    assert told
    assert not [one for one in told if "nobody holds" in one]


@pytest.mark.parametrize("locale", ["ar", "es", "zh"])
def test_warning_is_in_the_readers_language(world: World, locale: str) -> None:
    with world.store.read() as reader:
        (line,) = problem_lines(reader, AppId("shop"), TEXT, FILE.name, locale)

    english = "nobody holds the role 'packer' yet"
    assert "packer" in line["message"]
    assert line["message"] == translated(english, locale) != english
    assert not re.search(r"What is given", line["hint"])
