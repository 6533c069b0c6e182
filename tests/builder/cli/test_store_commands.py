"""Commands on the store and the server: migrate, events, backup, restore, keys, routes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builder.cli.conftest import Run
from tests.builder.cli.test_commands import of_json, written
from tests.builder.cli.test_serve import ORDERS


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return written(tmp_path, "orders.yaml", ORDERS)


def test_migrate_can_be_repeated(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "up to date" in second.output


def test_the_database_is_its_owners_alone_wherever_it_lies(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)

    run("migrate")

    assert (data / "dougong.sqlite").stat().st_mode & 0o777 == 0o600


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


def test_rotation_may_leave_the_new_key_alone(run: Run, orders: Path, tmp_path: Path) -> None:
    run("app", "install", orders)
    key_file = tmp_path / "data.key"
    run("keys", "rotate")
    before = key_file.read_text().split()

    told = of_json(run("keys", "rotate", "--drop-older", "--json"))

    (newest,) = key_file.read_text().split()
    assert (len(before), newest in before) == (2, False)
    assert told["data_keys"] >= 1
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
