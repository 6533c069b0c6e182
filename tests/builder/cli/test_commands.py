"""Every command: its help, its work, its refusals, and its JSON, on a directory of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from builder.cli import main
from builder.cli.main import COMMANDS
from tests.builder.cli.conftest import Run
from tests.builder.cli.test_serve import ORDERS

BROKEN = ORDERS.replace("type: text", "type: txt")
WIDER = ORDERS.replace("{subject: {type: text}}", "{subject: {type: text}, note: {type: text}}")
ASKING = """\
format: 1
app: asking
title: Asking
roles:
  clerk: {title: Clerk}
  chief: {title: Chief, includes: [clerk]}
  lawyer: {title: Lawyer}
  idle: {title: Idle}
forms:
  order:
    title: Order
    fields: {subject: {type: text}}
    access: {clerk: {create: true, read: true}}
flows:
  handling:
    on: {created: order}
    nodes:
      look: {type: task, assign: {role: clerk}, outcomes: {done: {to: sign}}}
      sign:
        type: approval
        signers: [{role: chief}, {role: lawyer}]
        outcomes: {approved: {to: end}, rejected: {to: end}}
      end: {type: end}
"""
LEAVES = sorted(
    f"{group} {name}".strip()
    for group in COMMANDS
    for name in getattr(main.get_command(click.Context(main), group), "commands", {"": None})
)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return written(tmp_path, "orders.yaml", ORDERS)


@pytest.mark.parametrize("command", LEAVES)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")

    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
    assert len(result.output.splitlines()) > 3


def test_every_command_of_the_list_is_there() -> None:
    assert {
        "serve", "web", "worker", "migrate", "lint", "fmt", "schema", "catalog", "app install",
        "app list", "app export", "app versions", "app publish", "app rollback", "user add",
        "user set-password", "user list", "records import", "records export", "events verify",
        "backup", "restore", "keys rotate", "routes", "sandbox", "docs", "jobs list",
        "jobs repeat", "events anchor", "jobs drop", "flows list", "flows plan",
        "flows migrate", "flows undo",
    } <= set(LEAVES)  # fmt: skip


# --- definitions -----------------------------------------------------------------------------


def test_lint_says_nothing_of_a_clean_definition(run: Run, orders: Path) -> None:
    result = run("lint", orders)

    assert (result.exit_code, result.output) == (0, "")


def test_lint_names_file_line_and_code(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "broken.yaml", BROKEN)

    result, told = run("lint", file), json.loads(run("lint", file, "--json").output)

    assert result.exit_code == 1
    assert f"{file}:8:" in result.output
    assert "Did you mean 'text'" in result.output
    assert [(one["line"], one["code"]) for one in told] == [(8, "F002")]


def test_fmt_writes_the_canonical_form_once(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "orders.yaml", ORDERS.replace("title: Orders", 'title:   "Orders"'))

    check, write, again = run("fmt", "--check", file), run("fmt", file), run("fmt", file)

    assert (check.exit_code, write.exit_code) == (1, 0)
    assert "formatted" in write.output
    assert again.output == ""


def test_fmt_refuses_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    result = run("fmt", written(tmp_path, "x.yaml", "a: [1\n"))

    assert result.exit_code == 1
    assert "x.yaml" in result.output


def test_schema_is_json_schema(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("schema").output)
    run("schema", "-o", tmp_path / "schema.json")

    assert told["$schema"].startswith("https://json-schema.org/")
    assert json.loads((tmp_path / "schema.json").read_text("utf-8")) == told


@pytest.mark.parametrize("which", ["fields", "nodes", "actions", "charts"])
def test_catalog_lists_types_with_their_options(run: Run, which: str) -> None:
    told = json.loads(run("catalog", which, "--json").output)[which]

    text = run("catalog", which).output

    assert len(told) >= 5
    assert all(one["type"] in text and one["options"] is not None for one in told)


def test_catalog_refuses_an_unknown_set(run: Run) -> None:
    assert run("catalog", "animals").exit_code == 2


# --- apps ------------------------------------------------------------------------------------


def test_an_app_is_installed_listed_and_exported_as_written(run: Run, orders: Path) -> None:
    installed = of_json(run("app", "install", orders, "--json"))
    listed = of_json(run("app", "list", "--json"))

    exported = run("app", "export", "orders")

    assert installed == [{"app": "orders", "version": 1, "lost": 0, "unheld": []}]
    assert [(one["app"], one["title"], one["version"]) for one in listed] == [
        ("orders", "Orders", 1)
    ]
    assert exported.output == ORDERS
    assert "orders" in run("app", "list").output


def test_an_installed_app_is_not_installed_again(run: Run, orders: Path) -> None:
    run("app", "install", orders)

    result = run("app", "install", orders)

    assert result.exit_code == 1
    assert "dougong app publish" in result.output


def test_roles_that_flows_ask_and_nobody_holds_are_told(run: Run, tmp_path: Path) -> None:
    asking = written(tmp_path, "asking.yaml", ASKING)
    first = of_json(run("app", "install", asking, "--json"))
    told = run("app", "publish", asking).output
    run("user", "add", "cleo@example.org", "--role", "asking:chief")

    later = of_json(run("app", "publish", asking, "--json"))

    assert first[0]["unheld"] == ["chief", "clerk", "lawyer"]
    assert "Nobody holds yet: chief, clerk, lawyer." in told
    assert later["unheld"] == ["lawyer"]  # the chief is a clerk too


def test_publish_makes_versions_and_rollback_goes_back(
    run: Run, orders: Path, tmp_path: Path
) -> None:
    run("app", "install", orders)
    published = of_json(
        run("app", "publish", written(tmp_path, "w.yaml", WIDER), "--note", "more", "--json")
    )
    versions = of_json(run("app", "versions", "orders", "--json"))
    back = of_json(run("app", "rollback", "orders", 1, "--json"))

    live = [
        one["version"]
        for one in of_json(run("app", "versions", "orders", "--json"))
        if one["is_live"]
    ]

    assert published == {"app": "orders", "version": 2, "lost": 0, "unheld": []}
    assert [(one["version"], one["is_live"], one["note"]) for one in versions] == [
        (2, True, "more"),
        (1, False, ""),
    ]
    assert (back, live) == ({"app": "orders", "version": 1}, [1])
    assert run("app", "export", "orders", "--version", 2).output == WIDER


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("app", "versions", "nothing"), "nothing"),
        (("app", "export", "nothing"), "nothing"),
        (("app", "export", "orders", "--version", 9), "9"),
        (("app", "rollback", "orders", 9), "9"),
        (("app", "rollback", "orders", 1), "live already"),
    ],
    ids=["no such app", "nothing to export", "no such version", "not to go back to", "live"],
)
def test_what_is_not_there_is_refused(
    run: Run, orders: Path, arguments: tuple[Any, ...], words: str
) -> None:
    run("app", "install", orders)

    result = run(*arguments)

    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_broken_definition_is_not_published(run: Run, orders: Path, tmp_path: Path) -> None:
    run("app", "install", orders)

    result = run("app", "publish", written(tmp_path, "broken.yaml", BROKEN))

    assert result.exit_code == 1
    assert "[F002]" in result.output
    assert of_json(run("app", "list", "--json"))[0]["version"] == 1


# --- people ----------------------------------------------------------------------------------


def test_a_person_is_added_with_roles_and_a_link(run: Run, orders: Path) -> None:
    run("app", "install", orders)
    told = of_json(run("user", "add", "Ann@example.org", "--role", "orders:clerk", "--json"))

    listed = of_json(run("user", "list", "--json"))

    assert told["link"].startswith("http://127.0.0.1:8000/sign-in/link/")
    assert [(one["email"], one["roles"]) for one in listed] == [
        ("ann@example.org", ["orders:clerk"])
    ]
    assert "ann@example.org" in run("user", "list").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "add", "ann@example.org"), "exists already"),
        (("user", "add", "bob@example.org", "--role", "orders:clark"), "clerk"),
        (("user", "add", "bob@example.org", "--role", "clerk"), "APP:ROLE"),
        (("user", "add", "bob@example.org", "--role", "nothing:clerk"), "nothing"),
        (("user", "link", "bob@example.org"), "bob@example.org"),
        (("user", "set-password", "bob@example.org", "--password", "four words to type"), "bob@"),
        (("user", "set-password", "ann@example.org", "--password", "short"), "characters"),
    ],
    ids=["twice", "near role", "no role", "no app", "nobody's link", "nobody", "short password"],
)
def test_what_a_person_cannot_be_is_refused(
    run: Run, orders: Path, arguments: tuple[Any, ...], words: str
) -> None:
    run("app", "install", orders)
    run("user", "add", "ann@example.org")

    result = run(*arguments)

    assert result.exit_code == 1
    assert words in result.output
    assert [one["email"] for one in of_json(run("user", "list", "--json"))] == ["ann@example.org"]


def test_a_password_is_asked_for_and_never_shown(run: Run) -> None:
    run("user", "add", "ann@example.org")
    typed = "four unlikely words here\n"

    result = run("user", "set-password", "ann@example.org", stdin=typed * 2)

    assert result.exit_code == 0
    assert "unlikely" not in result.output


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def of_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)
