"""The engines, the runtime and the builder know no id of the service desk.

Ids of forms, flows and rules may stand nowhere, not even in a comment; those of roles and fields
may not stand as a text of their own. Words that belong to the product as well are listed, with
the reason, in `general_words.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT, generic_code, name_of

DESK = ROOT / "apps/service_desk.yaml"
CODE = (".py", ".ts", ".tsx", ".html", ".css", ".sql", ".j2")


@pytest.fixture(scope="module")
def desk() -> Mapping[str, Any]:
    if not DESK.is_file():
        pytest.skip("apps/service_desk.yaml is not written yet.")
    loaded: Mapping[str, Any] = yaml.safe_load(DESK.read_text(encoding="utf-8"))
    return loaded


def test_no_generic_code_says_a_form_flow_or_rule_of_the_desk(desk: Mapping[str, Any]) -> None:
    names = [name for section in ("forms", "flows", "rules") for name in desk.get(section, {})]
    pattern = re.compile(rf"(?<![\w-])({alternatives(names)})(?![\w-])")

    assert places(pattern) == []


def test_no_generic_code_quotes_a_role_or_field_of_the_desk(desk: Mapping[str, Any]) -> None:
    forms = desk.get("forms", {}).values()
    names = [*desk.get("roles", {}), *(name for form in forms for name in form["fields"])]
    pattern = re.compile(rf"""["'`]({alternatives(names)})["'`]""")

    assert places(pattern) == []


def test_every_general_word_is_still_an_id_of_the_desk(desk: Mapping[str, Any]) -> None:
    forms = desk.get("forms", {}).values()
    names = {name for form in forms for name in form["fields"]}
    names |= {n for section in ("forms", "flows", "rules", "roles") for n in desk.get(section, {})}

    assert general_words() - names == set()


def alternatives(names: Iterable[str]) -> str:
    left = sorted(set(names) - general_words(), key=len, reverse=True)
    return "|".join(map(re.escape, left)) or r"(?!)"


def general_words() -> set[str]:
    lines = Path(__file__).with_name("general_words.txt").read_text().splitlines()
    return {line.split("#")[0].strip() for line in lines} - {""}


def places(pattern: re.Pattern[str]) -> list[str]:
    files = [path for path in generic_code(*CODE) if ".test." not in path.name]
    return [
        f"{name_of(path)}:{number}: {found[1]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := pattern.search(line))
    ]
