"""Every command has its address in the API, every address its description, and the other way.

A command without one must stand below with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

import runtime.web.api
from runtime import commands
from runtime.web.routes import route_lines
from tests.support.sites import DESK, Site, spelled_out

WITHOUT_ADDRESS = {
    "FireTimer": "time itself gives it; a timer that was given up has `RepeatTimer`",
    "TakeAnswer": "what a program that was called has answered, from the outbox",
    "ImportRecords": "a chunk that `dougong records import` has read and judged already",
}
# of the description itself, and of bytes that no JSON Schema describes
UNDESCRIBED = {"/openapi.json", "/-/files/{}", "/{}/-/files/{}/{}", "/{}/-/enclosures"}


def test_every_command_is_made_by_an_address_of_the_api() -> None:
    known = {one.__name__ for one in get_args(commands.Command)}
    folder = Path(runtime.web.api.__file__).parent
    made = {name for file in folder.glob("*.py") for name in _used_in(file)}

    assert known - made == set(WITHOUT_ADDRESS)


def _used_in(file: Path) -> Iterator[str]:
    """Names that a module uses beyond importing them."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        if isinstance(node, ast.Attribute):
            yield node.attr


@pytest.fixture
def described(site: Site) -> Mapping[str, Any]:
    """The description as an administrator sees it, of an app with a form about people."""
    site.world.publish(DESK.replace("    icon: users\n", "    icon: users\n    subject: true\n"))
    document = site.program("ada").call("GET", "/api/v1/openapi.json").get_json()
    paths: Mapping[str, Any] = document["paths"]
    return paths


def test_every_address_is_described_and_every_description_leads_somewhere(
    site: Site, described: Mapping[str, Any]
) -> None:
    routes = {
        (method, _shape(rule))
        for line in route_lines(site.app)
        for rule in spelled_out(line.rule)
        for method in line.methods
        if rule.startswith("/api/v1/")
    }
    told = {
        (method.upper(), _known_form(path))
        for path, operations in described.items()
        for method in operations
        if method != "parameters"
    }

    assert {one for one in routes if one[1] not in UNDESCRIBED} == told


def _shape(rule: str) -> str:
    return re.sub(r"<[^>]+>", "{}", rule.removeprefix("/api/v1"))


def _known_form(path: str) -> str:
    """The address with every id left open: `/desk/-/tasks/{task}` as `/{}/-/tasks/{}`."""
    parts = re.sub(r"\{\w+\}", "{}", path).split("/")
    is_form = parts[2] != "-"
    return "/".join(["", "{}", "{}" if is_form else "-", *parts[3:]])


def test_every_change_takes_a_key_that_makes_it_happen_once(
    described: Mapping[str, Any],
) -> None:
    without = [
        (method, path)
        for path, operations in described.items()
        for method, operation in operations.items()
        if method in {"post", "patch", "delete", "put"}
        and "Idempotency-Key" not in [one["name"] for one in operation.get("parameters", ())]
    ]

    assert without == []
