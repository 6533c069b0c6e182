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
        "jobs repeat", "events anchor",
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

    assert installed == [{"app": "orders", "version": 1}]
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

    assert published == {"app": "orders", "version": 2}
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


# --- the store -------------------------------------------------------------------------------


def test_migrate_can_be_repeated(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "up to date" in second.output


def test_the_log_is_verified_with_and_without_a_kept_anchor(
    run: Run, orders: Path, tmp_path: Path
) -> None:
    run("app", "install", orders)
    anchor = tmp_path / "anchor.json"
    run("events", "anchor", "-o", anchor)

    plain, told = run("events", "verify"), of_json(run("events", "verify", "--json"))
    kept = run("events", "verify", "--anchor", anchor)

    assert (plain.exit_code, kept.exit_code) == (0, 0)
    assert told["problems"] == []
    assert told["sealed"] >= 1
    assert f"{told['sealed']} events in {told['blocks']} blocks" in plain.output


def test_a_log_that_is_shorter_than_its_kept_anchor_fails(
    run: Run, orders: Path, tmp_path: Path
) -> None:
    run("app", "install", orders)
    anchor = written(tmp_path, "a.json", '{"block": 99, "events": 999, "hash": "x"}')

    result = run("events", "verify", "--anchor", anchor)

    assert result.exit_code == 1
    assert "the end of the log was cut off" in result.output


def test_any_other_file_is_no_anchor(run: Run, orders: Path) -> None:
    result = run("events", "verify", "--anchor", orders)

    assert result.exit_code == 1
    assert "no anchor" in result.output


def test_a_backup_is_restored_into_a_new_place(run: Run, orders: Path, tmp_path: Path) -> None:
    run("app", "install", orders)
    told = of_json(run("backup", tmp_path / "all.backup", "--json"))
    key = tmp_path / "data.key"
    (tmp_path / "new.key").write_bytes(key.read_bytes())
    (tmp_path / "new.key").chmod(0o600)

    restored = run("restore", tmp_path / "all.backup", "--data", tmp_path / "new")

    assert told["size_bytes"] > 0
    assert restored.exit_code == 0, restored.output
    assert run("app", "export", "orders", "--data", tmp_path / "new").output == ORDERS


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "all.backup"), "another name"),
        (("restore", "all.backup"), "not empty"),
        (("restore", "all.backup", "--data", "new"), "master key"),
        (("restore", "orders.yaml", "--data", "third"), "master key"),
    ],
    ids=["name taken", "not empty", "no key", "no backup and no key"],
)
def test_a_backup_or_restore_that_cannot_be_is_refused(
    run: Run,
    orders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    run("app", "install", orders)
    run("backup", "all.backup")

    result = run(*arguments)

    assert result.exit_code == 1
    assert words in result.output


def test_after_a_key_rotation_everything_is_still_read(
    run: Run, orders: Path, tmp_path: Path
) -> None:
    run("app", "install", orders)
    before = (tmp_path / "data.key").read_text()

    result = run("keys", "rotate")

    assert result.exit_code == 0
    assert (tmp_path / "data.key").read_text() != before
    assert (tmp_path / "data.key").stat().st_mode & 0o777 == 0o600
    assert run("events", "verify").exit_code == 0


def test_without_its_key_the_data_is_not_touched(run: Run, orders: Path, tmp_path: Path) -> None:
    run("app", "install", orders)
    (tmp_path / "data.key").rename(tmp_path / "elsewhere")

    refused = run("app", "list")
    (tmp_path / "elsewhere").rename(tmp_path / "data.key")
    again = run("app", "list")

    assert refused.exit_code == 1
    assert "put it back" in refused.output
    assert again.exit_code == 0


def test_rotating_before_there_is_a_key_is_refused(run: Run) -> None:
    result = run("keys", "rotate")

    assert result.exit_code == 1
    assert "no master key yet" in result.output


def test_every_route_names_its_permission(run: Run) -> None:
    told = of_json(run("routes", "--json"))

    text = run("routes").output

    assert len(told) > 50
    assert all(one["permission"] for one in told)
    assert "/api/v1/openapi.json" in text


@pytest.mark.parametrize("command", ["web", "worker"])
def test_parts_of_a_server_need_a_server_database(run: Run, command: str) -> None:
    result = run(command)

    assert result.exit_code == 1
    assert "--database-url" in result.output


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def of_json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)
