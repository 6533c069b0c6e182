"""Views that promise to change nothing but by one command keep their word."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import ROOT

CHANGING = ("store", "accounts", "files")  # of the runtime, beside its bus


def views() -> list[ast.FunctionDef]:
    """Every view of the API under `@command`."""
    return [
        one
        for path in sorted((ROOT / "runtime/web/api").glob("*.py"))
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.FunctionDef) and any(map(is_command, one.decorator_list))
    ]


def is_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "command"


def test_there_are_such_views() -> None:
    assert {one.name for one in views()} >= {"create", "change", "delete", "complete"}


@pytest.mark.parametrize("view", views(), ids=lambda view: view.name)
def test_a_command_is_the_only_change_of_its_view(view: ast.FunctionDef) -> None:
    told = ast.unparse(view)

    assert told.count("runtime().bus.execute(") == 1
    assert told.count("runtime()") == 1
    assert [part for part in CHANGING if f"runtime().{part}" in told] == []
